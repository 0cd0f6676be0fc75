"""Slots: how the window of a date is cut into times for one person each, and which time is which when it is cut anew."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class SlotPlan:
    """How long a slot is and the change-over after it, in minutes, and the breaks of the day, in wall-clock time."""

    minutes: int
    gap: int = 0
    breaks: tuple[tuple[time, time], ...] = ()


def slot_plan(minutes: int | None, gap: int, breaks: Iterable[str]) -> SlotPlan | None:
    """The plan of these words, a break like 11:00-11:20; None without a length."""
    if minutes is None:
        return None
    pairs = (one.split("-") for one in breaks)
    return SlotPlan(minutes, gap, tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in pairs))


@dataclass(frozen=True)
class SlotSpan:
    """When a slot begins and ends."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class KnownSlot:
    """A slot that has a row: its number, whom it is with, and whether it had fallen away."""

    key: int
    who: int
    gone: bool = False


@dataclass(frozen=True)
class FollowedSlots:
    """What becomes of slots: those that go on, each with whom it is with then and as which of the new spans; new ones
    (None); and those that fall away."""

    laid: tuple[tuple[int | None, int, int], ...]
    fallen: tuple[int, ...]


def break_shift(given: datetime, minutes: int, start: datetime, end: datetime) -> timedelta:
    """By how much the breaks of a date are later than the clock says: with a date that was moved as a whole they move along;
    where only its start or its end is another one they stay. `given`, for so many minutes, is when its rule has it.

    >>> at = lambda hour, minute=0: datetime(2026, 1, 5, hour, minute, tzinfo=UTC)
    >>> [str(break_shift(at(10), 120, at(10, 30), end)) for end in (at(12, 30), at(11, 30), at(12))]
    ['0:30:00', '0:30:00', '0:00:00']
    """
    return timedelta(0) if end == given + timedelta(minutes=minutes) else start - given


def lay_slots(
    start: datetime, end: datetime, zone: ZoneInfo, plan: SlotPlan, shift: timedelta = timedelta(0)
) -> tuple[SlotSpan, ...]:
    """The slots of one person who treats, in order: each whole, in the window, clear of the breaks, which are later by the `shift`, after the change-over.

    >>> from datetime import UTC
    >>> at = lambda hour, minute=0: datetime(2026, 12, 4, hour, minute, tzinfo=UTC)
    >>> found = lay_slots(at(10), at(12), ZoneInfo("UTC"), SlotPlan(20, 5, ((time(10, 45), time(11)),)))
    >>> [f"{one.start:%H:%M}" for one in found]
    ['10:00', '10:25', '11:00', '11:25']
    """
    breaks = [
        (begins + shift, until + shift) for begins, until in _breaks(start - shift, end - shift, zone, plan)
    ]
    length, gap = timedelta(minutes=plan.minutes), timedelta(minutes=plan.gap)
    found, at = [], start
    while at + length <= end:
        over = [until for begins, until in breaks if begins < at + length and at < until]
        if over:
            at = max(over)
            continue
        found.append(SlotSpan(at, at + length))
        at += length + gap
    return tuple(found)


def _breaks(
    start: datetime, end: datetime, zone: ZoneInfo, plan: SlotPlan
) -> list[tuple[datetime, datetime]]:
    """The breaks as instants, on each day that the window touches."""
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        (_first_instant(day, begins, zone), _instant(day, until, zone))
        for day in days
        for begins, until in plan.breaks
    ]


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _first_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the clock shows this time or a later one: what begins in the hour that a spring leaves out
    begins when the clock goes on."""
    at, named = _instant(day, wall, zone), datetime.combine(day, wall)
    while (at - MINUTE).astimezone(zone).replace(tzinfo=None) >= named:
        at -= MINUTE
    return at


def follow_slots(
    known: Sequence[KnownSlot], leads: Sequence[int], spans: int, *, from_end: bool = False
) -> FollowedSlots:
    """Which slot is which, where each of these people treats so many times: the first stays the first (`from_end`: the last
    the last). Who treats in somebody's place takes their slots over. `known` is in order of time.

    >>> were = [KnownSlot(1, 7), KnownSlot(2, 7), KnownSlot(3, 7)]
    >>> follow_slots(were, [8], 2)
    FollowedSlots(laid=((1, 8, 0), (2, 8, 1)), fallen=(3,))
    """
    heirs = _heirs(known, leads)
    laid: list[tuple[int | None, int, int]] = []
    for who in leads:
        own = [one for one in known if heirs.get(one.who) == who]
        stay = _staying(own, spans, from_end)
        first = spans - len(stay) if from_end else 0
        keys = [None] * first + [one.key for one in stay] + [None] * (spans - first - len(stay))
        laid += [(key, who, number) for number, key in enumerate(keys)]
    kept = {key for key, _who, _number in laid}
    return FollowedSlots(tuple(laid), tuple(one.key for one in known if not one.gone and one.key not in kept))


def _heirs(known: Sequence[KnownSlot], leads: Sequence[int]) -> Mapping[int, int]:
    """Who has the slots of whom: everybody their own, who is new those of somebody who is there no more."""
    were = dict.fromkeys(one.who for one in known if not one.gone)
    gone = [who for who in were if who not in leads]
    new = [who for who in leads if who not in were]
    return {**{who: who for who in leads}, **dict(zip(gone, new, strict=False))}


def _staying(own: Sequence[KnownSlot], spans: int, from_end: bool) -> list[KnownSlot]:
    """Those for which there is a time: first those that stand, in the room that they leave those that had fallen away, at
    the end at which they fell: when they were says nothing of a date that has moved since."""
    stand, gone = ([one for one in own if one.gone is fell] for fell in (False, True))
    kept = (stand[-spans:] if from_end else stand[:spans]) if spans else []
    room = spans - len(kept)
    spare = gone[-room:] if from_end and room else gone[:room]
    return [*spare, *kept] if from_end else [*kept, *spare]
