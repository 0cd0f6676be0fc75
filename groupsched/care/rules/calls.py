"""Who is told that somebody asks for a call now, and when who else: it climbs until somebody has taken it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY_MINUTES = 24 * 60
CLIMBS_EVERY = timedelta(minutes=5)
NEXT_AFTER = timedelta(minutes=1)
"""So long whoever was told last has, before the person may ask the next ones."""
SAYS_SO_AFTER = timedelta(minutes=15)
"""When the person's page says that nobody has taken it yet."""


@dataclass(frozen=True)
class Turn:
    """When somebody is on duty in a week, by the clock of a site: from a minute of a weekday (0 Monday) until another, which is on the
    next day where it is not later."""

    person_id: int
    weekday: int
    begins: int
    ends: int

    def holds(self, at: datetime) -> bool:
        """Whether they are on duty at that moment, on the clock of the site."""
        minute = at.hour * 60 + at.minute
        if self.ends > self.begins:
            return at.weekday() == self.weekday and self.begins <= minute < self.ends
        evening = at.weekday() == self.weekday and minute >= self.begins
        morning = at.weekday() == (self.weekday + 1) % 7 and minute < self.ends
        return evening or morning


def on_duty(turns: Iterable[Turn], at: datetime) -> list[int]:
    """Who is on duty at that moment, each once, in the order of the list."""
    return list(dict.fromkeys(turn.person_id for turn in turns if turn.holds(at)))


def ladder(
    duty: Sequence[int], desk: Iterable[int], supervisors: Iterable[int], asks: int
) -> list[frozenset[int]]:
    """Who is told, one rung after the other: each on duty, with nobody on duty the desk, then every supervisor. Never who asks."""
    first = [frozenset({one}) for one in duty] if duty else [frozenset(desk)]
    rungs = [rung - {asks} for rung in (*first, frozenset(supervisors))]
    return [rung for rung in rungs if rung]


def told_at(rungs: Sequence[frozenset[int]], rung: int) -> frozenset[int]:
    """Who is told at a rung; after the last all of them again, without an end."""
    if rung < len(rungs):
        return rungs[rung]
    return frozenset().union(*rungs)


def told_after(rungs: Sequence[frozenset[int]], rung: int, but: int) -> tuple[int, frozenset[int]]:
    """Who is told from a rung on when this one rang in vain, and on which rung they stand: the next ones but for them, who come again
    after others; them alone only where there is nobody else."""
    for number in range(rung, max(rung, len(rungs)) + 1):
        if others := told_at(rungs, number) - {but}:
            return number, others
    return rung, told_at(rungs, rung)


def climbs(told: datetime, now: datetime) -> bool:
    """Whether the next ones are told by now."""
    return now - told >= CLIMBS_EVERY


def may_ask_the_next(told: datetime, now: datetime) -> bool:
    """Whether the person may have the next ones told by now: each tap is a message to somebody."""
    return now - told >= NEXT_AFTER


def has_waited_long(asked: datetime, now: datetime) -> bool:
    """Whether the page of the person says that nobody has taken it."""
    return now - asked >= SAYS_SO_AFTER
