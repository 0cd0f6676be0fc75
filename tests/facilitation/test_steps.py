"""Steps of two devices fold to one state, whichever way they came."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from groupsched.facilitation.rules.sheet import PhaseFlag
from groupsched.facilitation.rules.steps import (
    Running,
    Step,
    StepKind,
    by_the_clock,
    fold,
    ghost,
    in_order,
    minutes_over,
)
from tests.facilitation.test_sheets import phase

NINE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
PHASES = (
    phase("welcome", 5),
    phase("round", 15, PhaseFlag.ROUND),
    phase("work", 45, PhaseFlag.STRETCH),
    phase("close", 3, PhaseFlag.PROTECTED),
)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def run(*steps: tuple[StepKind, float] | tuple[StepKind, float, dict]) -> Running:
    made = [
        Step(f"op{n}", kind, at(when), number=n, **(more[0] if more else {}))
        for n, (kind, when, *more) in enumerate(steps)
    ]
    return fold(PHASES, made)


def test_nothing_runs_before_it_has_begun():
    assert run((StepKind.NEXT, 1), (StepKind.END, 2)) == Running(PHASES)


def test_next_and_back_move_one_phase_and_stay_at_the_ends():
    on = run((StepKind.START, 2), (StepKind.NEXT, 8))
    assert (on.current, on.since, on.began) == (PHASES[1], at(8), at(2))
    first = run((StepKind.START, 2), (StepKind.BACK, 3))
    assert (first.current, first.since) == (PHASES[0], at(2))
    last = run((StepKind.START, 0), *[(StepKind.NEXT, float(n)) for n in range(1, 9)])
    assert last.current == PHASES[3]


def test_two_who_press_next_at_the_same_phase_go_on_once():
    seen = {"seen": "welcome"}
    both = run((StepKind.START, 0), (StepKind.NEXT, 5, seen), (StepKind.NEXT, 5.1, seen))
    assert both.current == PHASES[1]


def test_two_minutes_more_come_from_the_phase_that_takes_up_slack():
    longer = run((StepKind.START, 0), (StepKind.ADD, 4, {"minutes": 2}))
    assert [one.minutes for one in longer.phases] == [7, 15, 43, 3]


def test_a_halt_does_not_count():
    halted = run((StepKind.START, 0), (StepKind.PAUSE, 2), (StepKind.PAUSE, 3))
    assert by_the_clock(halted, at(10))[0].end == at(13)
    on = run((StepKind.START, 0), (StepKind.PAUSE, 2), (StepKind.RESUME, 10), (StepKind.RESUME, 11))
    assert by_the_clock(on, at(11))[0].end == at(13)


def test_a_plan_changes_what_is_to_come_and_leaves_out_what_it_does_not_name():
    plan = {"work": 30, "close": 3}
    found = run((StepKind.START, 0), (StepKind.APPLY_PLAN, 1, {"plan": plan}))
    assert [(one.key, one.minutes) for one in found.phases] == [("welcome", 5), ("work", 30), ("close", 3)]
    assert found.current == PHASES[0]


def test_after_the_end_nothing_moves():
    over = run((StepKind.START, 0), (StepKind.END, 60), (StepKind.NEXT, 61), (StepKind.START, 62))
    assert (over.ended, over.at, over.is_on, over.current) == (at(60), 0, False, None)


def test_a_signal_is_seen_and_moves_nothing():
    found = run((StepKind.START, 0), (StepKind.SIGNAL, 3, {"actor": 7}))
    assert found.called is not None and found.called.actor == 7
    assert found.current == PHASES[0]


def test_what_was_pressed_before_and_comes_late_turns_no_time_back():
    late = run((StepKind.START, 0), (StepKind.NEXT, 10), (StepKind.NEXT, 6))
    assert (late.current, late.since) == (PHASES[2], at(10))


def test_when_nobody_presses_the_clock_says_where_one_would_be():
    on = run((StepKind.START, 0))
    assert ghost(on, at(4)) is None and minutes_over(on, at(4)) == 0
    assert ghost(on, at(5)) == PHASES[1]
    assert ghost(on, at(21)) == PHASES[2] and minutes_over(on, at(21)) == 16
    assert ghost(run(), at(5)) is None


KINDS = st.sampled_from(list(StepKind))
TAPS = st.lists(st.tuples(st.sampled_from("ab"), KINDS, st.integers(0, 90)), max_size=14)


@given(TAPS, st.randoms(use_true_random=False))
def test_two_devices_a_retry_and_one_that_was_away_see_one_state(taps, chance):
    """Each device sends what it has in batches, again where no answer came; the server numbers what is new to it."""
    queues: dict[str, list[Step]] = {"a": [], "b": []}
    for number, (device, kind, when) in enumerate(taps):
        more = {"minutes": 2} if kind is StepKind.ADD else {"plan": {"work": 20, "close": 3}}
        queues[device].append(Step(f"{device}{number}", kind, at(when), device, len(queues[device]), **more))
    kept: dict[str, Step] = {}
    waiting = {device: list(queue) for device, queue in queues.items()}
    while any(waiting.values()):
        device = chance.choice([one for one, queue in waiting.items() if queue])
        batch = waiting[device][: chance.randint(1, 3)]
        for step in batch:
            kept.setdefault(step.op_id, Step(**{**vars(step), "number": len(kept)}))
        if chance.random() < 0.6:  # else the answer was lost, and the same comes once more
            waiting[device] = waiting[device][len(batch) :]
    state = fold(PHASES, kept.values())
    for queue in queues.values():
        seen = [*kept.values(), *queue, *chance.sample(list(kept.values()), len(kept) // 2)]
        chance.shuffle(seen)
        assert fold(PHASES, seen) == state


@given(TAPS)
def test_whatever_is_pressed_no_time_runs_backwards_and_no_minutes_are_below_none(taps):
    steps = [
        Step(f"{n}", kind, at(when), device, n, minutes=-4, number=n)
        for n, (device, kind, when) in enumerate(taps)
    ]
    state = fold(PHASES, steps)
    assert all(one.minutes >= 0 for one in state.phases)
    assert state.began is None or (state.since is not None and state.since >= state.began)
    assert state.ended is None or (state.since is not None and state.ended >= state.since)


def test_what_was_not_sent_yet_comes_last():
    sent = Step("b", StepKind.NEXT, at(2), "b", 0, number=5)
    waiting = [Step("a2", StepKind.END, at(1), "a", 2), Step("a1", StepKind.NEXT, at(1), "a", 1)]
    assert [one.op_id for one in in_order([*waiting, sent])] == ["b", "a1", "a2"]
