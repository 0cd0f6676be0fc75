"""A seat that is kept for somebody: a page that says so, and their yes or no. Opening it changes nothing."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.filters import local, short_day
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import LineWishForm
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.routes.blueprint import asks_first, blueprint, entry_to, tell
from groupsched.enrolment.rules import (
    EnrolmentMode,
    EnrolmentState,
    EntryMode,
    LineWish,
    OfferState,
    StandingState,
)

A_WHILE = timedelta(days=28)
"""After which somebody who says "later" is asked again, where they choose no other day."""


@blueprint.get("/offers/<uid>")
@requires(Permission.ENROL_SELF)
def offer(uid: str) -> str | Response:
    """What is offered, until when, and what each answer does; after a no, or its time, what becomes of the line."""
    found = _own(uid)
    if found.state == OfferState.ACCEPTED:
        return redirect(url_for("enrolment.mine", uid=found.enrolment.group.uid), 303)
    return _page(found)


def _page(found: SeatOffer, form: LineWishForm | None = None) -> str:
    now, enrolment = clock.now(), found.enrolment
    date = queries.first_date_of(found, now)
    open_ = found.state == OfferState.OPEN and found.until_at is not None and found.until_at > now
    opens = open_ and date is not None
    return render_template(
        "enrolment/offer.html" if opens else "enrolment/offer_over.html",
        form=None if opens else form or _as_it_is(enrolment), offer=found, enrolment=enrolment, group=enrolment.group, one=date, whole=found.occurrence_id is None,
        slot=found.hold.timeslot if found.hold is not None else None, place=_place(found), free=None if opens else queries.free_now([enrolment]), is_final=asks_first(enrolment),
        row=next(iter(queries.listings(current(), [date])), None) if date is not None else None, by_mail=enrolment.person.by_mail,
    )  # fmt: skip


def _as_it_is(enrolment: Enrolment) -> LineWishForm:
    """How somebody waits now."""
    form = LineWishForm(formdata=None, day=clock.today(_zone()) + A_WHILE)
    if enrolment.ask_from is not None:
        form.wish.data, form.day.data = LineWish.LATER, local(enrolment.ask_from, _zone()).date()
    return form


@blueprint.post("/offers/<uid>")
@requires(Permission.ENROL_SELF)
def answer_offer(uid: str) -> Response:
    """Yes leads to one's seat; no, or an answer that comes too late, to what becomes of the line."""
    found = _own(uid)
    try:
        if request.form.get("answer") == "yes":
            service.accept_offer(current(), found)
            tell(_("The seat is yours."))
            return redirect(url_for("enrolment.mine", uid=found.enrolment.group.uid), 303)
        service.decline_offer(current(), found)
    except Conflict as refused:
        db.session.rollback()
        if refused.code == "late" and request.form.get("answer") == "yes" and _free_still(uid):
            tell(_("The time to answer was over, and the seat was still free. It is yours."))
            return redirect(url_for("enrolment.mine", uid=found.enrolment.group.uid), 303)
        tell(refused.message, "warn")
    return redirect(url_for("enrolment.offer", uid=uid), 303)


def _free_still(uid: str) -> bool:
    """Take what was offered, though its time is over, where nobody else is asked for it or has it; says whether it is theirs."""
    found = _own(uid)
    if entry_to(found.enrolment.group) is not EntryMode.WALK_IN:
        return False
    whole = found.occurrence is None
    mode = EnrolmentMode.WHOLE if whole else EnrolmentMode.DATES
    dates = [found.occurrence] if found.occurrence is not None else []
    try:
        done = service.enrol(
            current(), found.enrolment.group, found.enrolment.person, mode=mode, occurrences=dates
        )
    except Conflict:
        db.session.rollback()
        return False
    held = queries.standings(current().person, dates) if dates else {}
    if whole:
        return done.enrolment.state == EnrolmentState.ACTIVE
    return any(one.state == StandingState.ACTIVE for one in held.values())


@blueprint.post("/offers/<uid>/line")
@requires(Permission.ENROL_SELF)
def wait_on(uid: str) -> str | Response | tuple[str, int]:
    """How one waits on after a no: as before, not before a day, or for single dates alone."""
    found, form = _own(uid), LineWishForm()
    enrolment = found.enrolment
    try:
        if form.wish.data == LineWish.SINGLE:
            service.only_single_dates(current(), enrolment)
            tell(_("You wait for each date by itself now."))
        elif form.wish.data == LineWish.LATER:
            service.ask_later(current(), enrolment, form.day.data or clock.today(_zone()))
            day = local(enrolment.ask_from or clock.now(), _zone())
            tell(_("You keep your place. We do not ask you before %(day)s.", day=short_day(day, _zone())))
        else:
            service.ask_as_before(current(), enrolment)
            tell(_("You keep your place, and we ask you for the next seat."))
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
    except DomainError as refused:
        db.session.rollback()
        form.day.errors = [refused.message]
        return _page(found, form), 422
    return redirect(url_for("home.my"), 303)


def _zone() -> str:
    program = current_program(current())
    return program.timezone if program else "UTC"


def _own(uid: str) -> SeatOffer:
    """One's own offer, once one knows of it. Raises NotFound for any other."""
    found = queries.get_offer(current(), uid)
    known = found.out_at is not None and (found.out_at <= clock.now() or found.answered_at is not None)
    if found.enrolment.person_id != current().person or not known:
        raise NotFound
    return found


def _place(found: SeatOffer) -> int | None:
    """The place in the line where they wait still; None where they do not."""
    key = (found.enrolment_id, found.occurrence_id if found.enrolment.mode != EnrolmentMode.WHOLE else None)
    places = queries.places_in_line([found.enrolment])
    return places.get(key) or places.get((found.enrolment_id, found.occurrence_id))
