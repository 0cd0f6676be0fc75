"""How the rest of a sheet goes into the minutes that are left: the end stays, and what keeps its time keeps it.

From the design of run sheets: first the phase that takes up slack gives way, then what can be left out, then the rest shrinks, a
round never under a minute for each person. What does not go in even so is said, with how many minutes are missing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from groupsched.facilitation.rules.sheet import Phase

LEAST_EACH, MOST_EACH = 1, 3
"""Minutes a person: a round that has less for each grows, one that has more gives the rest away."""

LEAST_STRETCH = 5
"""Minutes under which the phase that takes up slack does not go, where it had as many."""


@dataclass(frozen=True)
class PlanForRest:
    """The phases as they fit, the keys of those that are left out, and minutes that nothing takes up."""

    phases: tuple[Phase, ...]
    left_out: tuple[str, ...] = ()
    spare: int = 0


@dataclass(frozen=True)
class NoRoom:
    """The rest does not go in: so many minutes are missing, though all that can shrink is small and all that can go is out."""

    missing: int


def replan(phases: Sequence[Phase], left: int, present: int | None = None) -> PlanForRest | NoRoom:
    """These phases in the minutes that are left, with so many people present (None: unknown). Nothing is left out where the rest can
    do without; else as few as it takes, from the end on."""
    can_go = [one.key for one in reversed(phases) if one.can_go and not one.keeps and not one.stretches]
    gentle = [_gentle(phases, left, present, can_go[:count]) for count in range(len(can_go) + 1)]
    found = next((one for one in gentle if one is not None), None)
    return found or _shrunk(phases, left, present, can_go)


def offers(phases: Sequence[Phase], left: int, present: int | None = None) -> list[PlanForRest]:
    """What can be chosen among: the plan, and the same with one more phase left out, whose minutes the others have instead."""
    found = replan(phases, left, present)
    if isinstance(found, NoRoom):
        return []
    out = set(found.left_out)
    more = [
        one.key for one in phases if one.can_go and not one.keeps and not one.stretches and one.key not in out
    ]
    others = (_gentle(phases, left, present, (*found.left_out, key)) for key in more)
    return [found, *(one for one in others if one is not None)]


def rest_of(phases: Sequence[Phase], current: str, gone: int) -> tuple[Phase, ...]:
    """What is still to come, from the current phase on, of which so many minutes have gone."""
    keys = [one.key for one in phases]
    at = keys.index(current)
    now = replace(phases[at], minutes=max(phases[at].minutes - gone, 0))
    return (now, *phases[at + 1 :])


def fitted(phases: Sequence[Phase], minutes: int) -> tuple[Phase, ...]:
    """A sheet for a meeting of so many minutes, where the phase that takes up slack can give or take the difference; else as it is."""
    found = _gentle(phases, minutes, None, ())
    return found.phases if found is not None and not found.spare else tuple(phases)


def _gentle(
    phases: Sequence[Phase], left: int, present: int | None, out: Collection[str]
) -> PlanForRest | None:
    """Only the phase that takes up slack gives way, and rounds have what they need. None where that is not enough."""
    stay = [one for one in phases if one.key not in out]
    minutes = [_wanted(one, present) for one in stay]
    slack = left - sum(minutes)
    at = next((number for number, one in enumerate(stay) if one.stretches), None)
    if at is not None:
        minutes[at] += slack
        slack = 0 if minutes[at] >= _least(stay[at], present) else -1
    return _plan(phases, stay, minutes, slack) if slack >= 0 else None


def _shrunk(
    phases: Sequence[Phase], left: int, present: int | None, out: Collection[str]
) -> PlanForRest | NoRoom:
    """All that can go is out, and the rest gives way evenly, down to what each needs."""
    stay = [one for one in phases if one.key not in out]
    least = [_least(one, present) for one in stay]
    room = [_wanted(one, present) - low for one, low in zip(stay, least, strict=True)]
    spare = left - sum(least)
    if spare < 0:
        return NoRoom(-spare)
    shares = _shared(min(spare, sum(room)), room)
    minutes = [low + share for low, share in zip(least, shares, strict=True)]
    return _plan(phases, stay, minutes, left - sum(minutes))


def _plan(all_of: Iterable[Phase], stay: Sequence[Phase], minutes: Iterable[int], spare: int) -> PlanForRest:
    kept = {one.key for one in stay}
    return PlanForRest(
        tuple(replace(one, minutes=long) for one, long in zip(stay, minutes, strict=True)),
        tuple(one.key for one in all_of if one.key not in kept),
        spare,
    )


def _wanted(phase: Phase, present: int | None) -> int:
    """How long a phase would like to be: as planned, a round as its people need it."""
    if not phase.goes_round or phase.stretches or not present or not phase.minutes:
        return phase.minutes
    wanted = max(phase.minutes, present * LEAST_EACH)
    return wanted if phase.keeps else min(wanted, present * MOST_EACH)


def _least(phase: Phase, present: int | None) -> int:
    """Under how many minutes a phase does not go: what keeps its time, not at all; a round, one for each; anything else, half."""
    if phase.keeps:
        return phase.minutes
    if phase.stretches:
        return min(phase.minutes, LEAST_STRETCH)
    half = -(-phase.minutes // 2)
    return (
        min(_wanted(phase, present), max(half, present * LEAST_EACH))
        if phase.goes_round and present
        else half
    )


def _shared(amount: int, room: Sequence[int]) -> list[int]:
    """So many minutes, shared in proportion to the room that each has; none gets more than that."""
    whole = sum(room)
    shares = [amount * one // whole if whole else 0 for one in room]
    for number, one in enumerate(room):
        if sum(shares) < amount and shares[number] < one:
            shares[number] += 1
    return shares
