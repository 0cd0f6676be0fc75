"""What saving a group would do to its coming dates, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import GroupFields
from groupsched.core import clock
from groupsched.core.events import ask
from groupsched.schedule.events import ImpactOf, SeatsToGive, Whereabouts
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import coming, where_of
from groupsched.schedule.rules import OccurrenceStatus, RuleDate, SeriesRule, rest_of, same_until
from groupsched.schedule.service.defining import is_there
from groupsched.schedule.service.once import without_met
from groupsched.schedule.service.rows import last_kept, rows_by_day, slots_after


@dataclass(frozen=True)
class PlannedChange:
    """Which dates would fall away and come, and who would be told: `told` of the change, `let_in` that they have a seat."""

    dropped: tuple[Occurrence, ...] = ()
    added: tuple[RuleDate, ...] = ()
    told: frozenset[Person] = frozenset()
    let_in: frozenset[Person] = frozenset()


def plan_change(
    group: Group, series: Series | None, fields: GroupFields, place: Place | None, rule: SeriesRule
) -> PlannedChange | None:
    """What would come of saving these fields, with this room, and this rule; None where nothing is otherwise."""
    rule = without_met(group, rule, series)
    if is_there(group, series, fields, rule):
        return None
    other = _other_dates(group, series, rule)
    dropped = other.dropped
    stay = [
        one
        for one in coming(group, clock.now(), None)
        if one.status == OccurrenceStatus.SCHEDULED and one.start > clock.now() and one not in dropped
    ]
    moved = [one for one in stay if one.id in other.retimed or where_of(one) != _where(one, fields, place)]
    seats = tuple((one.id, fields.capacity if _follows(one) else one.capacity) for one in stay)
    let_in = _let_in(SeatsToGive(group.id, seats, fields.capacity, bool(other.added)))
    told = _told([one.id for one in [*moved, *dropped] if one.taken] + other.restored)
    return PlannedChange(tuple(dropped), tuple(other.added), told - let_in, let_in)


@dataclass(frozen=True)
class _OtherDates:
    """The dates at another time, by id, those that fall away, the new ones, and which of these fell away before, by id."""

    retimed: frozenset[int] = frozenset()
    dropped: Sequence[Occurrence] = ()
    added: Sequence[RuleDate] = ()
    restored: list[int] = field(default_factory=list)


def _other_dates(group: Group, series: Series | None, rule: SeriesRule) -> _OtherDates:
    if series is not None and series.rule == rule:
        return _OtherDates()
    kept = last_kept(series) if series is not None else None
    by_day = rows_by_day(series, kept) if series is not None else {}
    whole = series is None or kept is None or same_until(series.rule, rule, kept)
    rest = rule if whole or kept is None else rest_of(rule, kept + timedelta(days=1))
    slots = slots_after(group, rest, kept) if rest is not None else {}
    takes_place = {day: row for day, row in by_day.items() if row.status == OccurrenceStatus.SCHEDULED}
    again = {day: by_day[day].id for day in slots if day in by_day and by_day[day].fell_away}
    return _OtherDates(
        frozenset(
            row.id
            for day, row in takes_place.items()
            if day in slots and not row.edited and (row.start, row.end) != (slots[day].start, slots[day].end)
        ),
        [row for day, row in takes_place.items() if day not in slots],
        [slot for day, slot in slots.items() if day not in by_day or day in again],
        list(again.values()),
    )


def _follows(one: Occurrence) -> bool:
    """Whether a date takes over the room and the seats of its group."""
    return not one.edited and not one.frozen


def _where(one: Occurrence, fields: GroupFields, place: Place | None) -> Whereabouts:
    there = place if _follows(one) else one.place
    place_id, site_id, link = (there.id, there.site_id, there.online_link) if there else (None, None, "")
    return Whereabouts.of(fields.attendance_mode, place_id, site_id, fields.online_link or link)


def _told(numbers: list[int]) -> frozenset[Person]:
    """Who would hear of these dates: who has a seat or waits."""
    answers = ask(ImpactOf(tuple(numbers), whole_line=True)) if numbers else ()
    return frozenset(person for answer in answers for person in answer.people)


def _let_in(question: SeatsToGive) -> frozenset[Person]:
    return frozenset(person for people in ask(question) for person in people)
