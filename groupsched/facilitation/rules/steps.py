"""What happens while a meeting runs, as steps, and their fold into one state.

Steps are appended and never changed. The server gives each a number as it comes, and this order decides: whoever has the same
steps sees the same state, however they reached them. What a device has not sent yet comes last, in the order of its taps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from groupsched.facilitation.rules.sheet import Phase, PhaseAt, timed


class StepKind(StrEnum):
    """What somebody does to a meeting that runs."""

    START = "start"
    NEXT = "next"
    BACK = "back"
    ADD = "add"
    PAUSE = "pause"
    RESUME = "resume"
    APPLY_PLAN = "apply_plan"
    END = "end"
    SIGNAL = "signal"


@dataclass(frozen=True)
class Step:
    """One step, made once and sent as often as it takes: the same `op_id` counts once. `seen` is the phase that its maker saw (empty:
    whichever): two people who press Next at the same phase go on once. `minutes` are those of ADD, `plan` those of each phase that
    stays in APPLY_PLAN. `number` is the server's, none as long as it was not sent."""

    op_id: str
    kind: StepKind
    at: datetime
    device: str = ""
    seq: int = 0
    actor: int | None = None
    seen: str = ""
    minutes: int = 0
    plan: Mapping[str, int] = field(default_factory=dict)
    number: int | None = None


@dataclass(frozen=True)
class Running:
    """How a meeting stands: `at` counts the phases from 0, None before it has begun. `since` is when that phase began, and `paused_at`
    when it was halted. `called` is the last signal between two who lead."""

    phases: tuple[Phase, ...]
    at: int | None = None
    began: datetime | None = None
    since: datetime | None = None
    paused_at: datetime | None = None
    ended: datetime | None = None
    called: Step | None = None

    @property
    def is_on(self) -> bool:
        """Whether it has begun and not ended."""
        return self.at is not None and self.ended is None

    @property
    def current(self) -> Phase | None:
        """The phase that runs."""
        return self.phases[self.at] if self.at is not None and self.ended is None else None


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Each step once, in the order that decides. Of two with one `op_id` the one that the server has numbered counts."""
    found: dict[str, Step] = {}
    for step in steps:
        there = found.get(step.op_id)
        if there is None or _place(step) < _place(there):
            found[step.op_id] = step
    return sorted(found.values(), key=_place)


def _place(step: Step) -> tuple[bool, int, str, int, str]:
    return (step.number is None, step.number or 0, step.device, step.seq, step.op_id)


def fold(phases: Sequence[Phase], steps: Iterable[Step]) -> Running:
    """How a meeting of these phases stands after these steps, in whichever order they are given."""
    state = Running(tuple(phases))
    for step in in_order(steps):
        state = _after(state, step)
    return state


def _after(state: Running, step: Step) -> Running:
    """What a step makes of a state; one that does not fit changes nothing."""
    if step.kind is StepKind.START:
        return _begun(state, step.at) if state.at is None and state.phases else state
    if not state.is_on or (step.seen and state.current and step.seen != state.current.key):
        return state
    at = _not_before(state, step.at)
    match step.kind:
        case StepKind.NEXT:
            return _moved(state, 1, at)
        case StepKind.BACK:
            return _moved(state, -1, at)
        case StepKind.ADD:
            return _added(state, step.minutes)
        case StepKind.PAUSE:
            return replace(state, paused_at=state.paused_at or at)
        case StepKind.RESUME:
            return _resumed(state, at)
        case StepKind.APPLY_PLAN:
            return _planned(state, step.plan)
        case StepKind.END:
            return replace(state, ended=at, paused_at=None)
        case _:
            return replace(state, called=step)


def _begun(state: Running, at: datetime) -> Running:
    return replace(state, at=0, began=at, since=at)


def _not_before(state: Running, at: datetime) -> datetime:
    """When a step counts: a tablet that was away sends late what was before, and no time runs backwards."""
    return max(one for one in (at, state.since, state.paused_at) if one is not None)


def _moved(state: Running, by: int, at: datetime) -> Running:
    """The phase before or behind; at either end it stays. Whoever goes on has ended a pause."""
    assert state.at is not None
    number = state.at + by
    if not 0 <= number < len(state.phases):
        return state
    return replace(state, at=number, since=at, paused_at=None)


def _added(state: Running, minutes: int) -> Running:
    """Minutes more (or fewer) for the phase that runs, from those of the phase that takes up slack where it is still to come."""
    assert state.at is not None
    longer = {state.at: max(state.phases[state.at].minutes + minutes, 0)}
    giver = next((n for n, one in enumerate(state.phases) if one.stretches and n > state.at), None)
    if giver is not None:
        longer[giver] = max(state.phases[giver].minutes - minutes, 0)
    return replace(
        state,
        phases=tuple(replace(one, minutes=longer.get(n, one.minutes)) for n, one in enumerate(state.phases)),
    )


def _resumed(state: Running, at: datetime) -> Running:
    """Time that was halted did not go by."""
    if state.paused_at is None or state.since is None:
        return state
    return replace(state, since=state.since + (at - state.paused_at), paused_at=None)


def _planned(state: Running, plan: Mapping[str, int]) -> Running:
    """The plan for the rest: what it names has so many minutes, what it leaves out goes. What has been stays, and what runs."""
    assert state.at is not None
    before, rest = state.phases[: state.at], state.phases[state.at :]
    kept = [
        replace(one, minutes=max(plan.get(one.key, one.minutes), 0))
        for number, one in enumerate(rest)
        if one.key in plan or number == 0
    ]
    return replace(state, phases=(*before, *kept))


# --- by the clock ---


def by_the_clock(state: Running, now: datetime) -> list[PhaseAt]:
    """When the phase that runs and those behind it begin and end, if each has its minutes from now on and nothing more is pressed."""
    if state.at is None or state.since is None or state.ended is not None:
        return []
    halted = (now - state.paused_at) if state.paused_at else timedelta()
    return timed(state.phases[state.at :], state.since + halted)


def minutes_over(state: Running, now: datetime) -> int:
    """How many whole minutes the phase that runs is over its time; 0 where it is not."""
    ahead = by_the_clock(state, now)
    return max(int((now - ahead[0].end).total_seconds() // 60), 0) if ahead else 0


def ghost(state: Running, now: datetime) -> Phase | None:
    """Where one would be by the clock, when that is another phase than the one that runs."""
    ahead = by_the_clock(state, now)
    passed = [one.phase for one in ahead[1:] if one.start <= now]
    return passed[-1] if passed else None
