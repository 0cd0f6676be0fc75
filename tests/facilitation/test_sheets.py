"""A sheet as phases: times, the bar, what it always has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from groupsched.facilitation.rules import sheet_data, sheet_of
from groupsched.facilitation.rules.sheet import (
    MinutesUsed,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    RunSheet,
    RunSheetFault,
    RunSheetKind,
    settled,
    sheet_faults,
    timed,
    wants_break,
)

NINE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


def phase(key: str, minutes: int, *flags: PhaseFlag) -> Phase:
    return Phase(key, minutes, flags=frozenset(flags), texts={"en": PhaseWords(name=key)})


def sheet(*phases: Phase, minutes: int = 90) -> RunSheet:
    return RunSheet(RunSheetKind.TIMED, minutes, {"en": "Ours"}, {}, phases)


ANY_PHASES = st.lists(
    st.builds(
        lambda minutes, flags: (minutes, flags),
        st.integers(0, 60),
        st.sets(st.sampled_from(list(PhaseFlag))),
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [phase(f"p{number}", long, *flags) for number, (long, flags) in enumerate(rows)])


def test_each_phase_begins_when_the_one_before_ends():
    found = timed([phase("welcome", 5), phase("round", 15), phase("close", 3)], NINE)
    assert [(one.phase.key, one.start, one.end) for one in found] == [
        ("welcome", NINE, NINE + timedelta(minutes=5)),
        ("round", NINE + timedelta(minutes=5), NINE + timedelta(minutes=20)),
        ("close", NINE + timedelta(minutes=20), NINE + timedelta(minutes=23)),
    ]


def test_the_bar_counts_what_is_spare_and_what_is_over():
    assert sheet(phase("a", 45), phase("b", 40)).total == MinutesUsed(85, 90)
    assert (MinutesUsed(85, 90).spare, MinutesUsed(85, 90).over) == (5, 0)
    assert (MinutesUsed(95, 90).spare, MinutesUsed(95, 90).over) == (0, 5)


@given(ANY_PHASES)
def test_settled_one_phase_takes_up_slack_and_the_last_keeps_its_time(phases):
    found = settled(phases)
    assert [one.key for one in found] == [one.key for one in phases]
    assert [one.minutes for one in found] == [one.minutes for one in phases]
    assert not set(sheet_faults(sheet(*found))) & {
        RunSheetFault.NOT_ONE_STRETCH,
        RunSheetFault.STRETCH_KEEPS_TIME,
        RunSheetFault.CLOSE_NOT_PROTECTED,
    }
    assert settled(found) == found


@given(ANY_PHASES, st.data())
def test_a_phase_that_is_marked_takes_up_slack_alone(phases, data):
    key = data.draw(st.sampled_from([one.key for one in phases]))
    assert [one.key for one in settled(phases, key) if one.stretches] == [key]


def test_without_a_mark_the_longest_that_may_takes_up_slack():
    found = settled([phase("a", 10), phase("b", 20), phase("c", 40, PhaseFlag.PROTECTED)])
    assert [one.key for one in found if one.stretches] == ["b"]


def test_faults_are_said_of_what_comes_from_outside():
    assert sheet_faults(sheet()) == [RunSheetFault.NO_PHASE]
    two = [phase("a", 5, PhaseFlag.STRETCH), phase("a", 5, PhaseFlag.STRETCH)]
    assert sheet_faults(sheet(*two)) == [RunSheetFault.TWICE, RunSheetFault.NOT_ONE_STRETCH]
    open_end = [phase("a", 5, PhaseFlag.STRETCH), phase("b", 5)]
    assert sheet_faults(sheet(*open_end)) == [RunSheetFault.CLOSE_NOT_PROTECTED]
    nameless = replace(phase("a", 500, PhaseFlag.STRETCH), texts={})
    assert sheet_faults(sheet(nameless)) == [RunSheetFault.TOO_LONG, RunSheetFault.NO_NAME]
    torn = phase("a", 5, PhaseFlag.STRETCH, PhaseFlag.PROTECTED)
    assert sheet_faults(sheet(torn)) == [RunSheetFault.STRETCH_KEEPS_TIME]


def test_a_break_is_offered_from_seventy_five_minutes_on():
    work = phase("work", 60, PhaseFlag.STRETCH)
    assert not wants_break(sheet(work, minutes=74))
    assert wants_break(sheet(work, minutes=75))
    assert not wants_break(sheet(work, phase("break", 5), minutes=75))
    assert not wants_break(replace(sheet(work, minutes=75), kind=RunSheetKind.ONE_TO_ONE))


def test_a_sheet_is_read_back_as_it_was_kept():
    said = PhaseWords("Work", "Why", ("One?", "Two?"), "In pairs", ("paper",), "Watch the clock")
    work = Phase("work", 40, flags=frozenset({PhaseFlag.STRETCH}), carries=True, roles=(PhaseRole.READER,))
    whole = sheet(replace(work, texts={"en": said, "es": PhaseWords(name="Trabajo")}), phase("end", 5))
    assert sheet_of(sheet_data(whole)) == whole


def test_words_are_read_in_another_language_where_there_are_none():
    work = Phase("work", 40, texts={"en": PhaseWords(name="Work")})
    assert work.words("es", "en").name == work.words("fr").name == "Work"
    assert Phase("work", 40).words("en") == PhaseWords()
