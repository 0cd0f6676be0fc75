"""Enrol, leave, and "can't come"."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from flask.views import MethodView
from marshmallow import validate

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.occurrences import shown
from groupsched.api.routes.refusing import refuse
from groupsched.api.schemas import (
    EnrolmentCreation,
    EnrolmentSchema,
    OccurrenceSchema,
    PersonOnly,
    PoolChoice,
    SlotsSchema,
    SwitchCreation,
    SwitchedSchema,
    moment,
)
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, get_group
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _
from groupsched.core.shapes import LineText, StrictSchema
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.queries import (
    DateStanding,
    SlotTaken,
    dates_of_group,
    get_enrolment,
    get_slot,
    last_offer_of,
    load,
    offer_of,
    person_in_reach,
    slots_on,
    standings,
)
from groupsched.enrolment.rules import (
    IN_LINE,
    EnrolmentMode,
    EnrolmentState,
    SwitchReason,
    Waitlisted,
)
from groupsched.enrolment.service import (
    JoinOutcome,
    accept_offer,
    answer_of,
    cannot_come,
    change_groups,
    choose_pool,
    date_refusal,
    decline_offer,
    enrol,
    leave,
    take_slot,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.rules import SeatPool

blueprint = NounBlueprint("enrolments-api", __name__, description="Who is in which group")


class LeaveQuery(StrictSchema):
    """Why somebody leaves, if it is said."""

    reason = LineText(load_default="", validate=validate.Length(max=300))


def enrolment_json(outcome: JoinOutcome, asked: Sequence[Occurrence]) -> dict[str, Any]:
    """An enrolment and what became of the wish, date by date where dates were asked for."""
    enrolment, answer = outcome.enrolment, outcome.answer
    waits = enrolment.state == EnrolmentState.WAITLISTED and isinstance(answer, Waitlisted)
    known = {one.id for one in asked}
    others = {seat.occurrence_id for seat in enrolment.date_seats} - known
    dates = sorted([*asked, *(load(tuple(others)) if others else ())], key=lambda one: (one.start, one.id))
    where = standings(enrolment.person_id, dates)
    offer = offer_of(enrolment, clock.now(), out=False) if may_be_asked(enrolment) else None
    asked_now = offer is not None and enrolment.state == EnrolmentState.WAITLISTED
    return {
        "id": enrolment.uid,
        "state": EnrolmentState.OFFERED if asked_now else enrolment.state,
        "mode": enrolment.mode,
        "position": answer.position if waits and isinstance(answer, Waitlisted) else None,
        "pool": enrolment.pool,
        "waits_for_other_pool": enrolment.other_pool_at is not None
        or any(seat.other_pool_at for seat in enrolment.date_seats),
        "offer": offer_json(offer) if offer is not None else None,
        "dates": [date_json(one, where[one.id]) for one in dates if one.id in where],
    }


def may_be_asked(enrolment: Enrolment) -> bool:
    """Whether somebody stands in a line in which people are asked."""
    return enrolment.state in IN_LINE and enrolment.group.line_mode is not LineMode.AT_ONCE


def offer_json(offer: SeatOffer) -> dict[str, Any]:
    """What waits for an answer."""
    date, zone = offer.occurrence, zone_of(offer.enrolment.person)
    return {
        "expires_at": moment(offer.until_at, date.timezone if date is not None else zone)
        if offer.until_at
        else "",
        "occurrence_id": date.uid if date is not None else None,
    }


def date_json(date: Occurrence, standing: DateStanding) -> dict[str, Any]:
    """Where somebody stands on one date."""
    return {
        "occurrence_id": date.uid,
        "state": standing.state,
        "position": standing.position or None,
        "slot_id": standing.slot.uid if standing.slot is not None else None,
        "pool": standing.pool,
    }


def _dates(group: Group, person: Person, uids: list[str]) -> list[Occurrence]:
    """The dates that are asked for, in order. Refuses one that is not of this group, or over and not had."""
    found = dates_of_group(group, uids)
    for number, uid in enumerate(uids):
        if uid not in found:
            refuse({f"dates.{number}": [_("This date is not of this group.")]})
    gone = {uid: why for uid, one in found.items() if (why := date_refusal(one))}
    had = standings(person.id, [found[uid] for uid in gone])
    for number, uid in enumerate(uids):
        if uid in gone and found[uid].id not in had:
            gone[uid].field = f"dates.{number}"
            raise gone[uid]
    return list(found.values())


def _slot(group: Group, uid: str) -> Timeslot:
    """A slot of this group. Refuses any other."""
    slot = None
    with suppress(NotFound):
        slot = get_slot(current(), uid)
    if slot is None or slot.occurrence.group_id != group.id:
        refuse({"slot_id": [_("This time is not of this group.")]})
    return slot


@blueprint.route("/occurrences/<occurrence_id>/slots")
class Slots(MethodView):
    """The slots of one date."""

    @requires(Permission.GROUP_READ)
    @blueprint.response(200, SlotsSchema)
    def get(self, occurrence_id: str) -> dict[str, Any]:
        """Which are there, and which are taken."""
        occurrence = get_occurrence(current(), occurrence_id)
        found = slots_on(occurrence)
        knows = can(current(), Permission.ROSTER_READ, facts(occurrence.group))
        if knows:
            saw(
                current(),
                AuditAction.ROSTER_OPENED,
                [one.person for one in found if one.person],
                occurrence.group,
            )
        return {"items": [_slot_json(one, occurrence.timezone, knows=knows) for one in found]}


def _slot_json(one: SlotTaken, zone: str, *, knows: bool) -> dict[str, Any]:
    slot = one.slot
    return {
        "id": slot.uid,
        "start": moment(slot.start, zone),
        "end": moment(slot.end, zone),
        "facilitator": {"id": slot.person.uid, "name": slot.person.short_name},
        "taken": one.person is not None,
        "person_id": one.person.uid if knows and one.person is not None else None,
    }


@blueprint.route("/groups/<group_id>/enrolments")
class Enrolments(MethodView):
    """Into a group."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(EnrolmentCreation)
    @blueprint.response(201, EnrolmentSchema)
    def post(self, data: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Enrol a person; where it is full they wait. Each date that is asked for has its own answer."""
        group = get_group(current(), group_id, Permission.ENROL_OTHERS, to_show=False)
        person = person_in_reach(current(), group, data["person_id"])
        if "slot_id" in data:
            slot = _slot(group, data["slot_id"])
            outcome = take_slot(current(), slot, person, accept_clash=data["accept_clash"])
            return enrolment_json(outcome, [slot.occurrence])
        dates = _dates(group, person, data["dates"])
        outcome = enrol(
            current(), group, person, mode=EnrolmentMode(data["mode"]), occurrences=dates,
            accept_clash=data["accept_clash"], pool=SeatPool(data["pool"]) if data["pool"] else None,
        )  # fmt: skip
        return enrolment_json(outcome, dates)


@blueprint.route("/enrolments/<enrolment_id>")
class OneEnrolment(MethodView):
    """One enrolment."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.response(200, EnrolmentSchema)
    def get(self, enrolment_id: str) -> dict[str, Any]:
        """How it stands, with the seat that is kept for the person, if one is."""
        enrolment = get_enrolment(current(), enrolment_id)
        saw(current(), AuditAction.ROSTER_OPENED, [enrolment.person_id], enrolment.group)
        return enrolment_json(JoinOutcome(enrolment, answer_of(enrolment)), [])

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(PoolChoice)
    @blueprint.response(200, EnrolmentSchema)
    def patch(self, data: dict[str, Any], enrolment_id: str) -> dict[str, Any]:
        """Say how they come; the seat of the other pool goes to who waits for it."""
        enrolment = get_enrolment(current(), enrolment_id)
        date = dates_of_group(enrolment.group, [data["occurrence_id"]]) if "occurrence_id" in data else {}
        if "occurrence_id" in data and not date:
            refuse({"occurrence_id": [_("This date is not of this group.")]})
        asked = list(date.values())
        choose_pool(
            current(), enrolment, SeatPool(data["pool"]), asked[0] if asked else None, wait=data["wait"]
        )
        return enrolment_json(JoinOutcome(enrolment, answer_of(enrolment)), asked)

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(LeaveQuery, location="query")
    @blueprint.response(204)
    def delete(self, query: dict[str, Any], enrolment_id: str) -> None:
        """Leave; the waiting list moves in the same transaction."""
        leave(current(), get_enrolment(current(), enrolment_id), query["reason"])


@blueprint.route("/enrolments/<enrolment_id>/switch")
class Switch(MethodView):
    """From one group to another."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(SwitchCreation)
    @blueprint.response(201, SwitchedSchema)
    def post(self, data: dict[str, Any], enrolment_id: str) -> dict[str, Any]:
        """Change groups in one step; the old seat ends when the new one is there."""
        old = get_enrolment(current(), enrolment_id)
        group = get_group(current(), data["to_group_id"], Permission.ENROL_OTHERS, to_show=False)
        why = SwitchReason(data["why"]) if data["why"] else None
        done = change_groups(current(), old, group, why, accept_clash=data["accept_clash"])
        return {**enrolment_json(done, []), "out_of": {"id": old.uid, "state": old.state}}


@blueprint.route("/enrolments/<enrolment_id>/offer/accept")
class OfferAccept(MethodView):
    """Yes to the seat that is kept for somebody."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.response(200, EnrolmentSchema)
    def post(self, enrolment_id: str) -> dict[str, Any]:
        """The seat is theirs. Doing it twice has one effect; 409 where none is kept, or its time is over."""
        return _answered(enrolment_id, accept_offer)


@blueprint.route("/enrolments/<enrolment_id>/offer/decline")
class OfferDecline(MethodView):
    """No to the seat that is kept for somebody."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.response(200, EnrolmentSchema)
    def post(self, enrolment_id: str) -> dict[str, Any]:
        """The seat goes on to the next one, and they keep their place in the line."""
        return _answered(enrolment_id, decline_offer)


def _answered(enrolment_id: str, answer: Callable[[Identity, SeatOffer], object]) -> dict[str, Any]:
    enrolment = get_enrolment(current(), enrolment_id)
    offer = last_offer_of(enrolment)
    if offer is None:
        raise Conflict(_("No seat is kept for this person."), code="no-offer")
    answer(current(), offer)
    return enrolment_json(JoinOutcome(enrolment, answer_of(enrolment)), [])


@blueprint.route("/occurrences/<occurrence_id>/cannot-come")
class CannotCome(MethodView):
    """One date given up."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(PersonOnly)
    @blueprint.response(200, OccurrenceSchema)
    def post(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Free that date's seat; the person stays in the group."""
        occurrence = get_occurrence(current(), occurrence_id, Permission.ENROL_OTHERS)
        cannot_come(current(), occurrence, person_in_reach(current(), occurrence.group, data["person_id"]))
        return shown(occurrence)
