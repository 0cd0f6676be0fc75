"""What a writer does to a sheet, one button at a time. Keys stay with what they name, and a sheet is always settled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from groupsched.facilitation.rules.replanning import NoRoom, replan
from groupsched.facilitation.rules.sheet import (
    BREAK_KEY,
    BREAK_MINUTES,
    MOST_MINUTES,
    MOST_PHASES,
    Company,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    RunSheet,
    settled,
)

NEW_MINUTES, STEP_MINUTES = 5, 1


class SheetAct(StrEnum):
    """What a button of the editor does to a sheet."""

    ADD = "add-phase"
    COPY = "copy-phase"
    TAKE_OUT = "leave-out"
    UP = "up"
    DOWN = "down"
    MOVE_TO = "move-to"
    LESS = "minute-less"
    MORE = "minute-more"
    SAVE = "save-phase"
    ADD_BREAK = "add-break"
    GIVE_SPARE = "give-spare"
    FIT = "fit"
    USE_PROMPT = "use-prompt"
    UNDO = "undo"


@dataclass(frozen=True)
class PhaseWritten:
    """What a writer says of a phase: `texts` in the languages that were on the page."""

    minutes: int
    company: Company = Company.WHOLE
    flags: frozenset[PhaseFlag] = frozenset()
    roles: tuple[PhaseRole, ...] = ()
    texts: Mapping[str, PhaseWords] = field(default_factory=dict)


def with_phases(sheet: RunSheet, phases: Sequence[Phase], stretch: str = "") -> RunSheet:
    """A sheet with these phases, settled."""
    return replace(sheet, phases=settled(phases, stretch))


def with_phase(sheet: RunSheet, texts: Mapping[str, PhaseWords]) -> tuple[RunSheet, Phase]:
    """A sheet with a new phase before those at its end that keep their time, and the phase."""
    end = len(sheet.phases)
    while end and sheet.phases[end - 1].keeps:
        end -= 1
    new = Phase(_free_key(sheet, "phase"), NEW_MINUTES, texts=texts)
    return _with_at(sheet, end, new), new


def with_break(sheet: RunSheet, texts: Mapping[str, PhaseWords]) -> RunSheet:
    """A sheet with a break of five minutes before the phase that takes up slack, which gives them where it has more."""
    at = next((number for number, one in enumerate(sheet.phases) if one.stretches), 0)
    flags = frozenset({PhaseFlag.OPTIONAL, PhaseFlag.QUIET})
    found = _with_at(sheet, at, Phase(_free_key(sheet, BREAK_KEY), BREAK_MINUTES, flags=flags, texts=texts))
    return replace(
        found, phases=tuple(_less(one, BREAK_MINUTES) if one.stretches else one for one in found.phases)
    )


def _less(phase: Phase, minutes: int) -> Phase:
    return replace(phase, minutes=phase.minutes - minutes) if phase.minutes > 2 * minutes else phase


def copied(sheet: RunSheet, key: str) -> tuple[RunSheet, Phase]:
    """A sheet with the same phase once more, behind itself, and the new one. Only one takes up slack."""
    at = _at(sheet, key)
    was = sheet.phases[at]
    new = replace(
        was, key=_free_key(sheet, was.key.rstrip("0123456789-")), flags=was.flags - {PhaseFlag.STRETCH}
    )
    return _with_at(sheet, at + 1, new), new


def without(sheet: RunSheet, key: str) -> RunSheet:
    """A sheet without a phase. The last one that there is stays."""
    kept = [one for one in sheet.phases if one.key != key]
    return with_phases(sheet, kept) if kept else sheet


def moved_to(sheet: RunSheet, key: str, place: int) -> RunSheet:
    """A sheet with a phase at this place, counted from 1; beyond an end it stands there."""
    phases = list(sheet.phases)
    phase = phases.pop(_at(sheet, key))
    phases.insert(min(max(place - 1, 0), len(phases)), phase)
    return with_phases(sheet, phases)


def moved_by(sheet: RunSheet, key: str, step: int) -> RunSheet:
    """A sheet with a phase one place further down (1) or up (-1); at an end it stays."""
    return moved_to(sheet, key, max(_at(sheet, key) + 1 + step, 1))


def with_minutes(sheet: RunSheet, key: str, minutes: int) -> RunSheet:
    """A sheet with a phase that is so long, from none to the most that a sheet may be."""
    long = min(max(minutes, 0), MOST_MINUTES)
    return replace(
        sheet, phases=tuple(replace(one, minutes=long) if one.key == key else one for one in sheet.phases)
    )


def by_minutes(sheet: RunSheet, key: str, more: int) -> RunSheet:
    """A sheet with a phase that is so much longer."""
    return with_minutes(sheet, key, sheet.phases[_at(sheet, key)].minutes + more)


def rewritten(sheet: RunSheet, key: str, written: PhaseWritten) -> RunSheet:
    """A sheet with a phase as it is written now. What it says in languages that were not on the page stays."""
    was = sheet.phases[_at(sheet, key)]
    now = replace(
        was,
        minutes=min(max(written.minutes, 0), MOST_MINUTES),
        company=written.company,
        flags=written.flags,
        roles=written.roles,
        texts={**was.texts, **written.texts},
    )
    phases = [now if one.key == key else one for one in sheet.phases]
    stretches = PhaseFlag.STRETCH in written.flags
    return with_phases(sheet, phases, key if stretches else "")


def with_prompt(sheet: RunSheet, key: str, prompt: Mapping[str, str]) -> RunSheet:
    """A sheet with one more prompt in a phase, in each language that the prompt has. One that is there is not there twice."""
    was = sheet.phases[_at(sheet, key)]
    texts = dict(was.texts)
    for code, line in prompt.items():
        said = texts.get(code, PhaseWords(name=was.words(code).name))
        if line not in said.prompts:
            texts[code] = replace(said, prompts=(*said.prompts, line))
    now = replace(was, texts=texts)
    return replace(sheet, phases=tuple(now if one.key == key else one for one in sheet.phases))


def given_spare(sheet: RunSheet) -> RunSheet:
    """A sheet whose phase that takes up slack has the minutes that nothing takes."""
    spare = sheet.total.spare
    return replace(
        sheet,
        phases=tuple(
            replace(one, minutes=one.minutes + spare) if one.stretches else one for one in sheet.phases
        ),
    )


def fit(sheet: RunSheet) -> RunSheet | NoRoom:
    """A sheet that goes into its minutes by the plan for a whole meeting, or how many minutes are missing."""
    found = replan(sheet.phases, sheet.minutes)
    return found if isinstance(found, NoRoom) else with_phases(sheet, found.phases)


def is_full(sheet: RunSheet) -> bool:
    """Whether it has as many phases as it may."""
    return len(sheet.phases) >= MOST_PHASES


def _with_at(sheet: RunSheet, at: int, phase: Phase) -> RunSheet:
    return with_phases(sheet, (*sheet.phases[:at], phase, *sheet.phases[at:]))


def _at(sheet: RunSheet, key: str) -> int:
    return [one.key for one in sheet.phases].index(key)


def _free_key(sheet: RunSheet, begin: str) -> str:
    taken: Collection[str] = {one.key for one in sheet.phases}
    if begin not in taken and begin == BREAK_KEY:
        return begin
    return next(key for number in range(2, len(taken) + 3) if (key := f"{begin}-{number}") not in taken)
