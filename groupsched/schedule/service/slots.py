"""The slots of dates, as rows: made with them, and following them when they move or are cut anew."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import ask
from groupsched.core.tokens import public_id
from groupsched.schedule.events import SlotBefore, SlotHolders
from groupsched.schedule.models import Occurrence, Series, Timeslot
from groupsched.schedule.rules import (
    DateChange,
    FollowedSlots,
    KnownSlot,
    SlotPlan,
    SlotSpan,
    TimetableDate,
    break_shift,
    follow_slots,
    lay_slots,
    slot_plan,
)

Window = tuple[datetime, datetime]
AT_ONCE = 400


@dataclass(frozen=True)
class CutDate:
    """A date as it is to be cut: its window, and before it another one; by whom people are
    treated; and by how much its breaks are later than the clock says."""

    start: datetime
    end: datetime
    timezone: str
    leads: Sequence[int]
    was: Window
    shift: timedelta = timedelta(0)

    def follow(
        self, rows: Sequence[Timeslot], plan: SlotPlan | None
    ) -> tuple[FollowedSlots, Sequence[SlotSpan]]:
        """What becomes of its slots, and when they are."""
        spans = (
            lay_slots(self.start, self.end, ZoneInfo(self.timezone), plan, self.shift)
            if plan is not None
            else ()
        )
        known = [KnownSlot(one.id, one.person_id, one.gone) for one in rows]
        from_end = self.was[0] != self.start and self.was[1] == self.end
        return follow_slots(known, self.leads, len(spans), from_end=from_end), spans


def lay_out(group: Group, dates: Sequence[int], was: Mapping[int, Window] | None = None) -> list[SlotBefore]:
    """Cut these dates of a group into slots, and give each as many seats; nothing where the group has none. `was` says
    between when a date was before. Returns the slots that are at another time now or fell away, as they were."""
    plan, found = slot_plan(group.slot_minutes, group.slot_gap, group.slot_breaks), list[SlotBefore]()
    if not group.has_slots:
        return found
    for begin in range(0, len(dates), AT_ONCE):
        some = dates[begin : begin + AT_ONCE]
        slots = slots_of(some)
        new: list[dict[str, object]] = []
        for row in _rows(some):
            window = (was or {}).get(row.id, (row.start, row.end))
            minutes = db.session.get_one(Series, row.series_id).duration_minutes
            shift = break_shift(row.original_start, minutes, row.start, row.end)
            cut = CutDate(row.start, row.end, row.timezone, row.leader_ids, window, shift)
            followed, spans = cut.follow(slots[row.id], plan)
            found += _settle(slots[row.id], followed, spans)
            new += _made(row, followed, spans)
            row.capacity = len(followed.laid)
        if new:
            db.session.execute(insert(Timeslot), new)
        db.session.flush()
    return found


def cut_of(change: DateChange, was: TimetableDate, now: TimetableDate, leads: Sequence[int]) -> CutDate:
    """A date as a change would have it cut."""
    rule = change.after.series_with(now.series).rule
    shift = break_shift(now.given, rule.duration_minutes, now.start, now.end)
    return CutDate(now.start, now.end, rule.timezone, leads, (was.start, was.end), shift)


def who_loses(
    cuts: Mapping[int, CutDate], plan: SlotPlan
) -> tuple[Mapping[int, int | None], frozenset[Person]]:
    """How many seats each of these dates would have, cut so, and whose slot would fall away."""
    slots, fallen, seats = slots_of(list(cuts)), list[int](), dict[int, int | None]()
    for number, cut in cuts.items():
        followed, _spans = cut.follow(slots[number], plan)
        seats[number] = len(followed.laid)
        fallen += followed.fallen
    return seats, holders(fallen)


def holders(timeslot_ids: Iterable[int]) -> frozenset[Person]:
    """Who has one of these slots."""
    asked = SlotHolders(tuple(timeslot_ids))
    return (
        frozenset(person for people in ask(asked) for person in people) if asked.timeslot_ids else frozenset()
    )


def slots_of(dates: Sequence[int]) -> dict[int, list[Timeslot]]:
    """The slots of these dates in order of time, by date; those that fell away too."""
    query = select(Timeslot).where(Timeslot.occurrence_id.in_(dates)).order_by(Timeslot.start, Timeslot.id)
    found: dict[int, list[Timeslot]] = defaultdict(list)
    for one in db.session.scalars(query.execution_options(populate_existing=True)) if dates else ():
        found[one.occurrence_id].append(one)
    return found


def drop_slots(group: Group) -> None:
    """The group meets otherwise now: the slots of its coming dates fall away."""
    coming = select(Occurrence.id).where(Occurrence.group_id == group.id, Occurrence.start > clock.now())
    change = update(Timeslot).where(Timeslot.occurrence_id.in_(coming), ~Timeslot.gone).values(gone=True)
    db.session.execute(change.execution_options(synchronize_session=False))


def _rows(dates: Sequence[int]) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.id.in_(dates)).options(selectinload(Occurrence.assignments))
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def _settle(
    rows: Sequence[Timeslot], followed: FollowedSlots, spans: Sequence[SlotSpan]
) -> Iterator[SlotBefore]:
    """Have the rows stand so; says of those that stood how they were, where they are otherwise."""
    by_key = {one.id: one for one in rows}
    for key in followed.fallen:
        yield _before(by_key[key])
        by_key[key].gone = True
    for known, who, number in followed.laid:
        if known is None:
            continue
        row, span = by_key[known], spans[number]
        if not row.gone and (row.start, row.end) != (span.start, span.end):
            yield _before(row)
        row.person_id, row.start, row.end, row.gone = who, span.start, span.end, False


def _before(row: Timeslot) -> SlotBefore:
    return SlotBefore(row.id, row.occurrence_id, row.start, row.end)


def _made(row: Occurrence, followed: FollowedSlots, spans: Sequence[SlotSpan]) -> list[dict[str, object]]:
    return [
        {
            "uid": public_id(), "occurrence_id": row.id, "person_id": who,
            "start": spans[number].start, "end": spans[number].end, "gone": False,
        }
        for known, who, number in followed.laid
        if known is None
    ]  # fmt: skip
