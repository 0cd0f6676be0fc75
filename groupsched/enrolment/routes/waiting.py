"""The line of a group, for staff: who is asked now and until when, who was passed over, and what became of the last seats."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.queries import names
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import get_group
from groupsched.catalog.rules import LineMode
from groupsched.catalog.service import fields_of, update_group
from groupsched.catalog.words import line_modes
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import ReferralPoolForm
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.routes.blueprint import blueprint
from groupsched.enrolment.routes.people import called
from groupsched.enrolment.rules import OfferState
from groupsched.schedule.models import Occurrence

LATELY = timedelta(days=60)
SHOWN = 12

LineRow = tuple[Enrolment, Occurrence | None, SeatOffer | None]
"""Who waits, for which date (None: all of them), and what they were last asked for."""


@blueprint.get("/groups/<uid>/waiting")
@requires(Permission.ROSTER_READ)
def waiting(uid: str) -> str:
    """The line with the one who is asked now, and a record of the last seats."""
    group = get_group(current(), uid, Permission.ROSTER_READ)
    rule = queries.referral_pool(group.id)
    form = ReferralPoolForm(formdata=None, seats=rule.seats, days=rule.days) if rule else None
    return _page(group, form or ReferralPoolForm(formdata=None), kept=rule is not None)


def _page(group: Group, form: ReferralPoolForm, *, kept: bool = True) -> str:
    now = clock.now()
    offers = queries.offers_of(current(), group, now - LATELY)
    # Held until the page is drawn: a session forgets rows that nobody holds, and each name would be read again.
    known = queries.members(current(), group)
    line = _line(group, offers, {one.id for one in known})
    people = known, names({one.person_id for one, _date, _offer in line})
    shown = {one.person_id for one, _date, _offer in line} | {
        one.enrolment.person_id for one in offers[:SHOWN]
    }
    saw(current(), AuditAction.ROSTER_OPENED, sorted(shown), group)
    return render_template(
        "enrolment/waiting.html", form=form, kept=queries.kept_for_referrals(group.id) if kept else [], group=group, line=line, people=people, places=queries.places_in_line({one.id: one for one, _date, _offer in line}.values()), now=now, last=offers[:SHOWN],
        cohort_closed=service.takes_nobody(group),
        asked=[one for one in offers if one.state == OfferState.OPEN], modes=line_modes(),
        may_write=can(current(), Permission.GROUP_WRITE, group_facts(group)), may_answer=queries.may_bring(current(), group),
        register=queries.chooses_by_letters(current(), group_facts(group)), calls=queries.offers_by_phone(group, now) if any(_too_late(one) for one in offers) else frozenset(),
    )  # fmt: skip


def _too_late(offer: SeatOffer) -> bool:
    """Whether it was too late to write to somebody who was passed over."""
    return offer.state == OfferState.PASSED_OVER and offer.clash_id is None


def _line(group: Group, offers: Sequence[SeatOffer], known: Collection[int]) -> list[LineRow]:
    """Of those who wait the ones of whom the reader may know (`known`)."""
    last: dict[tuple[int, int | None], SeatOffer] = {}
    for one in offers:
        last.setdefault((one.enrolment_id, one.occurrence_id), one)
    whole: list[LineRow] = [
        (one, None, last.get((one.id, None))) for one in queries.group_line(group.id) if one.id in known
    ]
    lines = queries.date_lines(group.id, clock.now(), full=True)
    seats = (seat for date in lines.values() for seat in date if seat.enrolment_id in known)
    ordered = sorted(seats, key=lambda seat: (seat.occurrence.start, seat.at, seat.id))
    return [
        *whole,
        *(
            (one.enrolment, one.occurrence, last.get((one.enrolment_id, one.occurrence_id)))
            for one in ordered
        ),
    ]


@blueprint.post("/groups/<uid>/waiting")
@requires(Permission.GROUP_WRITE)
def choose_line_mode(uid: str) -> Response:
    """Say what becomes of a seat that comes free in this group. What was offered stays as it was said."""
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    chosen = request.form.get("line_mode", "")
    if chosen in list(LineMode):
        fields = replace(fields_of(group), line_mode=LineMode(chosen))
        update_group(current(), group, fields, group.version)
        flash(_("Saved for this group. Seats that are offered now stay as we wrote to people."))
    return redirect(url_for("enrolment.waiting", uid=uid), 303)


@blueprint.post("/groups/<uid>/referrals")
@requires(Permission.GROUP_WRITE)
def keep_for_referrals(uid: str) -> Response | tuple[str, int]:
    """Say how many seats of each date are kept for who is referred, and until when."""
    group, form = get_group(current(), uid, Permission.GROUP_WRITE), ReferralPoolForm()
    try:
        if not form.validate():
            return _page(group, form), 422
        service.keep_for_referrals(current(), group, form.seats.data or 0, form.days.data or 0)
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(get_group(current(), uid, Permission.GROUP_WRITE), form), 422
    flash(_("Saved. Who is on the waiting list has what is not kept."))
    return redirect(url_for("enrolment.waiting", uid=uid), 303)


@blueprint.post("/offers/<uid>/answer")
@requires(Permission.ENROL_OTHERS)
def answer_for(uid: str) -> Response:
    """Say yes or no for somebody who told staff."""
    offer = queries.get_offer(current(), uid)
    enrolment, group, name = offer.enrolment, offer.enrolment.group, called(offer.enrolment)
    try:
        if request.form.get("answer") == "yes":
            service.accept_offer(current(), offer)
            flash(_("%(name)s has the seat.", name=called(enrolment)))
        else:
            service.decline_offer(current(), offer)
            flash(_("%(name)s said no, and keeps the place in line.", name=name))
    except service.OfferOver:
        db.session.rollback()
        flash(_("The seat is not kept for %(name)s any more. Nothing has changed.", name=name), "warn")
    except Conflict as refused:
        _say_refused(refused)
    return redirect(url_for("enrolment.waiting", uid=group.uid), 303)


@blueprint.post("/offers/<uid>/called")
@requires(Permission.ENROL_OTHERS)
def called_them(uid: str) -> Response:
    """Write down what somebody said who was called, for it was too late to write to them."""
    offer = queries.get_passed_over(current(), uid)
    group, name = offer.enrolment.group, called(offer.enrolment)
    try:
        if request.form.get("answer") == "yes":
            service.take_by_phone(current(), offer)
            flash(_("%(name)s has the seat.", name=called(offer.enrolment)))
        else:
            service.refuse_by_phone(current(), offer)
            flash(_("%(name)s does not come this time, and keeps the place in line.", name=name))
    except Conflict as refused:
        _say_refused(refused)
    return redirect(url_for("enrolment.waiting", uid=group.uid), 303)


def _say_refused(refused: Conflict) -> None:
    """Why somebody may not have the seat: what came before the refusal is taken back, for a redirect would commit it. Of a pair
    kept apart its own page says more."""
    if isinstance(refused, service.AskSupervisor):
        raise refused
    db.session.rollback()
    flash(f"{refused.message} " + _("Nothing has changed."), "warn")
