"""What a button of the editor does to a sheet: whatever is pressed, it stays one that can be run."""

from hypothesis import given
from hypothesis import strategies as st

from groupsched.facilitation.rules import (
    MOST_MINUTES,
    Company,
    NoRoom,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    PhaseWritten,
    RunSheet,
    RunSheetFault,
    RunSheetKind,
    by_minutes,
    copied,
    fit,
    given_spare,
    moved_by,
    moved_to,
    rewritten,
    settled,
    sheet_faults,
    wants_break,
    with_break,
    with_minutes,
    with_phase,
    with_prompt,
    without,
)
from tests.facilitation.test_replanning import SUPPORT
from tests.facilitation.test_sheets import ANY_PHASES, sheet

WORDS = {"en": PhaseWords(name="New"), "es": PhaseWords(name="Nueva")}
NINETY = sheet(*SUPPORT)


def keys(found: RunSheet) -> list[str]:
    return [one.key for one in found.phases]


def test_a_new_phase_stands_before_the_close_and_can_be_added_again():
    found, new = with_phase(NINETY, WORDS)
    assert keys(found) == [*keys(NINETY)[:5], new.key, "check-out", "close"]
    again, other = with_phase(found, WORDS)
    assert other.key != new.key and len(again.phases) == 9


def test_a_copy_stands_behind_what_it_copies_and_takes_up_no_slack():
    found, new = copied(NINETY, "work")
    assert keys(found)[3:5] == ["work", new.key]
    assert [one.key for one in found.phases if one.stretches] == ["work"]
    assert new.minutes == 45 and new.texts == found.phases[3].texts


def test_a_phase_moves_by_one_or_to_a_number_and_stays_inside():
    assert keys(moved_by(NINETY, "agenda", -1))[:3] == ["welcome", "agenda", "check-in"]
    assert keys(moved_by(NINETY, "welcome", -1)) == keys(NINETY)
    assert keys(moved_by(NINETY, "close", 1)) == keys(NINETY)
    assert keys(moved_to(NINETY, "housekeeping", 2))[1] == "housekeeping"
    assert keys(moved_to(NINETY, "welcome", 99))[-1] == "welcome"


def test_what_comes_to_stand_last_keeps_its_time():
    assert moved_to(NINETY, "agenda", 7).phases[-1].keeps


def test_leaving_out_the_phase_that_takes_up_slack_lets_another_do_it():
    found = without(NINETY, "work")
    assert "work" not in keys(found)
    assert [one.key for one in found.phases if one.stretches] == ["check-in"]


def test_the_last_phase_of_all_stays():
    alone = without(without(sheet(*SUPPORT[:2]), "welcome"), "check-in")
    assert keys(alone) == ["check-in"]


def test_minutes_stay_between_none_and_the_most():
    assert by_minutes(NINETY, "close", -5).phases[-1].minutes == 0
    assert with_minutes(NINETY, "close", 9999).phases[-1].minutes == MOST_MINUTES


def test_what_is_written_replaces_what_was_but_not_in_another_language():
    whole, new = with_phase(NINETY, WORDS)
    said = PhaseWritten(
        12,
        Company.PAIRS,
        frozenset({PhaseFlag.STRETCH}),
        (PhaseRole.READER,),
        {"en": PhaseWords(name="Pairs", prompts=("One?",))},
    )
    found = rewritten(whole, new.key, said).phase(new.key)
    assert found is not None
    assert (found.minutes, found.company, found.roles) == (
        12,
        Company.PAIRS,
        (PhaseRole.READER,),
    )
    assert found.stretches, "and no other does any more"
    assert found.texts == {"en": said.texts["en"], "es": WORDS["es"]}


def test_a_prompt_comes_behind_those_that_there_are_and_not_twice():
    once = with_prompt(sheet(*SUPPORT), "check-in", {"en": "How are you?", "es": "¿Cómo estás?"})
    found = with_prompt(once, "check-in", {"en": "How are you?"}).phase("check-in")
    assert found is not None
    assert found.texts["en"].prompts == ("How are you?",)
    assert found.texts["es"] == PhaseWords(name="check-in", prompts=("¿Cómo estás?",))


def test_spare_minutes_go_to_the_phase_that_takes_up_slack():
    found = given_spare(sheet(*SUPPORT, minutes=95))
    assert found.total.spare == 0
    assert found.phase("work").minutes == 50  # type: ignore[union-attr]


def test_a_break_comes_before_the_long_part_out_of_its_time():
    found = with_break(NINETY, WORDS)
    assert keys(found)[3:5] == ["break", "work"]
    assert found.total == NINETY.total and not wants_break(found)


def test_a_sheet_that_is_too_long_is_fitted_or_it_is_said_that_it_cannot():
    found = fit(sheet(*SUPPORT, minutes=60))
    assert isinstance(found, RunSheet) and found.total.used == 60
    assert fit(sheet(*SUPPORT, minutes=10)) == NoRoom(24)


ACTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20), st.integers(-5, 60)), max_size=8)


@given(ANY_PHASES, ACTS)
def test_whatever_is_pressed_a_sheet_can_be_run(phases, acts):
    """Exactly one phase takes up slack, the close keeps its time, no key is there twice; what is too long is said to be so."""
    found = RunSheet(RunSheetKind.TIMED, 90, phases=settled(phases))
    for act, which, number in acts:
        key = found.phases[which % len(found.phases)].key
        flags = frozenset(one for place, one in enumerate(PhaseFlag) if number >> place & 1)
        found = [
            lambda f, k, n: with_phase(f, WORDS)[0],
            lambda f, k, n: copied(f, k)[0],
            lambda f, k, n: without(f, k),
            lambda f, k, n: moved_to(f, k, n),
            lambda f, k, n: moved_by(f, k, 1 if n % 2 else -1),
            lambda f, k, n: by_minutes(f, k, n),
            lambda f, k, n: rewritten(f, k, PhaseWritten(n, flags=flags, texts=WORDS)),  # noqa: B023
            lambda f, k, n: with_break(f, WORDS),
            lambda f, k, n: given_spare(f),
            lambda f, k, n: f if isinstance(fit(f), NoRoom) else fit(f),
        ][act](found, key, number)
        assert set(sheet_faults(found)) <= {RunSheetFault.TOO_LONG}
        assert all(one.minutes >= 0 for one in found.phases)


def test_a_phase_of_a_sheet_is_found_by_its_key():
    assert NINETY.phase("work") is NINETY.phases[3]
    assert NINETY.phase("nothing") is None and isinstance(NINETY.phases[0], Phase)
