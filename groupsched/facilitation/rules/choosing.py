"""Which sheet a group has, and which prompts and agreements fit it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from groupsched.catalog.rules import ModalityKind, Orientation, Setting, Structure
from groupsched.facilitation.rules.sheet import RunSheetKind

TALKS = frozenset({ModalityKind.SUPPORT, ModalityKind.THERAPY, ModalityKind.FAMILY})
"""The families of kinds in which people talk: a relaxed group of one has an open sheet. Others keep that of their kind."""

EVERY = "all"
"""In the place of kinds of sessions: any."""

USUAL_SIZE = 8
"""For how many people the minutes of a prompt are meant."""


class PromptList(StrEnum):
    """The lists of prompts, by where in a meeting they belong."""

    CHECK_IN = "check_in"
    OPENERS = "openers"
    CHECK_OUT = "check_out"
    ART = "art"
    CARDS = "cards"
    CUES = "cues"


class PromptFaith(StrEnum):
    """Whether a prompt fits anywhere, or may touch on faith, thanks or prayer."""

    NEUTRAL = "neutral"
    FAITH_FRIENDLY = "faith-friendly"


class GroupStage(StrEnum):
    """Where in the time that a group or a person has together a prompt fits best."""

    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"


ROUNDS = frozenset({PromptList.CHECK_IN, PromptList.CHECK_OUT})
"""The lists of what goes round: it takes longer the more people there are."""


@dataclass(frozen=True)
class GroupKind:
    """What of a group says which sheet it has. `chosen` is the key of a sheet that somebody chose for it, `usual` of that of its kind
    of session."""

    chosen: str = ""
    usual: str = ""
    kind: ModalityKind | None = None
    structure: Structure | None = None
    setting: Setting = Setting.GROUP


def sheet_for(group: GroupKind, sheets: Mapping[str, RunSheetKind]) -> str:
    """The key of the sheet that a group has, of those that there are, in their order; empty where none fits.

    The one that was chosen; for two people one for two; for a relaxed group in which people talk an open one, for a structured one
    none that is open; else that of its kind."""
    if group.chosen in sheets:
        return group.chosen
    usual = sheets.get(group.usual)
    wanted = _wanted(group, usual)
    if usual is not None and wanted in (None, usual):
        return group.usual
    return next((key for key, kind in sheets.items() if kind is wanted), "")


def _wanted(group: GroupKind, usual: RunSheetKind | None) -> RunSheetKind | None:
    """Of which kind its sheet has to be; None where that of its kind of session is right whatever it is."""
    if group.setting is Setting.PRIVATE:
        return None if group.kind is ModalityKind.MEDICAL else RunSheetKind.ONE_TO_ONE
    talks = usual is None or group.kind in TALKS
    if group.structure is Structure.RELAXED and talks:
        return RunSheetKind.OPEN
    if group.structure is Structure.STRUCTURED and (usual is None or usual is RunSheetKind.OPEN):
        return RunSheetKind.TIMED
    return None


@dataclass(frozen=True)
class PromptFacts:
    """What a prompt fits: `modalities` are keys, or EVERY; `minutes` for about eight people."""

    key: str
    deck: PromptList
    modalities: tuple[str, ...] = (EVERY,)
    faith: PromptFaith = PromptFaith.NEUTRAL
    stages: tuple[GroupStage, ...] = tuple(GroupStage)
    minutes: int = 10

    def minutes_for(self, size: int | None) -> int:
        """How long it takes so many people: half of it at least, for a question has to be read as well. What is talked over takes as
        long whoever is there."""
        if not size or self.deck not in ROUNDS:
            return self.minutes
        return max(-(-self.minutes * size // USUAL_SIZE), -(-self.minutes // 2))


@dataclass(frozen=True)
class PromptsWanted:
    """What prompts are looked for: each of it narrows, nothing said narrows nothing. `left` are the minutes that there are."""

    deck: PromptList | None = None
    modality: str = ""
    orientation: Orientation | None = None
    stage: GroupStage | None = None
    size: int | None = None
    left: int | None = None


def fitting(prompts: Iterable[PromptFacts], wanted: PromptsWanted) -> list[PromptFacts]:
    """The prompts that fit, in the order of the list, those for this kind of session before those for any. What may touch on faith is
    for groups that say they are faith-based."""
    found = [one for one in prompts if _fits(one, wanted)]
    return sorted(found, key=lambda one: EVERY in one.modalities)


def _fits(prompt: PromptFacts, wanted: PromptsWanted) -> bool:
    faithful = wanted.orientation is Orientation.FAITH or prompt.faith is PromptFaith.NEUTRAL
    kinds = not wanted.modality or not {EVERY, wanted.modality}.isdisjoint(prompt.modalities)
    in_list = wanted.deck is None or prompt.deck is wanted.deck
    in_stage = wanted.stage is None or wanted.stage in prompt.stages
    in_time = wanted.left is None or prompt.minutes_for(wanted.size) <= wanted.left
    return faithful and kinds and in_list and in_stage and in_time


def list_for(place: int, count: int, stretches: bool) -> PromptList:
    """The list from which prompts are offered for a phase at this place (from 0) of so many: the first ones open, the last ones
    close, between them talk is opened."""
    if place <= 1 and not stretches:
        return PromptList.CHECK_IN
    return PromptList.CHECK_OUT if place >= count - 2 and not stretches else PromptList.OPENERS


@dataclass(frozen=True)
class AgreementFacts:
    """What an agreement is for: one of all groups, of talk, of family sessions, of work with the body, online."""

    key: str
    tags: tuple[str, ...] = ()
    by_default: bool = False


CORE, FAMILY, BODY, ONLINE = "core", "family", "body", "online"
BODY_KINDS = frozenset({ModalityKind.MOVEMENT, ModalityKind.QUIET, ModalityKind.BODY_CARE})


@dataclass(frozen=True)
class AgreementsWanted:
    """For what group agreements are looked for."""

    kind: ModalityKind | None = None
    online: bool = False


def agreements_for(agreements: Iterable[AgreementFacts], wanted: AgreementsWanted) -> list[str]:
    """The keys of the agreements that a group starts from, in the order of the list."""
    tags: Collection[str] = {
        CORE,
        *([FAMILY] if wanted.kind is ModalityKind.FAMILY else []),
        *([BODY] if wanted.kind in BODY_KINDS else []),
        *([ONLINE] if wanted.online else []),
    }
    return [one.key for one in agreements if one.by_default and not set(one.tags).isdisjoint(tags)]
