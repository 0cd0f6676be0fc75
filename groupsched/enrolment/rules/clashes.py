"""Two things at the same time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from groupsched.schedule.rules import overlaps


@dataclass(frozen=True)
class TimeSpan:
    """One date: an opaque key, its half-open interval, and the name to show."""

    key: int
    start: datetime
    end: datetime
    title: str = ""


@dataclass(frozen=True)
class Clash:
    """A wanted date and the date of one's own that it runs into."""

    wanted: TimeSpan
    mine: TimeSpan


def clashes(wanted: Iterable[TimeSpan], mine: Iterable[TimeSpan]) -> list[Clash]:
    """Every pair of a wanted date and one's own date that overlap, in the order of time.

    A date never clashes with itself. Touching ends are no clash: intervals are half-open.
    """
    own = sorted(mine, key=lambda span: (span.start, span.key))
    found: list[Clash] = []
    active: list[TimeSpan] = []
    upcoming = iter(own)
    following = next(upcoming, None)
    for want in sorted(wanted, key=lambda span: (span.start, span.key)):
        while following is not None and following.start < want.end:
            active.append(following)
            following = next(upcoming, None)
        active = [span for span in active if span.end > want.start]
        found.extend(Clash(want, span) for span in active if _collide(want, span))
    return found


def _collide(want: TimeSpan, own: TimeSpan) -> bool:
    return want.key != own.key and overlaps(want.start, want.end, own.start, own.end)
