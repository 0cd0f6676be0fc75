"""The care team of one person, the people in one's own care, and handing them over."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Facts, Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care import queries, service
from groupsched.care.forms import CareTeamForm, HandOverForm
from groupsched.care.routes.blueprint import blueprint
from groupsched.care.rules import CareRole
from groupsched.care.words import care_role_words
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.enrolment.queries import client_facts, switches_of
from groupsched.enrolment.words import switch_reason_words

UID = 20


@blueprint.get("/people/<uid>/care-team")
@requires(Permission.CARE_TEAM_READ)
def team(uid: str) -> Response:
    """Who cares for a person, now and before."""
    return _team_page(
        queries.get_client(current(), uid, Permission.CARE_TEAM_READ), CareTeamForm(formdata=None)
    )


@blueprint.post("/people/<uid>/care-team")
@requires(Permission.CARE_TEAM_WRITE)
def join(uid: str) -> Response:
    """Put a colleague on the team."""
    person, form = queries.get_client(current(), uid, Permission.CARE_TEAM_WRITE), CareTeamForm()
    _fill(form, person)
    if not form.validate():
        return _team_page(person, form)
    today = queries.today_in(person.program_id)
    day = form.from_day.data or today
    try:
        colleague = queries.get_colleague(person.program_id, form.colleague.data)
        service.join_team(current(), person, colleague, CareRole(form.role.data), day)
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _team_page(queries.get_client(current(), uid, Permission.CARE_TEAM_WRITE), form)
    words = _("%(name)s is on the care team.") if day <= today else _("%(name)s comes to the care team.")
    return _to_team(person, words % {"name": colleague.name})


@blueprint.post("/people/<uid>/care-team/<row>/leave")
@requires(Permission.CARE_TEAM_WRITE)
def leave(uid: str, row: str) -> Response:
    """A colleague is on the team no longer, from today; who leaves by themselves has nothing to take back with."""
    person = queries.get_client(current(), uid, Permission.CARE_TEAM_WRITE)
    found = queries.get_row(person, row)
    service.leave_team(current(), found, max(queries.today_in(person.program_id), found.from_day))
    words = _("%(name)s is on the care team no longer.", name=found.member.name)
    return _to_team(person, words, undo=url_for("care.come_back", uid=uid, row=row))


@blueprint.post("/people/<uid>/care-team/<row>/return")
@requires(Permission.CARE_TEAM_WRITE)
def come_back(uid: str, row: str) -> Response:
    """Take back that a colleague left."""
    person = queries.get_client(current(), uid, Permission.CARE_TEAM_WRITE)
    found = queries.get_row(person, row)
    service.return_to_team(current(), found)
    return _to_team(person, _("%(name)s is on the care team again.", name=found.member.name))


@blueprint.get("/in-my-care")
@requires(Permission.CARE_TEAM_WRITE)
def in_care() -> Response:
    """The people in one's own care, or in that of a colleague, for whoever supervises."""
    return _care_page(_whose(), HandOverForm(formdata=None))


@blueprint.post("/in-my-care")
@requires(Permission.CARE_TEAM_WRITE)
def hand_over() -> Response:
    """Hand some of them over."""
    colleague, form = _whose(), HandOverForm()
    _fill_receivers(form, colleague)
    if not form.validate():
        return _care_page(colleague, form)
    chosen = [row for row in queries.in_care(colleague, current().person) if row.uid in _rows_sent()]
    try:
        to = queries.get_colleague(colleague.program_id, form.colleague.data)
        day = form.from_day.data or queries.today_in(colleague.program_id)
        begun = service.hand_over(current(), chosen, to, day)
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _care_page(_whose(), form)
    words = ngettext(
        "%(num)d person is handed over to %(name)s.",
        "%(num)d people are handed over to %(name)s.",
        len(chosen),
        name=to.name,
    )
    back = _supervises() and len(begun) == len(chosen)
    return _to_care(
        words, {"undo": url_for("care.take_back"), "fields": {"rows": [r.uid for r in begun]}} if back else {}
    )


@blueprint.post("/in-my-care/take-back")
@requires(Permission.CARE_TEAM_WRITE)
def take_back() -> Response:
    """Take back a hand-over of today."""
    rows = queries.handed_over(current(), _rows_sent())
    if not rows:
        raise NotFound
    service.take_back_hand_over(current(), rows)
    return _to_care(_("All is as before."))


@blueprint.get("/my/care-team")
@requires(Permission.RECORD_READ_OWN)
def mine() -> str:
    """Who cares for me."""
    person = own_person(current())
    rows = queries.team_on(person, queries.today_in(person.program_id))
    return render_template("care/my_team.html", rows=rows, roles=care_role_words())


def _supervises() -> bool:
    return can(current(), Permission.CARE_TEAM_WRITE, Facts(current().program_id))


def _whose() -> Person:
    """Who asks, or the colleague whom the request names, for whoever supervises. Raises NotFound."""
    uid = clean_line(request.values.get("of", ""), UID)
    if not uid:
        return own_person(current())
    known = [person for person, _number in queries.carers(current().program_id, current().person)]
    found = next((one for one in known if one.uid == uid), None)
    if found is None or not _supervises():
        raise NotFound
    return found


def _rows_sent() -> frozenset[str]:
    return frozenset(clean_line(uid, UID) for uid in request.form.getlist("rows"))


def _to_team(person: Person, words: str, undo: str = "") -> Response:
    """To the page of the team, and to the list of people for whom it does not show any more."""
    stays = can(current(), Permission.CARE_TEAM_WRITE, client_facts(person))
    flash({"words": words, "undo": undo} if undo and stays else words)  # type: ignore[arg-type]
    address = url_for("care.team", uid=person.uid) if stays else url_for("care.in_care")
    return redirect(address, 303)  # type: ignore[return-value]


def _to_care(words: str, undo: dict[str, Any] | None = None) -> Response:
    flash({"words": words, **undo} if undo else words)  # type: ignore[arg-type]
    of = clean_line(request.values.get("of", ""), UID)
    return redirect(url_for("care.in_care", of=of or None), 303)  # type: ignore[return-value]


def _fill(form: CareTeamForm, person: Person) -> None:
    there = {row.member_id for row in queries.rows_of(person) if row.until_day is None}
    free = [one for one in queries.colleagues(person.program_id) if one.id not in {*there, person.id}]
    form.colleague.choices = [("", _("Choose…")), *((one.uid, one.name) for one in free)]
    form.role.choices = list(care_role_words().items())


def _fill_receivers(form: HandOverForm, colleague: Person) -> None:
    others = [one for one in queries.colleagues(colleague.program_id) if one.id != colleague.id]
    form.colleague.choices = [("", _("Choose…")), *((one.uid, one.name) for one in others)]


def _team_page(person: Person, form: CareTeamForm) -> Response:
    identity, today = current(), queries.today_in(person.program_id)
    _fill(form, person)
    saw(identity, AuditAction.PERSON_OPENED, [person], person)
    rows, about = queries.rows_of(person), client_facts(person)
    page = render_template(
        "care/team.html",
        person=person,
        form=form,
        today=today,
        now=queries.in_order(row for row in rows if row.span.holds(today)),
        coming=[row for row in rows if row.from_day > today and row.until_day != row.from_day],
        before=[row for row in rows if row.span.is_over(today)],
        roles=care_role_words(),
        writes=can(identity, Permission.CARE_TEAM_WRITE, about),
        switches=switches_of(person.id),
        reads_why=can(identity, Permission.REASON_READ, about),
        switch_reasons=switch_reason_words(),
    )
    return make_response(page, 422 if form.errors else 200)


def _care_page(colleague: Person, form: HandOverForm) -> Response:
    identity, today = current(), queries.today_in(colleague.program_id)
    _fill_receivers(form, colleague)
    rows = queries.in_care(colleague, identity.person)
    saw(identity, AuditAction.PERSON_LISTED, [row.client for row in rows])
    others = queries.carers(identity.program_id, identity.person) if _supervises() else []
    page = render_template(
        "care/in_care.html",
        colleague=colleague,
        mine=colleague.id == identity.person,
        form=form,
        rows=rows,
        chosen=_rows_sent(),
        today=today,
        roles=care_role_words(),
        others=[(one, number) for one, number in others if one.id not in (colleague.id, identity.person)],
    )
    return make_response(page, 422 if form.errors else 200)
