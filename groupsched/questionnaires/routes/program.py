"""The forms of a program: what is asked, what is drafted, and publishing it."""

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.i18n import LANGUAGES, _
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import Questionnaire
from groupsched.questionnaires.routes.blueprint import blueprint
from groupsched.questionnaires.routes.screen import BEGIN
from groupsched.questionnaires.rules import (
    Form,
    Item,
    ItemType,
    form_change,
    form_problems,
    screens,
    unsaid_in,
)
from groupsched.questionnaires.words import (
    in_words,
    item_words,
    kind_words,
    problem_words,
    read_when_words,
    shared_with_words,
)


@blueprint.get("/questionnaires")
@requires(Permission.QUESTIONNAIRE_WRITE)
def all_forms() -> str:
    """Every form of the program: what is asked, what waits as a draft, what was taken out."""
    rows = queries.questionnaires(current().program_id)
    return render_template(
        "questionnaires/all.html",
        rows=[(row, row.drafted or row.versions[-1].form) for row in rows],
        said=in_words,
        kinds=kind_words(),
    )


@blueprint.get("/questionnaires/<uid>")
@requires(Permission.QUESTIONNAIRE_WRITE)
def form(uid: str) -> str:
    """A form as it is asked or drafted, its versions, and what publishing the draft would do."""
    row = queries.get_questionnaire(current(), uid)
    newest = row.versions[-1].form if row.versions else None
    shown = row.drafted or newest
    assert shown is not None
    return render_template(
        "questionnaires/form.html",
        row=row,
        form=shown,
        parts=_parts(shown),
        first=shown.items[0].key if shown.items and shown.items[0].type is ItemType.HEADING else BEGIN,
        change=form_change(newest, row.drafted) if newest and row.drafted else None,
        problems=[problem_words(one) for one in form_problems(row.drafted, newest)] if row.drafted else [],
        unsaid={code: count for code in LANGUAGES if (count := unsaid_in(shown, code))},
        answered=queries.answered(row),
        said=in_words,
        kinds=kind_words(),
        shared_with=shared_with_words,
        reads=read_when_words()[shown.read_when],
    )


@blueprint.post("/questionnaires/<uid>/publish")
@requires(Permission.QUESTIONNAIRE_WRITE)
def publish(uid: str) -> Response:
    """Make a version of the draft."""
    row = queries.get_questionnaire(current(), uid)
    version = service.publish_draft(current(), row)
    flash(_("Version %(number)d is published: it is asked from now on.", number=version.number))
    return _to(row)


@blueprint.post("/questionnaires/<uid>/retire")
@requires(Permission.QUESTIONNAIRE_WRITE)
def retire(uid: str) -> Response:
    """Ask a form no longer."""
    row = queries.get_questionnaire(current(), uid)
    service.retire_questionnaire(current(), row)
    flash(_("It is asked no longer. Who is in the middle of it may finish."))
    return _to(row)


@blueprint.post("/questionnaires/<uid>/draft")
@requires(Permission.QUESTIONNAIRE_WRITE)
def draft(uid: str) -> Response:
    """Begin a draft with what is asked now; also what brings back a form that was taken out."""
    row = queries.get_questionnaire(current(), uid)
    if row.drafted is None:
        service.write_draft(current(), row, row.versions[-1].form, row.version)
    return _to(row)


def _to(row: Questionnaire) -> Response:
    return redirect(url_for("questionnaires.form", uid=row.uid), 303)  # type: ignore[return-value]


def _parts(form: Form) -> list[tuple[Item | None, list[tuple[Item, str]]]]:
    """All of a form by its headings, whatever is shown when, each item with a line that says how it is answered."""
    everything = Form(form.kind, items=tuple(replace(one, shown_when=()) for one in form.items))
    return [
        (one.heading, [(item, item_words(form, form.item(item.key) or item)) for item in one.items])
        for one in screens(everything, {})
    ]
