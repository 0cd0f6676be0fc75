"""Who is kept apart from whom, and which groups a person therefore cannot simply join.

What is found here shows to nobody but supervisors: a person sees a group that asks first, as others do.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    false,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import joinedload, undefer

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can, ensure
from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group, Place
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import ApartPair, DateSeat, Enrolment, Guest, GuestDate
from groupsched.enrolment.queries.seats import holds_seat
from groupsched.enrolment.rules import (
    GUESTS_COME,
    NOT_YET,
    EnrolmentMode,
    EnrolmentState,
    OtherDate,
    SiteDate,
    TimeSpan,
    too_near,
)
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.rules import LEADING, OccurrenceStatus

_SITE = case(
    (Group.attendance_mode == AttendanceMode.ONLINE, null()),
    (Occurrence.place_id.is_(None), Group.site_id),
    else_=Place.site_id,
)


def _sides() -> Subquery:
    """Every pair from both ends, of the people who are asked about."""
    columns = (ApartPair.from_day, ApartPair.until_day, ApartPair.minutes)
    people: Any = bindparam("people", expanding=True)
    return union_all(
        *(
            select(one.label("person_id"), other.label("other_id"), *columns).where(one.in_(people))
            for one, other in (
                (ApartPair.first_id, ApartPair.second_id),
                (ApartPair.second_id, ApartPair.first_id),
            )
        )
    ).subquery()


def _others() -> Any:
    """The coming dates of those from whom people are kept apart: of the groups they are in, those they lead, and
    those to which they come as guests."""
    sides = _sides()
    columns = (
        sides.c.person_id, sides.c.other_id, sides.c.minutes,
        Occurrence.id, Occurrence.start, Occurrence.end, Occurrence.group_id, _SITE,
    )  # fmt: skip
    then = and_(
        Occurrence.end > bindparam("now"),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.local_date >= sides.c.from_day,
        or_(sides.c.until_day.is_(None), Occurrence.local_date < sides.c.until_day),
    )

    def at_a_site(query: Select[Any]) -> Select[Any]:
        return (
            query.join(Group, Group.id == Occurrence.group_id)
            .outerjoin(Place, Place.id == Occurrence.place_id)
            .where(then)
        )

    said = and_(DateSeat.enrolment_id == Enrolment.id, DateSeat.occurrence_id == Occurrence.id)
    inside = or_(Enrolment.mode == EnrolmentMode.WHOLE, DateSeat.id.is_not(None))
    in_group = (
        select(*columns, case((holds_seat(), true()), else_=false()))
        .join(
            Enrolment, and_(Enrolment.person_id == sides.c.other_id, Enrolment.state == EnrolmentState.ACTIVE)
        )
        .join(Occurrence, Occurrence.group_id == Enrolment.group_id)
        .outerjoin(DateSeat, said)
        .where(inside)
    )
    lead = and_(Assignment.person_id == sides.c.other_id, Assignment.role.in_(LEADING))
    led = (
        select(*columns, true())
        .join(Assignment, lead)
        .join(Occurrence, Occurrence.id == Assignment.occurrence_id)
    )
    nobody_else = ~exists().where(Assignment.occurrence_id == Occurrence.id, Assignment.role.in_(LEADING))
    led_as_group = (
        select(*columns, true())
        .join(Facilitator, Facilitator.person_id == sides.c.other_id)
        .join(Occurrence, Occurrence.group_id == Facilitator.group_id)
        .where(nobody_else)
    )
    as_guest = (
        select(*columns, true())
        .join(Guest, and_(Guest.person_id == sides.c.other_id, Guest.state.in_(GUESTS_COME)))
        .join(GuestDate, and_(GuestDate.guest_id == Guest.id, GuestDate.lost_at.is_(None)))
        .join(Occurrence, Occurrence.id == GuestDate.occurrence_id)
    )
    return union_all(*map(at_a_site, (in_group, led, led_as_group, as_guest)))


_OTHERS = _others()


def others_of(program_id: int | None, person_ids: Collection[int]) -> dict[int, list[OtherDate]]:
    """The coming dates, running ones too, of those from whom each of these people is kept apart then; by person. One statement
    in a program that ever kept anybody apart, whether there are any of these people or not; none in others."""
    found = defaultdict[int, list[OtherDate]](list)
    if person_ids and keeps_apart(program_id):
        for person, other, minutes, key, start, end, group_id, site_id, comes in db.session.execute(
            _OTHERS, {"people": sorted(person_ids), "now": clock.now()}
        ):
            there = SiteDate(TimeSpan(key, start, end), group_id, site_id)
            found[person].append(OtherDate(other, there, minutes, bool(comes)))
    return dict(found)


def keeps_apart(program_id: int | None) -> bool:
    """Whether anybody of a program was ever kept apart from somebody."""
    program = get_program(program_id) if program_id is not None else None
    return program is not None and program.keeps_apart


def asking_first(program_id: int | None, person_id: int | None, group_ids: Collection[int]) -> frozenset[int]:
    """Those of these groups that this person cannot simply join: somebody from whom they are kept apart is in it or leads it,
    or comes to their dates too near. To the person, a group that asks first."""
    if person_id is None or not group_ids:
        return frozenset()
    return frozenset(
        group for group, _why in meeting(group_ids, others_of(program_id, [person_id]).get(person_id, []))
    )


def meeting(group_ids: Collection[int], others: Collection[OtherDate]) -> list[tuple[int, frozenset[int]]]:
    """Those of these groups that others are in, lead or come too near to, with the coming dates where they do."""
    near = defaultdict[int, set[int]](set)
    for one in others:
        near[one.date.group_id] |= {one.date.span.key} if one.comes else set()
    # Only beside minutes between them does it matter what else is at a site: else nothing is read.
    around = [one for one in others if one.comes and one.minutes and one.date.site_id is not None]
    for group, dates in _coming(group_ids, {one.date.site_id for one in around}).items():
        if found := too_near(dates, around):
            near[group] |= found
    return [(group, frozenset(near[group])) for group in group_ids if group in near]


def _coming(group_ids: Collection[int], sites: Collection[int | None]) -> dict[int, list[SiteDate]]:
    if not sites:
        return {}
    query = (
        select(Occurrence.group_id, Occurrence.id, Occurrence.start, Occurrence.end, _SITE)
        .join(Group, Group.id == Occurrence.group_id)
        .outerjoin(Place, Place.id == Occurrence.place_id)
        .where(
            Occurrence.group_id.in_(group_ids),
            Occurrence.end > clock.now(),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            _SITE.in_(sites),
        )
    )
    found = defaultdict[int, list[SiteDate]](list)
    for group, key, start, end, site_id in db.session.execute(
        query.order_by(Occurrence.start, Occurrence.id)
    ):
        found[group].append(SiteDate(TimeSpan(key, start, end), group, site_id))
    return found


def kept_apart_on(occurrence: Occurrence, person_id: int, there: Collection[int] = ()) -> bool:
    """Whether a person is kept apart from somebody who comes to this date, leads it, is one of those `there`, or is at its site
    too shortly before or after."""
    others = others_of(occurrence.program_id, [person_id]).get(person_id, [])
    if any(occurrence.id in near for _group, near in meeting([occurrence.group_id], others)):
        return True
    return bool(there) and bool(partners([person_id], occurrence.local_date) & set(there))


def ever_apart_from(person_ids: Collection[int]) -> Select[int]:
    """Query of the numbers of those who were ever kept apart from one of these people."""
    known = ApartPair.first_id.in_(person_ids)
    other = case((known, ApartPair.second_id), else_=ApartPair.first_id)
    return select(other).where(or_(known, ApartPair.second_id.in_(person_ids)))


def in_pairs(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who were ever kept apart from somebody."""
    ways = (ApartPair.first_id, ApartPair.second_id)
    return frozenset(db.session.scalars(union_all(*(select(one).where(one.in_(person_ids)) for one in ways))))


def partners(person_ids: Collection[int], day: date) -> frozenset[int]:
    """The numbers of those from whom these people are kept apart that day."""
    then = and_(ApartPair.from_day <= day, or_(ApartPair.until_day.is_(None), ApartPair.until_day > day))
    ways = ((ApartPair.first_id, ApartPair.second_id), (ApartPair.second_id, ApartPair.first_id))
    return frozenset(
        db.session.scalars(
            union_all(*(select(other).where(one.in_(person_ids), then) for one, other in ways))
        )
    )


def stranger_to(identity: Identity, person_id: Any) -> ColumnElement[bool]:
    """The person of this column is none from whom this identity is kept apart today."""
    if identity.person is None or not keeps_apart(identity.program_id):
        return true()
    day = today_of(identity.program_id)
    then = and_(ApartPair.from_day <= day, or_(ApartPair.until_day.is_(None), ApartPair.until_day > day))
    them = or_(
        and_(ApartPair.first_id == identity.person, ApartPair.second_id == person_id),
        and_(ApartPair.second_id == identity.person, ApartPair.first_id == person_id),
    )
    return ~exists(select(ApartPair.id).where(them, then).correlate_except(ApartPair))


def not_kept_from(identity: Identity) -> ColumnElement[bool]:
    """The enrolment is of nobody who asks or waits and from whom this identity is kept apart today: others answer them, and bring
    them in or not."""
    return or_(Enrolment.state.not_in(NOT_YET), stranger_to(identity, Enrolment.person_id))


def may_answer(identity: Identity, enrolment: Enrolment) -> bool:
    """Whether somebody who asks or waits is none from whom this identity is kept apart; of all else that is not asked."""
    if enrolment.state not in NOT_YET or not keeps_apart(identity.program_id):
        return True
    return bool(db.session.scalar(select(not_kept_from(identity)).where(Enrolment.id == enrolment.id)))


def pairs_among(person_ids: Collection[int], day: date) -> frozenset[frozenset[int]]:
    """Which of these people are kept apart from one another that day."""
    then = and_(ApartPair.from_day <= day, or_(ApartPair.until_day.is_(None), ApartPair.until_day > day))
    query = select(ApartPair.first_id, ApartPair.second_id).where(
        ApartPair.first_id.in_(person_ids), ApartPair.second_id.in_(person_ids), then
    )
    return frozenset(frozenset((first, second)) for first, second in db.session.execute(query))


def today_of(program_id: int | None) -> date:
    """The day it is for a program: pairs begin and end at its midnight. Raises NotFound where there is none."""
    program = get_program(program_id) if program_id is not None else None
    if program is None:
        raise NotFound
    return clock.today(program.timezone)


def pair_facts(pair: ApartPair, reader_id: int | None) -> Facts:
    """What the policy may know of a pair. Nobody's staff rights reach a pair that they are one of."""
    own = reader_id if reader_id in (pair.first_id, pair.second_id) else None
    return Facts(program=pair.program_id, subject=own)


def kept_pairs(identity: Identity) -> Select[ApartPair]:
    """Query of every pair of the program of whom this identity is none, without their reasons."""
    query = select(ApartPair).options(joinedload(ApartPair.first), joinedload(ApartPair.second))
    own = identity.person or 0
    return query.where(
        ApartPair.program_id == identity.program_id, ApartPair.first_id != own, ApartPair.second_id != own
    )


def pairs_kept(identity: Identity) -> list[ApartPair]:
    """The same, those that stand first, then the newest. None for who may not keep people apart."""
    if not can(identity, Permission.KEEP_APART, Facts(identity.program_id)):
        return []
    order = (ApartPair.until_day.is_not(None), ApartPair.from_day.desc(), ApartPair.id.desc())
    return list(db.session.scalars(kept_pairs(identity).order_by(*order)))


def get_pair(identity: Identity, uid: str) -> ApartPair:
    """A pair that this identity keeps. Raises NotFound."""
    query = select(ApartPair).options(joinedload(ApartPair.first), joinedload(ApartPair.second))
    pair = db.session.scalar(query.where(ApartPair.uid == uid))
    if pair is None:
        raise NotFound
    ensure(identity, Permission.KEEP_APART, pair_facts(pair, identity.person))
    return pair


def reason_of(identity: Identity, pair: ApartPair) -> str:
    """Why two people are kept apart, for who keeps them so. The caller writes down that it was read."""
    ensure(identity, Permission.KEEP_APART, pair_facts(pair, identity.person))
    query = select(ApartPair).options(undefer(ApartPair.reason)).where(ApartPair.id == pair.id)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one().reason


def pairs_of(identity: Identity, person: Person) -> list[ApartPair]:
    """The pairs of one person that stand or come, for who keeps them."""
    own = [pair for pair in pairs_kept(identity) if person.id in (pair.first_id, pair.second_id)]
    return [pair for pair in own if not pair.span.is_over(today_of(person.program_id))]


def where_they_meet(pair: ApartPair, most: int = 12) -> list[Occurrence]:
    """The first coming dates where the two meet as it stands, or come too near: whoever keeps them apart settles these."""
    others = others_of(pair.program_id, [pair.first_id, pair.second_id])
    mine = {
        one.date.span.key: one.date
        for one in others.get(pair.second_id, ())
        if one.person_id == pair.first_id
    }
    theirs = [one for one in others.get(pair.first_id, ()) if one.person_id == pair.second_id]
    near = too_near(mine.values(), theirs)
    query = select(Occurrence).options(joinedload(Occurrence.group)).where(Occurrence.id.in_(near))
    return (
        list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id).limit(most))) if near else []
    )


def leads_kept_apart(
    group_id: int, leader_ids: Collection[int], day: date, occurrence_id: int | None = None
) -> bool:
    """Whether one of those who come to lead a group, or one date of it, is kept apart from somebody who is in the group, comes to it
    as a guest, or leads it."""
    others = partners(leader_ids, day) if leader_ids else frozenset()
    if not others:
        return False
    inside = exists().where(
        Enrolment.group_id == group_id,
        Enrolment.person_id.in_(others),
        Enrolment.state == EnrolmentState.ACTIVE,
    )
    guest = exists().where(
        Guest.group_id == group_id, Guest.person_id.in_(others), Guest.state.in_(GUESTS_COME)
    )
    leads = exists().where(Facilitator.group_id == group_id, Facilitator.person_id.in_(others))
    if occurrence_id is not None:
        leads = exists().where(
            Assignment.occurrence_id == occurrence_id,
            Assignment.person_id.in_(others),
            Assignment.role.in_(LEADING),
        )
    return bool(others & set(leader_ids)) or bool(db.session.scalar(select(or_(inside, guest, leads))))
