"""Exactly the plan: the rows of a group's dates take over what a plan says of them, and it is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, or_, select

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.core.tokens import public_id
from groupsched.schedule.events import LeadsChanged, LeadsDate, RuleChange
from groupsched.schedule.models import FORMER_LENGTH, Assignment, Occurrence, Series, Timeslot
from groupsched.schedule.queries import only_rule
from groupsched.schedule.rules import (
    LEADING,
    NEW,
    AssignmentRole,
    DateChange,
    TimetableDate,
    TimetableSeries,
)
from groupsched.schedule.service.rows import touch
from groupsched.schedule.service.slots import lay_out
from groupsched.schedule.service.substitutes import end_covers, roles_of
from groupsched.schedule.service.telling import announce
from groupsched.schedule.service.timetable import TimetableRows


@dataclass(frozen=True)
class AppliedPlan:
    """The series that goes on, if there is one, and the numbers of the rows that were made: of new series by their keys, of new dates in
    the order of the plan."""

    goes_on: Series | None
    began: Mapping[int, int]
    added: list[int]


def apply(
    group: Group, rows: TimetableRows, change: DateChange, *, by_rule: bool, besides: bool = False
) -> AppliedPlan:
    """Write a plan. With `by_rule` people read what its rule says now; with `besides` its new dates are news to who comes to
    every date."""
    was = change.before
    series, numbers = dict(rows.series), {key: one.sequence for key, one in rows.series.items()}
    for one in change.after.series:
        if one.key <= NEW:
            series[one.key] = _begun(group, one)
        elif one != was.series_with(one.key):
            _carry_on(series[one.key], was.series_with(one.key), one)
    db.session.flush()
    _delete(one.key for one in change.gone)
    for before, after in change.steps:
        row = rows.dates[before.key or 0]
        number = max(row.sequence, numbers[before.series]) + 1
        _follow(row, before, after, series)
        if (before.shown, before.status) != (after.shown, after.status):
            _number(row, number, before, after)
    db.session.flush()
    added = _insert(group, change.added, series)
    db.session.flush()
    _lead_added(added, change.added)
    slots = lay_out(
        group,
        [*_keys(now for _was, now in change.steps), *added],
        {was.key or 0: (was.start, was.end) for was, _now in change.steps},
    )
    goes_on = series[change.goes_on] if change.goes_on is not None else None
    # What comes on a closed day does not take place: nobody is let in, and nobody is told.
    new = [key for key, one in zip(added, change.added, strict=True) if one.takes_place]
    announce(
        group,
        added=new,
        besides=new if besides else (),
        gone=_keys(change.gone),
        changed=_keys(now for _was, now in change.moved),
        dropped=_keys(change.dropped),
        restored=_keys(change.restored),
        cancelled=_keys(change.cancelled),
        rules=_rules(group, change, goes_on) if by_rule and goes_on is not None else [],
        slots=slots,
    )
    return AppliedPlan(goes_on, {key: one.id for key, one in series.items() if key <= NEW}, added)


def _keys(dates: Iterable[TimetableDate]) -> list[int]:
    return [one.key for one in dates if one.key is not None]


def _rules(group: Group, change: DateChange, goes_on: Series) -> list[RuleChange]:
    """What the rule of the series was and is: the one that changed is the one that goes on, or was cut for it."""
    after = {one.key: one for one in change.after.series}
    touched = [
        one
        for one in change.before.series
        if (one.rule, one.ended) != (after[one.key].rule, after[one.key].ended)
    ]
    was = next((one for one in touched if not one.ended), None)
    if was is None:
        return []
    chain = tuple(dict.fromkeys((*(one.key for one in touched), goes_on.id)))
    # The part that it had until then is no other time: it goes over into this one.
    alone = only_rule(group, [one for one in chain if one != goes_on.id]) == goes_on.rule
    return [RuleChange(chain, was.rule, goes_on.rule, alone)]


def _begun(group: Group, one: TimetableSeries) -> Series:
    series = Series(
        group_id=group.id,
        group=group,
        expanded_to=one.expanded_to,
        own=_stored(one),
        closed_days=one.closed_days,
    )
    series.rule = one.rule
    db.session.add(series)
    return series


def _carry_on(series: Series, was: TimetableSeries, now: TimetableSeries) -> None:
    series.expanded_to = now.expanded_to
    if (was.rule, was.own, was.ended) == (now.rule, now.own, now.ended):
        return
    series.rule, series.own = now.rule, _stored(now)
    series.version += 1
    series.sequence += 1
    series.changed_at = clock.now()
    if now.ended != was.ended:
        series.ended_at = _end_of(was, now) if now.ended else None


def _end_of(was: TimetableSeries, now: TimetableSeries) -> datetime:
    """When a series ends: one that is cut still has its dates until then, which may be to come."""
    if now.rule == was.rule or now.rule.until is None:
        return clock.now()
    midnight = datetime.combine(now.rule.until + timedelta(days=1), time(), now.rule.zone)
    return max(clock.now(), midnight.astimezone(UTC))


def _stored(one: TimetableSeries) -> dict[str, Any]:
    return {name.value: list(value) if isinstance(value, tuple) else value for name, value in one.own.items()}


def _delete(keys: Iterable[int | None]) -> None:
    gone = [key for key in keys if key is not None]
    if gone:
        db.session.execute(delete(Timeslot).where(Timeslot.occurrence_id.in_(gone)))
        db.session.execute(delete(Occurrence).where(Occurrence.id.in_(gone)))


def _follow(row: Occurrence, was: TimetableDate, now: TimetableDate, series: Mapping[int, Series]) -> None:
    """Have a row stand as planned."""
    row.series_id, row.timezone = series[now.series].id, series[now.series].timezone
    if was.original != now.original:
        row.former_local = f"{row.former_local} {row.original_local}"[-FORMER_LENGTH:]
    for name, value in _columns(now, row.timezone).items():
        setattr(row, name, value)
    if was.leads != now.leads:
        _lead(row, was.leads, now.leads)
    if was.status != now.status:
        row.cancelled_at = None if now.takes_place else clock.now()
    if (was.shown, was.status, was.seats) != (now.shown, now.status, now.seats):
        touch(row)


def _number(row: Occurrence, number: int, was: TimetableDate, now: TimetableDate) -> None:
    """Calendars take a date for changed only where its number rises, whether it or its series says it before and after."""
    row.sequence = number
    if _as_its_series(now) and not _as_its_series(was) and row.series.sequence < number:
        row.series.sequence, row.series.changed_at = number, clock.now()


def _as_its_series(one: TimetableDate) -> bool:
    return one.takes_place and not one.own and one.start == one.given


def _columns(one: TimetableDate, timezone: str) -> dict[str, Any]:
    return {
        **times(one.original, one.given, one.start, one.end, timezone),
        "place_id": one.place,
        "capacity": one.seats,
        "own_link": one.link,
        "own_title": one.title,
        "own_note": one.note,
        "status": one.status,
        "dropped": one.dropped,
        "reason": one.reason,
        "closure_id": one.closure,
        "own_fields": " ".join(sorted(one.own)),
    }


def times(
    original: datetime, given: datetime, start: datetime, end: datetime, timezone: str
) -> dict[str, Any]:
    """The columns that say when a date is."""
    # What the clock shows then; `original_local` is what the rule says. They differ where an hour is left out, and a date
    # keeps the name that its rule gave it.
    local = start.astimezone(ZoneInfo(timezone))
    return {
        "original_start": given,
        "original_local": f"{original:%Y-%m-%dT%H%M}",
        "start": start,
        "end": end,
        "local_date": local.date(),
        "local_minute": local.hour * 60 + local.minute,
    }


def _insert(group: Group, dates: list[TimetableDate], series: Mapping[int, Series]) -> list[int]:
    """Rows for these dates in one statement; returns their ids, in order."""
    if not dates:
        return []
    shared = {
        "program_id": group.program_id, "group_id": group.id, "external": group.external, "changed_at": clock.now(),
        "online_capacity": group.online_seats,
    }  # fmt: skip
    rows = [
        {
            **shared, **_columns(one, series[one.series].timezone), "uid": public_id(),
            "series_id": series[one.series].id, "timezone": series[one.series].timezone,
        }
        for one in dates
    ]  # fmt: skip
    # RETURNING alone promises no order: the numbers would be those of other dates.
    query = insert(Occurrence).returning(Occurrence.id, sort_by_parameter_order=True)
    # A None would be left out otherwise, and the default written: no seats online instead of no limit.
    return list(db.session.scalars(query, rows, execution_options={"render_nulls": True}))


def _lead(row: Occurrence, were: tuple[int, ...], people: tuple[int, ...]) -> None:
    leading = or_(Assignment.role.in_(LEADING), Assignment.person_id.in_(people))
    db.session.execute(delete(Assignment).where(Assignment.occurrence_id == row.id, leading))
    _assign([row.id], people, roles_of(row, people))
    db.session.expire(row, ["assignments"])
    if new := tuple(sorted(set(people) - set(were))):
        publish(LeadsDate(row.id, new))
    publish(LeadsChanged(tuple(sorted({*were, *people})), (row.series_id,)))
    end_covers(row, people)


def _lead_added(numbers: list[int], dates: list[TimetableDate]) -> None:
    """New dates of a series that others lead than its group."""
    by_leads: dict[tuple[int, ...], list[int]] = {}
    for number, one in zip(numbers, dates, strict=True):
        by_leads.setdefault(one.leads, []).append(number)
    for people, led in by_leads.items():
        if people:
            _assign(led, people, [AssignmentRole.LEAD, *[AssignmentRole.CO_LEAD] * len(people)])
            publish(LeadsChanged(tuple(sorted(people))))


def _assign(numbers: list[int], people: tuple[int, ...], roles: Sequence[AssignmentRole]) -> None:
    known = select(Person.id, Person.qualification_id).where(Person.id.in_(people))
    holds = {one.id: one.qualification_id for one in db.session.execute(known)}
    db.session.add_all(
        Assignment(
            occurrence_id=number,
            person_id=person,
            role=roles[place],
            position=place,
            qualification_id=holds[person],
        )
        for number in numbers
        for place, person in enumerate(people)
    )
    db.session.flush()
