"""What a run sheet says: phases with minutes and words, and what is wrong with one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

Said = Mapping[str, str]
"""The same words by language."""

Lines = Mapping[str, tuple[str, ...]]
"""The same lines by language."""

MOST_MINUTES, MOST_PHASES = 480, 30
"""How long a sheet may be at most, and of how many phases."""

BREAK_FROM = 75
"""From how many minutes on a sheet offers a break: many people need one."""

BREAK_MINUTES, BREAK_KEY = 5, "break"
"""How long it is, and the key of its phase."""


class RunSheetKind(StrEnum):
    """What a sheet is for: an outline by the clock, an open talk with prompts in case it is quiet, two people."""

    TIMED = "timed"
    OPEN = "open"
    ONE_TO_ONE = "one-to-one"


class PhaseFlag(StrEnum):
    """What a phase is: it takes up slack, goes round, can be left out, has no chime, keeps its time."""

    STRETCH = "stretch"
    ROUND = "round"
    OPTIONAL = "optional"
    QUIET = "quiet"
    PROTECTED = "protected"


class Company(StrEnum):
    """Who does a phase together."""

    WHOLE = "whole"
    TWO = "two"
    PAIRS = "pairs"
    SOLO = "solo"
    SILENCE = "silence"
    HALVES = "halves"
    PRACTITIONER = "practitioner"
    SLOTS = "slots"


class PhaseRole(StrEnum):
    """What somebody in the room is asked to do in a phase."""

    READER = "reader"
    TIMEKEEPER = "timekeeper"
    CO_LEAD = "co-lead"


class PaperFor(StrEnum):
    """What a run sheet is printed for. The paper for the room has no name and no note."""

    LEAD = "lead"
    ROOM = "room"
    MATERIALS = "materials"


class RunSheetFault(StrEnum):
    """What is wrong with a sheet."""

    NO_PHASE = "no-phase"
    NO_NAME = "no-name"
    NOT_ONE_STRETCH = "not-one-stretch"
    STRETCH_KEEPS_TIME = "stretch-keeps-time"
    CLOSE_NOT_PROTECTED = "close-not-protected"
    TWICE = "twice"
    TOO_LONG = "too-long"


@dataclass(frozen=True)
class PhaseWords:
    """The words of a phase in one language. `prompts` are read aloud or said in one's own words; `note` is for who leads alone."""

    name: str = ""
    purpose: str = ""
    prompts: tuple[str, ...] = ()
    how: str = ""
    materials: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Phase:
    """A part of a meeting, by its key, so many minutes long. `carries` marks one that opens with what was left for next time, or
    leaves it."""

    key: str
    minutes: int
    company: Company = Company.WHOLE
    flags: frozenset[PhaseFlag] = frozenset()
    carries: bool = False
    roles: tuple[PhaseRole, ...] = ()
    texts: Mapping[str, PhaseWords] = field(default_factory=dict)

    @property
    def stretches(self) -> bool:
        """Whether it takes up slack."""
        return PhaseFlag.STRETCH in self.flags

    @property
    def keeps(self) -> bool:
        """Whether it keeps its time."""
        return PhaseFlag.PROTECTED in self.flags

    @property
    def goes_round(self) -> bool:
        """Whether everybody has a turn in it."""
        return PhaseFlag.ROUND in self.flags

    @property
    def can_go(self) -> bool:
        """Whether it can be left out."""
        return PhaseFlag.OPTIONAL in self.flags

    def words(self, *languages: str) -> PhaseWords:
        """What it says, in the first of these languages that it has, else in any."""
        return next((self.texts[one] for one in (*languages, *self.texts) if one in self.texts), PhaseWords())


@dataclass(frozen=True)
class RunSheet:
    """What a sheet says, for a meeting of so many minutes, and what is looked after before and after it."""

    kind: RunSheetKind
    minutes: int
    name: Said = field(default_factory=dict)
    intro: Said = field(default_factory=dict)
    phases: tuple[Phase, ...] = ()
    before: Lines = field(default_factory=dict)
    after: Lines = field(default_factory=dict)

    def phase(self, key: str) -> Phase | None:
        """The phase of this key."""
        return next((one for one in self.phases if one.key == key), None)

    @property
    def total(self) -> "MinutesUsed":
        """How much of its minutes its phases take."""
        return MinutesUsed(sum(one.minutes for one in self.phases), self.minutes)


@dataclass(frozen=True)
class MinutesUsed:
    """How many minutes are used, `of` how many."""

    used: int
    of: int

    @property
    def spare(self) -> int:
        """Minutes that nothing takes."""
        return max(self.of - self.used, 0)

    @property
    def over(self) -> int:
        """Minutes too many."""
        return max(self.used - self.of, 0)


@dataclass(frozen=True)
class PhaseAt:
    """A phase with when it begins and ends."""

    phase: Phase
    start: datetime
    end: datetime


def timed(phases: Iterable[Phase], start: datetime) -> list[PhaseAt]:
    """When each phase begins and ends, one after the other."""
    found: list[PhaseAt] = []
    for phase in phases:
        end = start + timedelta(minutes=phase.minutes)
        found.append(PhaseAt(phase, start, end))
        start = end
    return found


def sheet_faults(sheet: RunSheet) -> list[RunSheetFault]:
    """What is wrong with a sheet, each once. Minutes that are left or missing are none: the bar says them."""
    phases = sheet.phases
    if not phases:
        return [RunSheetFault.NO_PHASE]
    stretches = [one for one in phases if one.stretches]
    found = {
        RunSheetFault.TOO_LONG: len(phases) > MOST_PHASES or sheet.total.used > MOST_MINUTES,
        RunSheetFault.TWICE: len({one.key for one in phases}) < len(phases),
        RunSheetFault.NO_NAME: not all(one.words().name for one in phases),
        RunSheetFault.NOT_ONE_STRETCH: len(stretches) != 1,
        RunSheetFault.STRETCH_KEEPS_TIME: any(one.keeps for one in stretches),
        RunSheetFault.CLOSE_NOT_PROTECTED: len(phases) > 1 and not (phases[-1].keeps or phases[-1].stretches),
    }
    return [fault for fault, is_so in found.items() if is_so]


def settled(phases: Sequence[Phase], stretch: str = "") -> tuple[Phase, ...]:
    """The same phases, of which exactly one takes up slack: that of this key, else the one that did, else the longest that does not
    keep its time. The last one keeps its time, unless it is that one."""
    if not phases:
        return ()
    free = [one for one in phases if not one.keeps] or list(phases)
    marked = [one.key for one in phases if one.key == stretch] or [one.key for one in phases if one.stretches]
    chosen = marked[0] if marked else max(free, key=lambda one: one.minutes).key
    return tuple(_settled(one, one.key == chosen, one is phases[-1]) for one in phases)


def _settled(phase: Phase, stretches: bool, is_last: bool) -> Phase:
    flags = phase.flags - {PhaseFlag.STRETCH}
    if stretches:
        flags = (flags - {PhaseFlag.PROTECTED}) | {PhaseFlag.STRETCH}
    elif is_last:
        flags = (flags - {PhaseFlag.OPTIONAL}) | {PhaseFlag.PROTECTED}
    return replace(phase, flags=flags)


def wants_break(sheet: RunSheet) -> bool:
    """Whether a break is offered: a long sheet without one. A phase of the key `break` is one, and a copy of it."""
    has_one = any(one.key.startswith(BREAK_KEY) for one in sheet.phases)
    return sheet.kind is not RunSheetKind.ONE_TO_ONE and sheet.minutes >= BREAK_FROM and not has_one
