"""Writing at the draft of a form, one part at a time and one question open at most: every button is a post of its own."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.text import clean_prose
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import Questionnaire
from groupsched.questionnaires.routes.blueprint import blueprint
from groupsched.questionnaires.routes.screen import BEGIN
from groupsched.questionnaires.routes.written import version_sent, words_sent, written_sent
from groupsched.questionnaires.rules import (
    NO,
    YES,
    Audience,
    DraftAct,
    Form,
    Item,
    ItemType,
    ReadWhen,
    as_line,
    audiences_for,
    form_problems,
    moved,
    rewritten,
    urgent_written,
    with_new,
    with_readers,
    without,
)
from groupsched.questionnaires.words import (
    audience_words,
    help_names,
    in_words,
    item_words,
    number_words,
    problem_words,
    read_when_words,
    type_words,
)

STEPS = {DraftAct.MOVE_UP: -1, DraftAct.MOVE_DOWN: 1}


@blueprint.get("/questionnaires/<uid>/edit/<part>")
@requires(Permission.QUESTIONNAIRE_WRITE)
def edit(uid: str, part: str) -> str:
    """A part of the draft with its questions, one of them open."""
    row = queries.get_questionnaire(current(), uid)
    form = _draft(row)
    parts = _parts(form)
    found = next((items for heading, items in parts if _key(heading) == part), None)
    if found is None:
        raise NotFound
    opened = form.item(request.args.get("open", ""))
    return render_template(
        "questionnaires/edit.html",
        row=row,
        form=form,
        part=part,
        parts=[(heading, _key(heading)) for heading, _items in parts],
        items=[(item, item_words(form, item)) for item in found],
        opened=opened,
        lines="\n".join(as_line(one, tuple(LANGUAGES)) for one in opened.options) if opened else "",
        above=_above(form, opened) if opened else [],
        problems=[problem_words(one) for one in form_problems(form, _published(row)) if one.item in found],
        types=type_words(),
        marked=urgent_written(opened) if opened else None,
        compared=number_words(),
        said_yes=YES,
        said_no=NO,
        help_names=help_names(),
        audiences=[(one, audience_words()[one]) for one in audiences_for(form.kind)],
        times=read_when_words(),
        said=in_words,
    )


@blueprint.post("/questionnaires/<uid>/edit/<part>")
@requires(Permission.QUESTIONNAIRE_WRITE)
def change(uid: str, part: str) -> Response:
    """Do to the draft what the button says: add, move, take out, or keep what was written of a question."""
    row = queries.get_questionnaire(current(), uid)
    form, act, key = _draft(row), request.form.get("act", ""), request.form.get("item", "")
    opened = ""
    if act in (DraftAct.ADD_QUESTION, DraftAct.ADD_HEADING):
        kind = ItemType.HEADING if act == DraftAct.ADD_HEADING else ItemType.TEXT
        form, item = with_new(form, kind, "" if part == BEGIN else part)
        opened, part = item.key, item.key if kind is ItemType.HEADING else part
    elif (was := form.item(key)) is None:
        raise NotFound
    elif act in STEPS:
        form = moved(form, key, STEPS[DraftAct(act)])
    elif act == DraftAct.TAKE_OUT:
        form, part = without(form, key), BEGIN if key == part else part
    else:
        written = written_sent()
        form = rewritten(form, key, written, tuple(LANGUAGES))
        opened = "" if written.type is was.type else key  # another kind asks for more: its answers, its marks
    service.write_draft(current(), row, form, version_sent())
    flash(_("The draft is saved. Nobody is asked this until it is published."))
    keys = [_key(heading) for heading, _items in _parts(form)]
    part = part if part in keys else keys[0]
    return redirect(url_for("questionnaires.edit", uid=uid, part=part, open=opened or None), 303)  # type: ignore[return-value]


@blueprint.post("/questionnaires/<uid>/words")
@requires(Permission.QUESTIONNAIRE_WRITE)
def change_words(uid: str) -> Response:
    """Keep the title of the draft and what it says first."""
    row = queries.get_questionnaire(current(), uid)
    intro = {code: clean_prose(request.form.get(f"intro-{code}", ""), 1000) for code in LANGUAGES}
    form = replace(_draft(row), title=words_sent("title", 120), intro={k: v for k, v in intro.items() if v})
    service.write_draft(current(), row, form, version_sent())
    flash(_("The draft is saved. Nobody is asked this until it is published."))
    return redirect(url_for("questionnaires.form", uid=uid), 303)  # type: ignore[return-value]


@blueprint.post("/questionnaires/<uid>/readers")
@requires(Permission.QUESTIONNAIRE_WRITE)
def change_readers(uid: str) -> Response:
    """Keep who can be chosen to read what is handed over, who is chosen at first, and when they read it."""
    row = queries.get_questionnaire(current(), uid)
    chosen, read_when = request.form.get("shared_with", ""), request.form.get("read_when", "")
    if chosen not in set(Audience) or read_when not in set(ReadWhen):
        raise DomainError(_("Say who reads it and when."), field="shared_with", code="no-reader")
    readers = [Audience(one) for one in request.form.getlist("readers") if one in set(Audience)]
    form = with_readers(_draft(row), readers, Audience(chosen), ReadWhen(read_when))
    service.write_draft(current(), row, form, version_sent())
    flash(_("The draft is saved. Nobody is asked this until it is published."))
    return redirect(url_for("questionnaires.form", uid=uid), 303)  # type: ignore[return-value]


def _draft(row: Questionnaire) -> Form:
    """The draft, or what is asked now, to begin one with."""
    return row.drafted or row.versions[-1].form


def _published(row: Questionnaire) -> Form | None:
    return row.versions[-1].form if row.versions else None


def _key(heading: Item | None) -> str:
    return heading.key if heading else BEGIN


def _parts(form: Form) -> list[tuple[Item | None, list[Item]]]:
    """The parts of a form, each with its heading and all that stands under it; the first may have none."""
    found: list[tuple[Item | None, list[Item]]] = [(None, [])]
    for item in form.items:
        if item.type is ItemType.HEADING:
            found.append((item, [item]))
        else:
            found[-1][1].append(item)
    return found if found[0][1] or len(found) == 1 else found[1:]


def _above(form: Form, item: Item) -> list[Item]:
    """The questions that stand before an item."""
    at = form.items.index(item)
    return [one for one in form.items[:at] if one.type is not ItemType.HEADING]
