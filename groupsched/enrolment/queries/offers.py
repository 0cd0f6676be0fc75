"""Seats that are kept for who was asked, and the offers that were made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    exists,
    func,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Credential, Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Enrolment, ReferralPool, SeatHold, SeatOffer
from groupsched.enrolment.queries.apart import stranger_to
from groupsched.enrolment.queries.roster import get_enrolment
from groupsched.enrolment.queries.seats import keeps_on_date
from groupsched.enrolment.rules import HAD_THEIR_TURN, IN_LINE, OfferState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

TurnKey = tuple[int, int | None]
"""An enrolment, and the date for which it waits: None for all of them."""


@dataclass(frozen=True)
class TurnsHad:
    """Of who waits: whom a seat is kept for now, when each was last asked in vain, and when last passed over."""

    asked_now: frozenset[TurnKey]
    asked: dict[TurnKey, datetime]
    passed: dict[TurnKey, datetime]

    def is_over(self, key: TurnKey, freed_at: datetime | None) -> bool:
        """Whether somebody is not asked: they are being asked, or were since a seat last came free."""
        last = self.asked.get(key)
        return key in self.asked_now or (last is not None and (freed_at is None or freed_at <= last))

    def is_said(self, key: TurnKey, freed_at: datetime | None) -> bool:
        """Whether it was said already that somebody was passed over for what is free now."""
        last = self.passed.get(key)
        return last is not None and (freed_at is None or freed_at <= last)


def open_holds(group_id: int) -> list[SeatHold]:
    """The seats of a group that are kept, the latest first, with their offers, read anew: asked under the group's lock."""
    query = (
        select(SeatHold)
        .where(SeatHold.group_id == group_id, SeatHold.closed_at.is_(None), SeatHold.opens_at.is_(None))
        .options(
            selectinload(SeatHold.offers)
            .joinedload(SeatOffer.enrolment)
            .options(joinedload(Enrolment.person), selectinload(Enrolment.date_seats))
        )
        .order_by(SeatHold.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def offered_in(group_id: int) -> frozenset[int]:
    """The numbers of the people for whom seats of a group are kept."""
    query = (
        select(Enrolment.person_id)
        .join(SeatOffer, SeatOffer.enrolment_id == Enrolment.id)
        .where(Enrolment.group_id == group_id, SeatOffer.state == OfferState.OPEN)
    )
    return frozenset(db.session.scalars(query))


def cannot_answer(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people whose account is off, or who are gone: a seat is kept for nobody who cannot say yes."""
    off = exists().where(Credential.person_id == Person.id, Credential.disabled_at.is_not(None))
    query = select(Person.id).where(Person.id.in_(person_ids), or_(off, Person.gone_at.is_not(None)))
    return frozenset(db.session.scalars(query)) if person_ids else frozenset()


def kept_for_referrals(group_id: int) -> list[SeatHold]:
    """The seats of a group that are kept for who is referred, by date; read anew: asked under the group's lock."""
    query = (
        select(SeatHold)
        .where(SeatHold.group_id == group_id, SeatHold.closed_at.is_(None), SeatHold.opens_at.is_not(None))
        .order_by(SeatHold.opens_at, SeatHold.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def referral_pool(group_id: int) -> ReferralPool | None:
    """How many seats a group keeps for who is referred, and until when; None: it keeps none."""
    return db.session.get(ReferralPool, group_id)


def turns_had(group_id: int) -> TurnsHad:
    """Who of a group was asked for a seat, or passed over, in one statement."""
    at = func.max(func.coalesce(SeatOffer.answered_at, SeatOffer.made_at))
    query = (
        select(SeatOffer.enrolment_id, SeatOffer.occurrence_id, SeatOffer.state, at)
        .join(SeatOffer.enrolment)
        .where(Enrolment.group_id == group_id, Enrolment.state.in_(IN_LINE))
        .group_by(SeatOffer.enrolment_id, SeatOffer.occurrence_id, SeatOffer.state)
    )
    now, asked, passed = set[TurnKey](), dict[TurnKey, datetime](), dict[TurnKey, datetime]()
    for enrolment, date, state, moment in db.session.execute(query):
        if state == OfferState.OPEN:
            now.add((enrolment, date))
        elif state in HAD_THEIR_TURN:
            asked[enrolment, date] = max(moment, asked.get((enrolment, date), moment))
        elif state == OfferState.PASSED_OVER:
            passed[enrolment, date] = moment
    return TurnsHad(frozenset(now), asked, passed)


def overdue(now: datetime) -> list[int]:
    """The groups with an offer whose time is over, or with somebody who may be asked again from now on, or with seats that were kept
    for who is referred until now, by number."""
    query = (
        select(SeatHold.group_id)
        .join(SeatHold.offers)
        .where(SeatHold.closed_at.is_(None), SeatOffer.state == OfferState.OPEN, SeatOffer.until_at <= now)
    )
    again = select(Enrolment.group_id).where(Enrolment.ask_from <= now)
    opens = select(SeatHold.group_id).where(SeatHold.closed_at.is_(None), SeatHold.opens_at <= now)
    return sorted(set(db.session.scalars(union(query, again, opens))))


def offer_of(
    enrolment: Enrolment, now: datetime, occurrence_id: int | None = None, *, out: bool = True
) -> SeatOffer | None:
    """The offer that waits for an answer of an enrolment: of a date, or the first one. Its person knows of it only once it
    is `out`."""
    query = (
        select(SeatOffer)
        .options(joinedload(SeatOffer.hold).joinedload(SeatHold.timeslot), joinedload(SeatOffer.occurrence))
        .where(
            SeatOffer.enrolment_id == enrolment.id,
            SeatOffer.state == OfferState.OPEN,
            SeatOffer.until_at > now,
        )
        .order_by(SeatOffer.until_at, SeatOffer.id)
    )
    if occurrence_id is not None:
        query = query.where(or_(SeatOffer.occurrence_id == occurrence_id, SeatOffer.occurrence_id.is_(None)))
    if out:
        query = query.where(SeatOffer.out_at <= now)
    return db.session.scalars(query).first()


def last_offer_of(enrolment: Enrolment) -> SeatOffer | None:
    """The offer that waits for an answer of an enrolment, else the last one that was answered or ended."""
    made = (SeatOffer.enrolment_id == enrolment.id, SeatOffer.state != OfferState.PASSED_OVER)
    query = select(SeatOffer).where(*made).order_by(SeatOffer.state != OfferState.OPEN, SeatOffer.id.desc())
    return db.session.scalars(query.limit(1)).first()


def ended_offers(enrolment: Enrolment, dates: Collection[int] | None) -> list[SeatOffer]:
    """What an enrolment was asked for and is over, answered or not: for these dates, or for all of the group (None)."""
    what = SeatOffer.occurrence_id.is_(None) if dates is None else SeatOffer.occurrence_id.in_(dates)
    over = SeatOffer.state.not_in((OfferState.OPEN, OfferState.PASSED_OVER))
    query = select(SeatOffer).where(SeatOffer.enrolment_id == enrolment.id, what, over)
    return list(db.session.scalars(query.order_by(SeatOffer.id)))


def offers_to(person_id: int, now: datetime) -> list[SeatOffer]:
    """The offers that wait for an answer of a person and of which they know, the next to end first."""
    query = (
        select(SeatOffer)
        .join(SeatOffer.enrolment)
        .options(
            contains_eager(SeatOffer.enrolment).joinedload(Enrolment.group).joinedload(Group.modality),
            joinedload(SeatOffer.hold).joinedload(SeatHold.timeslot),
            joinedload(SeatOffer.occurrence),
        )
        .where(
            Enrolment.person_id == person_id,
            SeatOffer.state == OfferState.OPEN,
            SeatOffer.out_at <= now,
            SeatOffer.until_at > now,
        )
    )
    return list(db.session.scalars(query.order_by(SeatOffer.until_at, SeatOffer.id)))


def get_offer(identity: Identity, uid: str) -> SeatOffer:
    """An offer by its public id: one's own, or of somebody whom staff may answer for. Raises NotFound for any other."""
    query = (
        select(SeatOffer)
        .options(
            joinedload(SeatOffer.enrolment), joinedload(SeatOffer.hold), joinedload(SeatOffer.occurrence)
        )
        .where(SeatOffer.uid == uid, SeatOffer.state != OfferState.PASSED_OVER)
    )
    offer = db.session.scalar(query)
    if offer is None:
        raise NotFound
    get_enrolment(identity, offer.enrolment.uid)
    return offer


def get_passed_over(identity: Identity, uid: str) -> SeatOffer:
    """The row of somebody in line who was passed over, by its public id, answered by phone since or not, for who may answer for
    them. Raises NotFound for any other."""
    query = (
        select(SeatOffer)
        .options(joinedload(SeatOffer.enrolment), joinedload(SeatOffer.occurrence))
        .where(SeatOffer.uid == uid, SeatOffer.hold_id.is_(None), SeatOffer.clash_id.is_(None))
    )
    offer = db.session.scalar(query)
    if offer is None or offer.enrolment.person_id == identity.person:
        raise NotFound
    get_enrolment(identity, offer.enrolment.uid)
    return offer


def first_date_of(offer: SeatOffer, now: datetime) -> Occurrence | None:
    """The date that is offered, or the first of all of them; None where none is left."""
    if offer.occurrence is not None or offer.hold is None:
        return offer.occurrence
    query = select(Occurrence).where(
        Occurrence.group_id == offer.hold.group_id,
        Occurrence.start >= offer.hold.from_start,
        true() if offer.hold.until_start is None else Occurrence.start < offer.hold.until_start,
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    return db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).first()


def offers_of(identity: Identity, group: Group, since: datetime) -> list[SeatOffer]:
    """What became of the seats of a group that came free since then: whom it was offered to or not, the latest first; nothing
    of whom the reader is kept apart from. Raises NotFound for who may not read its roster."""
    ensure(identity, Permission.ROSTER_READ, group_facts(group))
    query = (
        select(SeatOffer)
        .join(SeatOffer.enrolment)
        .options(
            contains_eager(SeatOffer.enrolment).joinedload(Enrolment.person),
            joinedload(SeatOffer.hold),
            joinedload(SeatOffer.occurrence),
            joinedload(SeatOffer.clash),
        )
        .where(
            Enrolment.group_id == group.id,
            SeatOffer.made_at >= since,
            stranger_to(identity, Enrolment.person_id),
        )
    )
    return list(db.session.scalars(query.order_by(SeatOffer.made_at.desc(), SeatOffer.id.desc())))


def keeping(occurrence_ids: Collection[int], now: datetime) -> frozenset[int]:
    """Those of these dates of which a seat is kept for somebody who does not know of it yet: who gave it back may have it."""
    query = (
        select(Occurrence.id)
        .join(SeatHold, SeatHold.group_id == Occurrence.group_id)
        .where(
            Occurrence.id.in_(occurrence_ids),
            SeatHold.closed_at.is_(None),
            SeatHold.opens_at.is_(None),
            keeps_on_date(),
            ~SeatHold.offers.any(SeatOffer.out_at <= now),
        )
    )
    return frozenset(db.session.scalars(query)) if occurrence_ids else frozenset()
