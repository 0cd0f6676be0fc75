"""Filling a form in: one screen a heading, every answer kept as soon as it is sent, and back wherever one likes."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from groupsched.questionnaires.routes.blueprint import (
    audience_sent,
    blueprint,
    call_of,
    is_own,
    said_of_audiences,
)
from groupsched.questionnaires.routes.screen import (
    BEGIN,
    answers_sent,
    helps_on,
    part_after,
    screen_of,
    screen_shown,
)
from groupsched.questionnaires.rules import SHARED, Audience, Form, Screen, chosen_at_first, screens
from groupsched.questionnaires.words import in_words, nobody_words, read_when_words


@blueprint.get("/my/forms")
@requires(Permission.RECORD_READ_OWN)
def mine() -> str:
    """What my program asks, and what I answered."""
    person = own_person(current())
    rows = queries.responses_of(current(), person)
    asked = _asked_of(person, [row for row in rows if row.is_open])
    there = queries.reading_now(person)
    return render_template(
        "questionnaires/mine.html",
        open=[row for row in rows if row.is_open],
        over=[row for row in rows if not row.is_open],
        call=call_of(person),
        asked=[(one, _read_words(one.form, there)) for one in asked],
        said=in_words,
    )


@blueprint.post("/my/forms/<uid>/begin")
@requires(Permission.RECORD_READ_OWN)
def begin(uid: str) -> Response:
    """Begin a form of my program, or go on with it."""
    person = own_person(current())
    row = service.begin(current(), person, queries.newest_of(person.program_id, uid))
    return redirect(url_for("questionnaires.response", uid=row.uid), 303)  # type: ignore[return-value]


@blueprint.get("/forms/<uid>/<part>")
@requires(Permission.RESPONSE_WRITE)
def part(uid: str, part: str) -> str:
    """One screen of a form that is being filled in."""
    row = _open(uid)
    _looked_at(row)
    return _screen(row, _found(row, part), {})


@blueprint.post("/forms/<uid>/<part>")
@requires(Permission.RESPONSE_WRITE)
def save(uid: str, part: str) -> Response | str:
    """Keep what this screen says, then on, back or away as the button says. Where an answer is urgent the same screen comes again
    first, with help; where one is none, with words beside it, and what is kept stays kept: the answer is no refusal."""
    row = _open(uid)
    screen = _found(row, part)
    wrong = _keep(row, screen)
    if wrong or request.headers.get("HX-Request"):
        return _screen(row, _found(row, part), wrong)
    helps = ",".join(helps_on(row.published.form, row.answers, screen))
    way = request.form.get("go", "next")
    if helps and way == "next" and request.form.get("helped") != helps:
        return redirect(url_for("questionnaires.part", uid=uid, part=part, _anchor="help"), 303)  # type: ignore[return-value]
    return redirect(_onward(row, part, way), 303)  # type: ignore[return-value]


@blueprint.post("/forms/<uid>/hand-over")
@requires(Permission.RESPONSE_WRITE)
def hand_over(uid: str) -> Response:
    """Finish a form: whoever was chosen reads it from now on."""
    row = _open(uid)
    service.hand_over(current(), row, audience_sent())
    alone = row.audience in SHARED and not queries.readers_of(row)
    flash(nobody_words()[row.audience] if alone else _("It is handed over. You can amend it at any time."))
    return redirect(url_for("questionnaires.response", uid=uid), 303)  # type: ignore[return-value]


@blueprint.get("/forms/<uid>/throw-away")
@requires(Permission.RESPONSE_WRITE)
def ask_to_throw_away(uid: str) -> str:
    """Whether one means it: nothing of it comes back."""
    row = _open(uid)
    return render_template("questionnaires/throw_away.html", row=row, own=is_own(row), said=in_words)


@blueprint.post("/forms/<uid>/throw-away")
@requires(Permission.RESPONSE_WRITE)
def throw_away(uid: str) -> Response:
    """Take out a form that was not handed over."""
    row = _open(uid)
    own, subject = is_own(row), row.subject.uid
    service.throw_away(current(), row)
    flash(_("It is thrown away. Nothing of it is kept."))
    to = url_for("questionnaires.mine") if own else url_for("questionnaires.of_person", uid=subject)
    return redirect(to, 303)  # type: ignore[return-value]


def overview(row: QuestionnaireResponse) -> str:
    """The parts of a form that is being filled in: what has answers, where one goes on, and handing it over."""
    _looked_at(row)
    form, answers = row.published.form, row.answers
    found = screens(form, answers)
    done = {one.key for one in found if any(item.key in answers for item in one.items)}
    ahead = next((one for one in found if one.key not in done), found[0])
    there = queries.reading_now(row.subject)
    wanted = row.amends.audience if row.amends else row.audience
    return render_template(
        "questionnaires/overview.html",
        row=row,
        form=form,
        screens=found,
        done=done,
        ahead=ahead,
        begin=BEGIN,
        own=is_own(row),
        said=in_words,
        reads=_read_words(form, there),
        call=call_of(row.subject),
        nobody=chosen_at_first(form, there) is None,
        audiences=said_of_audiences(row, there),
        chosen=Audience.ONLY_ME if wanted in SHARED - there else wanted,
    )


def _asked_of(person: Person, begun: Sequence[QuestionnaireResponse]) -> list[QuestionnaireVersion]:
    """What somebody may begin and has not: what they began of a form stands there to go on with."""
    known = {row.published.questionnaire_id for row in begun if row.amends_id is None}
    return [one for one in queries.to_begin(person.program_id) if one.questionnaire_id not in known]


def _read_words(form: Form, there: frozenset[Audience]) -> str:
    """When a form is read, or that whoever would read it is not there yet."""
    if chosen_at_first(form, there) is None:
        return nobody_words()[form.shared_with]
    return read_when_words()[form.read_when]


def _looked_at(row: QuestionnaireResponse) -> None:
    """That an amendment of what somebody else said was opened is written down: it holds their answers."""
    if row.amends_id is not None:
        saw(current(), AuditAction.RESPONSE_READ, [row.subject_id], row)


def _open(uid: str) -> QuestionnaireResponse:
    row = queries.get_response(current(), uid)
    if not row.is_open:
        raise NotFound
    return row


def _found(row: QuestionnaireResponse, part: str) -> Screen:
    return screen_of(row.published.form, row.answers, part)


def _keep(row: QuestionnaireResponse, screen: Screen) -> dict[str, str]:
    """Keep each answer of a screen; what could not be read, with words beside its item. What the form did not send stays."""
    given, wrong = answers_sent(screen.items)
    for item in screen.items:
        if item.key in given:
            service.save_answer(current(), row, item, given[item.key])
    return wrong


def _onward(row: QuestionnaireResponse, part: str, way: str) -> str:
    to = part_after(row.published.form, row.answers, part, way)
    if to is not None:
        return url_for("questionnaires.part", uid=row.uid, part=to)
    return url_for("questionnaires.response", uid=row.uid)


def _screen(row: QuestionnaireResponse, screen: Screen, wrong: Mapping[str, str]) -> str:
    return render_template(
        "questionnaires/_screen.html" if request.headers.get("HX-Request") else "questionnaires/screen.html",
        row=row,
        own=is_own(row),
        call=call_of(row.subject),
        here=url_for("questionnaires.part", uid=row.uid, part=screen.key or BEGIN),
        **screen_shown(row.published.form, row.answers, screen, wrong),
    )
