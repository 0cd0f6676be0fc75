"""Guests of a client: asking to bring somebody, the yes of staff, the end of it, and whether a group takes guests."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import get_program
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import BringGuestForm
from groupsched.enrolment.models import Guest
from groupsched.enrolment.routes.blueprint import blueprint, myself, own_group, tell
from groupsched.enrolment.rules import GuestSeats, GuestState, StandingState
from groupsched.enrolment.words import guest_relations
from groupsched.schedule.models import Occurrence

SHOWN_DATES = 6


@blueprint.get("/sessions/<uid>/guest")
@requires(Permission.ENROL_SELF)
def guest(uid: str) -> str | Response:
    """Bring somebody: a first name, what they may know, and one's own yes."""
    return _page(_group(uid), BringGuestForm(formdata=None))


@blueprint.post("/sessions/<uid>/guest")
@requires(Permission.ENROL_SELF)
def ask_for_guest(uid: str) -> str | Response:
    """Ask for it; somebody of the house answers."""
    group, form = _group(uid), BringGuestForm()
    _fill(form)
    dates = [one for one in _own_dates(group) if one.original_local in (form.dates.data or ())]
    if not form.validate():
        return _page(group, form)
    try:
        asked = service.ask_for_guest(current(), group, myself(), form.wish(dates))
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(_group(uid), form)
    tell(_("You asked to bring %(name)s. Somebody talks with you alone first.", name=asked.person.name))
    return redirect(url_for("enrolment.guest", uid=uid), 303)  # type: ignore[return-value]


@blueprint.post("/guests/<uid>/end")
@requires(Permission.ENROL_SELF)
def end_guest(uid: str) -> Response:
    """Take one's word back, or, as staff, end that somebody comes."""
    found = queries.get_guest(current(), uid)
    own, group_uid = found.host_id == current().person, found.group.uid
    service.end_guest(current(), found)
    tell(_("%(name)s gets no more dates.", name=found.person.name))
    address = url_for("enrolment.guest", uid=group_uid) if own else url_for("enrolment.roster", uid=group_uid)
    return redirect(address, 303)  # type: ignore[return-value]


@blueprint.post("/guests/<uid>/answer")
@requires(Permission.ENROL_OTHERS)
def answer_guest(uid: str) -> Response:
    """Say yes to a guest, with what was asked and agreed before, or no."""
    found = queries.get_guest(current(), uid)
    group_uid, name = found.group.uid, found.host.short_name
    try:
        if request.form.get("answer") == "yes":
            asked_alone, agreed = "asked_alone" in request.form, "agreed" in request.form
            service.confirm_guest(current(), found, asked_alone=asked_alone, agreed=agreed)
            tell(_("The guest of %(name)s is expected.", name=name))
        else:
            service.decline_guest(current(), found)
            tell(_("The guest of %(name)s does not come. They read it on their week.", name=name))
    except DomainError as refusal:
        if refusal.status == 404 or isinstance(refusal, service.AskSupervisor):
            raise
        db.session.rollback()
        tell(refusal.message, "warn")
    return redirect(url_for("enrolment.roster", uid=group_uid) + "#guests", 303)  # type: ignore[return-value]


@blueprint.post("/groups/<uid>/guest-seats")
@requires(Permission.GROUP_WRITE)
def choose_guest_seats(uid: str) -> Response:
    """Say whether a group takes guests, and on which seats."""
    group, said = get_group(current(), uid, Permission.GROUP_WRITE), request.form.get("seats", "")
    service.set_guest_seats(current(), group, GuestSeats(said) if said in list(GuestSeats) else None)
    tell(_("Saved."))
    return redirect(url_for("enrolment.roster", uid=uid) + "#guests", 303)  # type: ignore[return-value]


def _group(uid: str) -> Group:
    """A group of one's own that takes guests. Raises NotFound."""
    group = own_group(uid)
    if current().person is None or queries.guest_seats(group) is None:
        raise NotFound
    if queries.live_of(group.id, current().person or 0) is None:
        raise Conflict(_("Keep a seat for yourself first."), code="not-in")
    return group


def _own_dates(group: Group) -> list[Occurrence]:
    """The next dates of a group on which the reader has a seat."""
    ahead = [one for one in queries.dates_ahead(group) if one.start > clock.now()]
    where = queries.standings(current().person, ahead)
    own = (one for one in ahead if one.id in where and where[one.id].state is StandingState.ACTIVE)
    return [one for _number, one in zip(range(SHOWN_DATES), own, strict=False)]


def _fill(form: BringGuestForm) -> None:
    form.relation.choices = list(guest_relations().items())


def _page(group: Group, form: BringGuestForm) -> Response:
    _fill(form)
    dates, program = _own_dates(group), get_program(group.program_id)
    page = render_template(
        "enrolment/guest.html",
        group=group,
        form=form,
        dates=dates,
        young=program.young_guests if program else "",
        me=myself().short_name,
        consent=service.consent_to_guest(),
        guests=_comers(queries.guests_of(myself(), group)),
    )
    return make_response(page, 422 if form.errors else 200)


def _comers(guests: list[Guest]) -> list[dict[str, Any]]:
    """One's guests, each with the dates to come."""
    now = clock.now()
    return [
        {
            "guest": one,
            "asked": one.state is GuestState.ASKED,
            "dates": [date.occurrence for date in one.dates if date.occurrence.start > now],
        }
        for one in guests
    ]
