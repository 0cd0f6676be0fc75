"""What a change of dates would do, in sentences with counts, before it is made: for the panel beside each form that changes
dates."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.accounts.queries import names
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import places
from groupsched.catalog.rules import MOST_SEATS
from groupsched.core import clock
from groupsched.core.filters import clock_time, local, short_day
from groupsched.core.i18n import _, listed, ngettext
from groupsched.core.regions import dated
from groupsched.schedule.models import TimeOff
from groupsched.schedule.queries import seats_taken
from groupsched.schedule.rules import (
    TIMES,
    ChangeScope,
    DateChange,
    DateField,
    TimetableDate,
    line_of,
)
from groupsched.schedule.service import ChangedDates, DateConflict, conflicts_of, let_in_by
from groupsched.schedule.words import away_words, said_otherwise

MOST_DAYS = 6


@dataclass(frozen=True)
class HandChanged:
    """Dates that were changed by hand in a field of which the change says otherwise: they keep that, or take over the new."""

    name: str
    label: str
    dates: str
    number: int


@dataclass(frozen=True)
class PlannedWords:
    """What a change would do: each line a number and what so many of are; who is told, and who of those who wait is let in, and whose time
    falls away (`losing`); what was changed by hand; `staff`: who leads otherwise by it and hears so;
    `conflicts`, each with a choice, as the bookings answer; `placed`: which dates were given another room. `mark` tells one plan from another."""

    sentence: str
    lines: tuple[tuple[int, str], ...]
    people: frozenset[Person]
    let_in: frozenset[Person]
    total: int
    mark: str
    by_hand: tuple[HandChanged, ...] = ()
    notes: tuple[str, ...] = ()
    conflicts: tuple[DateConflict, ...] = ()
    placed: tuple[tuple[datetime, Place], ...] = ()
    losing: frozenset[Person] = frozenset()
    staff: tuple[str, ...] = ()

    @property
    def counted(self) -> int:
        """How many dates the lines tell of: what a date keeps by itself changes nothing of it that shows."""
        return sum(number for number, _words in self.lines)


def planned_words(group: Group, done: ChangedDates, zone: str) -> PlannedWords:
    """The change of a plan in words; times are those of the zone."""
    plan, let_in = done.plan, let_in_by(group, done.plan)
    lines = [line for line in _lines(plan, zone) if line[0]]
    touched = [*plan.steps, *plan.gone, *plan.added]
    return PlannedWords(
        sentence=_sentence(plan, zone),
        lines=tuple(lines),
        people=done.impact.people - let_in,
        let_in=let_in,
        losing=done.impact.losing,
        staff=leads_otherwise(group, plan),
        total=len(touched),
        mark=_mark(plan),
        notes=(
            *said_otherwise(group, *plan.parts),
            *_notes(plan, zone),
            *too_small(plan, zone),
            *_away(done.away, zone),
        ),
        conflicts=tuple(conflicts_of(current(), done.clashes, done.elsewhere, plan, besides=group.id)),
    )


def days_of(dates: Iterable[TimetableDate], zone: str) -> str:
    """The first few of these dates, and how many more there are."""
    rows = sorted(dates, key=lambda one: one.start)
    shown = rows if len(rows) <= MOST_DAYS else rows[: MOST_DAYS - 1]
    more = len(rows) - len(shown)
    this_year, days = clock.now().year, [local(one.start, zone).date() for one in shown]
    words = [dated(day, "MMMd" if day.year == this_year else "yMMMd") for day in days]
    return listed([*words, *([ngettext("%(num)s more date", "%(num)s more dates", more)] if more else [])])


def dates_by_part(dates: Iterable[TimetableDate], zone: str) -> str:
    """How many of these dates are of each series, where they are of several: "3 dates from 8 Dec on and 7 dates from 4 Jan on"."""
    parts: dict[int, list[TimetableDate]] = {}
    for one in sorted(dates, key=lambda one: one.start):
        parts.setdefault(one.series, []).append(one)
    if len(parts) < 2:
        return ""
    return listed(
        [
            ngettext(
                "%(num)s date from %(day)s on", "%(num)s dates from %(day)s on", len(rows),
                day=short_day(rows[0].start, zone),
            )
            for rows in parts.values()
        ]
    )  # fmt: skip


def leads_otherwise(group: Group, plan: DateChange) -> tuple[str, ...]:
    """The first names of those who lead a date with the change that others led, or no more: all but the reader, who does it."""
    usual = tuple(row.person_id for row in group.facilitators)
    found = set[int]()
    for was, now in plan.steps:
        if now.takes_place and was.leads != now.leads:
            found |= {*(was.leads or usual)} ^ {*(now.leads or usual)}
    found.discard(current().person or 0)
    return tuple(sorted(person.first_name for person in names(found).values())) if found else ()


def changed_by_hand(
    plan: DateChange, key: int, scope: ChangeScope, fields: Iterable[DateField], zone: str
) -> tuple[HandChanged, ...]:
    """The dates in the scope of a change, besides the one it was made of, that have these fields of their own."""
    one, now = plan.before.date_with(key), clock.now()
    line = line_of(plan.before, one.series)
    asked = frozenset(fields)
    others = [
        row for row in plan.before.dates
        if row.series in line and row.key != key and row.takes_place and plan.before.changeable(row, now)
        and (scope is ChangeScope.ALL or row.day >= one.day)
    ]  # fmt: skip
    found = []
    for name, label, which in _named_fields():
        rows = [row for row in others if row.own & which & asked]
        if rows:
            found.append(HandChanged(name, label, days_of(rows, zone), len(rows)))
    return tuple(found)


def fields_of_hand(name: str) -> frozenset[DateField]:
    """The fields of a choice to keep what was changed by hand, by its name."""
    return {key: which for key, _label, which in _named_fields()}.get(name, frozenset())


def _named_fields() -> list[tuple[str, str, frozenset[DateField]]]:
    return [
        ("times", _("Time"), TIMES),
        ("place", _("Room"), frozenset({DateField.PLACE})),
        ("link", _("Link"), frozenset({DateField.LINK})),
        ("seats", _("Seats"), frozenset({DateField.SEATS})),
        ("title", _("Title"), frozenset({DateField.TITLE})),
        ("leads", _("Who leads"), frozenset({DateField.LEADS})),
        ("note", _("Line for people who come"), frozenset({DateField.NOTE})),
    ]


def _moved(plan: DateChange) -> list[tuple[TimetableDate, TimetableDate]]:
    return [
        (was, now) for was, now in plan.steps
        if was.takes_place and now.takes_place and (was.start, was.end) != (now.start, now.end)
    ]  # fmt: skip


def _sentence(plan: DateChange, zone: str) -> str:
    """What happens to the times, in one sentence; of anything else the lines say it."""
    moved = _moved(plan)
    if not (plan.steps or plan.gone or plan.added):
        return _("Nothing would change yet.")
    if len(moved) == 1:
        was, now = moved[0]
        when, then = (f"{short_day(one.start, zone)}, {clock_time(one.start, zone)}" for one in (was, now))
        if when == then:
            return _("%(when)s then ends at %(end)s.", when=when, end=clock_time(now.end, zone))
        return _("%(old)s moves to %(new)s.", old=when, new=then)
    hours = {(clock_time(was.start, zone), clock_time(now.start, zone)) for was, now in moved}
    if len(hours) == 1 and len(set(next(iter(hours)))) == 2:
        ((old, new),) = hours
        return _(
            "From %(day)s on it starts at %(new)s, not at %(old)s.",
            day=short_day(moved[0][1].start, zone),
            old=old,
            new=new,
        )
    return ""


def _lines(plan: DateChange, zone: str) -> Iterable[tuple[int, str]]:
    """Each kind of what happens, with how many dates it happens to."""
    moved, closed = _moved(plan), [one for one in plan.cancelled if one.closure is not None]
    other = [now for was, now in plan.moved if (was.start, was.end) == (now.start, now.end)]
    off = [one for one in plan.cancelled if one.closure is None]
    added = [one for one in plan.added if one.takes_place]
    closed += [one for one in plan.added if not one.takes_place]
    yield _line(moved_to(moved), zone, lambda n: ngettext("date moves", "dates move", n))
    yield _line(other, zone, lambda n: ngettext("date stays when it is, with what is new", "dates stay when they are, with what is new", n))  # fmt: skip
    yield _line(added, zone, lambda n: ngettext("date is new", "dates are new", n))
    yield _line(plan.restored, zone, lambda n: ngettext("date takes place after all", "dates take place after all", n))  # fmt: skip
    gone = [one for one in plan.gone if one.takes_place]
    yield _line(gone, zone, lambda n: ngettext("date goes, nobody has a seat on it", "dates go, nobody has a seat on them", n))  # fmt: skip
    yield _line(plan.dropped, zone, lambda n: ngettext("date falls away, whoever has a seat is told", "dates fall away, whoever has a seat is told", n))  # fmt: skip
    yield _line(closed, zone, lambda n: ngettext("date falls on a closed day and is called off", "dates fall on closed days and are called off", n))  # fmt: skip
    yield _line(off, zone, lambda n: ngettext("date is cancelled", "dates are cancelled", n))
    yield _line(plan.kept, zone, lambda n: ngettext("date has begun or has marks and stays", "dates have begun or have marks and stay", n))  # fmt: skip


def moved_to(pairs: Iterable[tuple[TimetableDate, TimetableDate]]) -> list[TimetableDate]:
    """The dates as they stand with the change."""
    return [now for _was, now in pairs]


def _line(dates: Sequence[TimetableDate], zone: str, words: Callable[[int], str]) -> tuple[int, str]:
    number = len(dates)
    return number, f"{words(number)}: {days_of(dates, zone)}" if number else ""


def _notes(plan: DateChange, zone: str) -> Iterable[str]:
    """What wants a second look: a date that is moved onto a closed day takes place all the same; days that another series
    of the group has are left out."""
    for was, now in _moved(plan):
        for span in plan.after.closures:
            if span.covers(now) and not span.covers(was):
                yield _(
                    "It is closed on %(day)s: %(why)s. The date takes place all the same.",
                    day=short_day(now.start, zone),
                    why=span.name,
                )


def too_small(plan: DateChange, zone: str) -> Iterator[str]:
    """That a room to which dates go holds fewer than have a seat on them: it is said, and stops nothing."""
    going = [now for was, now in plan.steps if now.place not in (None, was.place) and now.takes_place]
    if not going:
        return
    taken = seats_taken([one.key for one in going if one.key is not None])
    for room in places(current()):
        holds = room.capacity if room.capacity is not None else MOST_SEATS
        over = [one for one in going if one.place == room.id and taken.get(one.key or 0, 0) > holds]
        if over:
            yield ngettext(
                "%(room)s holds %(num)s person. More have a seat: %(days)s.",
                "%(room)s holds %(num)s people. More have a seat: %(days)s.",
                holds,
                room=room.name,
                days=days_of(over, zone),
            )


def _away(rows: Iterable[TimeOff], zone: str) -> Iterable[str]:
    """Who leads then and has entered time off: it is said, and stops nothing."""
    for row in rows:
        days = away_words(row.starts_at, row.ends_at, zone)
        yield _("%(name)s is away: %(days)s.", name=row.person.first_name, days=days)


def _mark(plan: DateChange) -> str:
    """A few letters that are others as soon as the plan does something else."""
    said = [
        (one.key, one.start.isoformat(), one.end.isoformat(), one.place, one.seats, one.link, one.title, one.leads,
         one.note, one.status.value)
        for one in [*moved_to(plan.steps), *plan.added, *plan.gone]
    ]  # fmt: skip
    return sha256(repr(said).encode()).hexdigest()[:12]
