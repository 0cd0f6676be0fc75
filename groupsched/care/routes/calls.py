"""A call that somebody asks for now: for the person, for whoever is told, and the list of who is on duty."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import get_site, sites
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care import queries, service
from groupsched.care.models import CallRequest
from groupsched.care.routes.blueprint import blueprint
from groupsched.care.rules import Turn
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _, weekday_name
from groupsched.core.text import clean_line
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.queries import get_response
from groupsched.questionnaires.words import answer_words, in_words

WEEK = range(7)


@blueprint.post("/my/call")
@requires(Permission.RECORD_READ_OWN)
def ask_call() -> Response | tuple[str, int]:
    """Ask to be called now; an answer goes along where that is ticked. Without a number the form comes again, with whom to call."""
    items, shared = request.form.getlist("share"), clean_line(request.form.get("response", ""), 20)
    response = get_response(current(), shared) if shared else None
    try:
        row = service.ask_for_call(
            current(), request.form.get("phone", ""), response if items else None, items
        )
    except DomainError as refusal:
        if refusal.field != "phone":
            raise
        db.session.rollback()
        return _ask_again(refusal.message, response, items), refusal.status
    return _to_own(row)


def _ask_again(words: str, response: QuestionnaireResponse | None, ticked: Sequence[str]) -> str:
    items = queries.urgent_items(response) if response is not None else []
    return render_template(
        "care/ask_call.html",
        row=response,
        items=items,
        urgent=[one.key for one in items],
        ticked=ticked,
        said=in_words,
        problem=words,
        phone=clean_line(request.form.get("phone", ""), 60),
    )


@blueprint.get("/my/call/<uid>")
@requires(Permission.RECORD_READ_OWN)
def own_call(uid: str) -> str:
    """How the call that one asked for stands; it looks again by itself."""
    row = queries.own_call(own_person(current()), uid)
    alone = request.headers.get("HX-Request")
    names = list(dict.fromkeys(one.person.first_name for one in row.told))
    return render_template(
        "care/_own_call.html" if alone else "care/own_call.html",
        row=row,
        names=names,
        shared=[in_words(item.text) for item, _given in queries.shared_answers(row)],
    )


@blueprint.post("/my/call/<uid>/take-back")
@requires(Permission.RECORD_READ_OWN)
def take_back_call(uid: str) -> Response:
    """Take back that one asked."""
    return _own_step(uid, service.withdraw_call, _("It is taken back."))


@blueprint.post("/my/call/<uid>/next")
@requires(Permission.RECORD_READ_OWN)
def next_call(uid: str) -> Response:
    """No call came: the next ones are told; within the minute that somebody has been told, that it is too soon."""
    try:
        return _next_told(uid)
    except Conflict as refusal:
        flash(refusal.message)
        return redirect(url_for("care.own_call", uid=uid), 303)  # type: ignore[return-value]


def _next_told(uid: str) -> Response:
    return _own_step(uid, service.ask_the_next, _("The next ones are told."))


@blueprint.get("/calls-now")
@requires(Permission.CALL_TAKE)
def calls_now() -> str:
    """The calls that wait for who asks."""
    rows = queries.calls_for(current())
    saw(current(), AuditAction.CALL_OPENED, [row.person_id for row in rows])
    return render_template("care/calls_now.html", rows=rows)


@blueprint.get("/calls-now/<uid>")
@requires(Permission.CALL_TAKE)
def call_now(uid: str) -> str:
    """One call: take it, and say what came of it."""
    row = queries.get_call(current(), uid)
    saw(current(), AuditAction.CALL_OPENED, [row.person_id], row)
    shared = queries.shared_answers(row)
    if shared:
        saw(current(), AuditAction.RESPONSE_READ, [row.person_id], row.response)
    return render_template(
        "care/call_now.html",
        row=row,
        mine=row.taken_by_id == current().person,
        shared=[(in_words(item.text), answer_words(item, given)) for item, given in shared],
    )


@blueprint.post("/calls-now/<uid>/take")
@requires(Permission.CALL_TAKE)
def take_call(uid: str) -> Response:
    """One calls oneself."""
    row = queries.get_call(current(), uid)
    service.take_call(current(), row)
    flash(_("You have it. Nobody else is told any more."))
    return redirect(url_for("care.call_now", uid=uid), 303)  # type: ignore[return-value]


@blueprint.post("/calls-now/<uid>/finish")
@requires(Permission.CALL_TAKE)
def finish_call(uid: str) -> Response:
    """Say what came of it."""
    row, reached = queries.get_call(current(), uid), request.form.get("reached") == "yes"
    service.finish_call(current(), row, reached=reached)
    flash(
        _("Thank you. It is written down that you spoke.")
        if reached
        else _("It is passed on to the next ones.")
    )
    return redirect(url_for("care.calls_now"), 303)  # type: ignore[return-value]


@blueprint.get("/on-duty")
@requires(Permission.DUTY_WRITE)
def duty() -> str:
    """Who is on duty at each site."""
    rows = [(site, queries.duty_turns(site)) for site in sites(current())]
    people = queries.duty_people(current().program_id)
    days = [weekday_name(day) for day in WEEK]
    return render_template("care/duty.html", rows=rows, people=people, days=days)


@blueprint.post("/on-duty/<uid>")
@requires(Permission.DUTY_WRITE)
def change_duty(uid: str) -> Response:
    """Put somebody on the list of a site, or take a turn off it."""
    site = get_site(current(), uid)
    turns = [(row.uid, row.turn) for row in queries.duty_turns(site)]
    off = clean_line(request.form.get("off", ""), 20)
    kept = [turn for number, turn in turns if number != off]
    service.set_duty(current(), site, kept if off else [*kept, _turn_sent(site)])
    flash(_("The list is changed."))
    return redirect(url_for("care.duty"), 303)  # type: ignore[return-value]


def _turn_sent(site: Site) -> Turn:
    """The turn that the form says. Raises DomainError."""
    people = {one.uid: one.id for one in queries.duty_people(site.program_id)}
    person, day = people.get(request.form.get("person", "")), request.form.get("weekday", "")
    if person is None or day not in {str(one) for one in WEEK}:
        raise DomainError(_("Choose somebody of the list."), field="person", code="no-colleague")
    return Turn(person, int(day), _minutes("begins"), _minutes("ends"))


def _minutes(name: str) -> int:
    hour, _colon, minute = request.form.get(name, "").partition(":")
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        raise DomainError(_("Write the times like this: 17:30."), field=name, code="no-time")
    found = int(hour) * 60 + int(minute) if len(hour) <= 2 and len(minute) == 2 else -1
    if not (0 <= found < 24 * 60 and int(minute) < 60):
        raise DomainError(_("Write the times like this: 17:30."), field=name, code="no-time")
    return found


def _own_step(uid: str, step: Callable[[Identity, CallRequest], None], words: str) -> Response:
    """Do something with the call that one asked for, and say so."""
    row = queries.own_call(own_person(current()), uid)
    step(current(), row)
    flash(words)
    return _to_own(row)


def _to_own(row: CallRequest) -> Response:
    return redirect(url_for("care.own_call", uid=row.uid), 303)  # type: ignore[return-value]
