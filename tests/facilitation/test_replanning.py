"""The plan for the rest: the minutes add up, what keeps its time keeps it, and what cannot be is said."""

from hypothesis import given
from hypothesis import strategies as st

from groupsched.facilitation.rules.replanning import NoRoom, PlanForRest, fitted, offers, replan, rest_of
from groupsched.facilitation.rules.sheet import Phase, PhaseFlag, settled
from tests.facilitation.test_sheets import ANY_PHASES, phase

STRETCH, ROUND, OPTIONAL, KEEPS = PhaseFlag.STRETCH, PhaseFlag.ROUND, PhaseFlag.OPTIONAL, PhaseFlag.PROTECTED
SUPPORT = (
    phase("welcome", 5),
    phase("check-in", 15, ROUND),
    phase("agenda", 5),
    phase("work", 45, STRETCH),
    phase("housekeeping", 5, OPTIONAL),
    phase("check-out", 12, ROUND, KEEPS),
    phase("close", 3, KEEPS),
)


def minutes(found: PlanForRest | NoRoom) -> dict[str, int]:
    assert isinstance(found, PlanForRest)
    return {one.key: one.minutes for one in found.phases}


def test_a_late_start_is_taken_from_the_phase_that_takes_up_slack():
    found = replan(SUPPORT, 90 - 11, present=9)
    assert minutes(found) == {one.key: one.minutes for one in SUPPORT} | {"work": 34}


def test_beside_it_stands_the_same_with_one_phase_left_out():
    _plan, other = offers(SUPPORT, 90 - 11, present=9)
    assert other.left_out == ("housekeeping",)
    assert minutes(other)["work"] == 39


def test_nothing_is_left_out_before_slack_is_used_up():
    assert minutes(replan(SUPPORT, 50))["work"] == 5
    found = replan(SUPPORT, 47)
    assert isinstance(found, PlanForRest) and found.left_out == ("housekeeping",)
    assert minutes(found)["work"] == 7


def test_then_the_rest_gives_way_but_the_close():
    found = minutes(replan(SUPPORT, 36, present=9))
    assert sum(found.values()) == 36
    assert (found["check-out"], found["close"]) == (12, 3)
    assert found["check-in"] >= 9, "a minute for each of nine"


def test_what_does_not_go_in_is_said_with_what_is_missing():
    assert replan(SUPPORT, 10) == NoRoom(24)
    assert isinstance(replan(SUPPORT, 0), NoRoom)
    assert offers(SUPPORT, 10) == []


def test_of_three_people_a_round_needs_less_and_of_twenty_more():
    few = minutes(replan(SUPPORT, 90, present=3))
    assert (few["check-in"], few["check-out"], few["work"]) == (9, 12, 51)
    many = minutes(replan(SUPPORT, 90, present=20))
    assert (many["check-in"], many["check-out"], many["work"]) == (20, 20, 32)


def test_once_the_slack_is_over_time_that_is_left_stays_free():
    found = replan(SUPPORT[4:], 25)
    assert isinstance(found, PlanForRest) and found.spare == 5
    assert minutes(found) == {"housekeeping": 5, "check-out": 12, "close": 3}


def test_the_rest_begins_with_what_is_left_of_the_phase_that_runs():
    found = rest_of(SUPPORT, "agenda", 2)
    assert [(one.key, one.minutes) for one in found][:2] == [("agenda", 3), ("work", 45)]
    assert rest_of(SUPPORT, "agenda", 9)[0].minutes == 0


def test_a_sheet_fits_a_shorter_meeting_where_the_slack_can_give_it():
    assert sum(one.minutes for one in fitted(SUPPORT, 75)) == 75
    assert fitted(SUPPORT, 40) == SUPPORT, "somebody has to say what goes"


@given(ANY_PHASES, st.integers(0, 240), st.one_of(st.none(), st.integers(0, 30)), st.data())
def test_minutes_add_up_and_nothing_that_keeps_its_time_shrinks(phases, left, present, data):
    phases = settled(phases)
    current = data.draw(st.sampled_from([one.key for one in phases]))
    rest = rest_of(phases, current, data.draw(st.integers(0, 60)))
    planned = {one.key: one for one in rest}
    for found in offers(rest, left, present):
        assert sum(one.minutes for one in found.phases) + found.spare == left
        assert all(one.minutes >= 0 for one in found.phases)
        for one in found.phases:
            assert not one.keeps or one.minutes >= planned[one.key].minutes
            assert one.flags == planned[one.key].flags
        assert [one.key for one in found.phases] == [key for key in planned if key not in found.left_out]
        assert all(planned[key].can_go and not planned[key].keeps for key in found.left_out)


@given(ANY_PHASES, st.integers(0, 240), st.one_of(st.none(), st.integers(0, 30)))
def test_what_has_no_room_fits_with_the_minutes_that_are_missing_and_not_with_one_less(phases, left, present):
    phases = settled(phases)
    found = replan(phases, left, present)
    if isinstance(found, NoRoom):
        assert found.missing > 0
        assert isinstance(replan(phases, left + found.missing, present), PlanForRest)
        assert isinstance(replan(phases, left + found.missing - 1, present), NoRoom)


@given(ANY_PHASES)
def test_on_time_with_its_people_a_sheet_stays_as_it_is(phases):
    phases = settled(phases)
    found = replan(phases, sum(one.minutes for one in phases))
    assert isinstance(found, PlanForRest) and found.phases == phases and not found.left_out


def test_only_what_can_be_left_out_is_left_out():
    kept = Phase("thanks", 10, flags=frozenset({OPTIONAL, KEEPS}))
    found = replan((phase("work", 5, STRETCH), kept), 12)
    assert isinstance(found, NoRoom) and found.missing == 3
