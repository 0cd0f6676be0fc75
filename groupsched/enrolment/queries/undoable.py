"""What a person, or staff, did a moment ago and may take back still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.queries.apart import stranger_to
from groupsched.enrolment.queries.offers import keeping
from groupsched.enrolment.queries.roster import ORDER, may_bring
from groupsched.enrolment.rules import LIVE, DateSeatState, EnrolmentMode, EnrolmentState, UndoableKind
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool

JUST_JOINED = timedelta(minutes=20)
"""Who left within the first half of it undid what they joined: in the other half it can be taken back."""
GIVEN_BACK = (UndoableKind.LEFT, UndoableKind.JOINING_UNDONE, UndoableKind.SWITCHED)


@dataclass(frozen=True)
class UndoableAct:
    """All enrolments of one act, in the order of their groups."""

    parts: Sequence[Enrolment]

    @property
    def enrolment(self) -> Enrolment:
        """The one that goes on when it is taken back: by it the act is known."""
        return next((one for one in self.parts if one.left_as != EnrolmentState.LEFT), self.parts[0])

    @property
    def into(self) -> Enrolment:
        """The one that got a seat by it, where one did."""
        return next((one for one in self.parts if _gained(one)), self.enrolment)

    @property
    def instead_of(self) -> list[str]:
        """The groups that lost a date to it."""
        return [one.group.title for one in self.parts if one is not self.into]

    @property
    def kind(self) -> UndoableKind:
        if len({one.group_id for one in self.parts}) > 1:
            return UndoableKind.SWITCHED
        if self.enrolment.state == EnrolmentState.REQUESTED:
            return UndoableKind.ASKED_MORE
        if any(_gained(one) for one in self.parts):
            return UndoableKind.JOINED_MORE
        if self.enrolment.state in LIVE:
            return UndoableKind.LINE_LEFT
        if self.enrolment.left_as == EnrolmentState.REQUESTED:
            proposed = self.enrolment.proposed_by_id is not None
            return UndoableKind.DECLINED if proposed else UndoableKind.REQUEST_LEFT
        if self.enrolment.left_as == EnrolmentState.WAITLISTED:
            return UndoableKind.GROUP_LINE_LEFT
        return UndoableKind.JOINING_UNDONE if _just_joined(self.enrolment) else UndoableKind.LEFT


def _just_joined(one: Enrolment) -> bool:
    """Whether somebody left what they had joined a moment before: they undid it, and left nothing."""
    return one.undo_until is not None and one.created_at > one.undo_until - JUST_JOINED


def _gained(one: Enrolment) -> bool:
    wanted = (DateSeatState.HELD, DateSeatState.WAITING)
    more = any(seat.state in wanted and seat.left_as not in (None, *wanted) for seat in one.date_seats)
    return one.left_as == EnrolmentState.LEFT or (one.state in LIVE and more)


def act_of(enrolment: Enrolment) -> list[Enrolment]:
    """All enrolments that the last act on this one changed, read afresh; none where nothing is kept of it."""
    if enrolment.undo_until is None:
        return []
    query = select(Enrolment).where(
        Enrolment.person_id == enrolment.person_id, Enrolment.undo_until == enrolment.undo_until
    )
    query = query.options(selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence))
    fresh = query.order_by(Enrolment.group_id, Enrolment.id).execution_options(populate_existing=True)
    return list(db.session.scalars(fresh))


def undoable(groups: Iterable[Enrolment], person_id: int, now: datetime) -> list[UndoableAct]:
    """What a person did and may take back still, the latest first, one of each group; nothing of a group in which they are
    again (`groups`), or whose seats have gone to somebody else."""
    query = select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.undo_until > now, Enrolment.undo_by_staff.is_(False)
    )
    query = query.options(
        joinedload(Enrolment.group).joinedload(Group.modality),
        selectinload(Enrolment.date_seats).joinedload(DateSeat.occurrence),
    )
    acts: dict[datetime | None, list[Enrolment]] = {}
    for one in db.session.scalars(
        query.order_by(Enrolment.undo_until.desc(), Enrolment.group_id, Enrolment.id)
    ):
        acts.setdefault(one.undo_until, []).append(one)
    live = {one.group_id: one for one in groups}
    acts_of_now = (parts for parts in acts.values() if all(one.group.published for one in parts))
    found = [UndoableAct(parts) for parts in acts_of_now if not _in_again(parts, live)]
    return _without_gone(_latest_of_each_group(found), now)


def _latest_of_each_group(acts: Iterable[UndoableAct]) -> list[UndoableAct]:
    seen: set[int] = set()
    found = []
    for act in acts:
        of = {one.group_id for one in act.parts}
        found += [act] if not of & seen else []
        seen |= of
    return found


def _without_gone(acts: Sequence[UndoableAct], now: datetime) -> list[UndoableAct]:
    """Those for which each seat is free that they would take again."""
    giving = [act for act in acts if act.kind in GIVEN_BACK]
    if not giving:
        return list(acts)
    groups = {one.group_id for act in giving for one in act.parts}
    query = select(
        Occurrence.id,
        Occurrence.group_id,
        Occurrence.start,
        Occurrence.free_in(SeatPool.ROOM).label("room"),
        Occurrence.free_in(SeatPool.ONLINE).label("online"),
    ).where(
        Occurrence.group_id.in_(groups),
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
    )
    full = db.session.execute(query.where(Occurrence.some_full())).all()
    # What is kept for somebody who does not know of it yet comes back with the undo.
    unheard = keeping([date.id for date in full], now)
    gone = [
        act
        for act in giving
        if any(
            _had(one, date.id, date.start)
            for one in act.parts
            for date in full
            if date.group_id == one.group_id
            and date.id not in unheard
            and not (date.online if one.pool_on(date.id) is SeatPool.ONLINE else date.room)
        )
    ]
    return [act for act in acts if act not in gone]


def _had(one: Enrolment, date_id: int, start: datetime) -> bool:
    """Whether the enrolment had a seat on a coming date before the act, and has none now."""
    said = next((seat for seat in one.date_seats if seat.occurrence_id == date_id), None)
    if said is not None:
        return said.left_as == DateSeatState.HELD and said.state != DateSeatState.HELD
    whole = one.mode == EnrolmentMode.WHOLE and one.covers(start)
    return whole and one.state not in LIVE and one.left_as == EnrolmentState.ACTIVE


def _in_again(parts: Sequence[Enrolment], live: dict[int, Enrolment]) -> bool:
    ended = (one for one in parts if one.state not in LIVE)
    return any(live.get(one.group_id, one) not in parts for one in ended)


def just_removed(identity: Identity, group: Group, now: datetime) -> list[Enrolment]:
    """Whom staff took out of a group a moment ago, by name, for who may undo that; nobody who is in it again, and proposals
    for those alone who may answer them."""
    if not may_bring(identity, group):
        return []
    answers = can(identity, Permission.PROPOSAL_ANSWER, group_facts(group))
    was_proposal = and_(Enrolment.left_as == EnrolmentState.REQUESTED, Enrolment.proposed_by_id.is_not(None))
    query = (
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(
            Enrolment.group_id == group.id,
            Enrolment.undo_until > now,
            Enrolment.undo_by_staff,
            Enrolment.state.not_in(LIVE),
            stranger_to(identity, Enrolment.person_id),
        )
        .where(true() if answers else ~was_proposal)
    )
    return list(db.session.scalars(query.order_by(*ORDER, Enrolment.id)))
