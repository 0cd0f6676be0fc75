"""Words of run sheets that pages and the interface share."""

from collections.abc import Mapping

from groupsched.core.i18n import SOURCE, _, current_language, ngettext
from groupsched.facilitation.rules import (
    Company,
    MinutesUsed,
    NoRoom,
    Phase,
    PhaseFlag,
    PhaseRole,
    PhaseWords,
    PromptList,
    RunSheet,
    RunSheetFault,
    RunSheetKind,
)


def in_words(texts: Mapping[str, str]) -> str:
    """Words in the language of the page, else in English, else in whichever there is."""
    return next((texts[one] for one in (current_language(), SOURCE, *texts) if texts.get(one)), "")


def lines_in_words(texts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The same of some lines."""
    return next((texts[one] for one in (current_language(), SOURCE, *texts) if texts.get(one)), ())


def phase_words(phase: Phase) -> PhaseWords:
    """What a phase says in the language of the page, else in English."""
    return phase.words(current_language(), SOURCE)


def kind_words() -> dict[RunSheetKind, str]:
    """What kinds of sheets are called."""
    return {
        RunSheetKind.TIMED: _("By the clock"),
        RunSheetKind.OPEN: _("Open talk"),
        RunSheetKind.ONE_TO_ONE: _("For two"),
    }


def flag_words() -> dict[PhaseFlag, str]:
    """What a phase is, in a tag."""
    return {
        PhaseFlag.STRETCH: _("takes up slack"),
        PhaseFlag.ROUND: _("round"),
        PhaseFlag.PROTECTED: _("keeps its time"),
        PhaseFlag.OPTIONAL: _("can be left out"),
        PhaseFlag.QUIET: _("no chime"),
    }


def company_words() -> dict[Company, str]:
    """Who does a phase together."""
    return {
        Company.WHOLE: _("Everyone"),
        Company.TWO: _("The two of you"),
        Company.PAIRS: _("Pairs"),
        Company.SOLO: _("Each alone"),
        Company.SILENCE: _("Silence"),
        Company.HALVES: _("Two halves"),
        Company.PRACTITIONER: _("One by one"),
        Company.SLOTS: _("Slots"),
    }


def role_words() -> dict[PhaseRole, str]:
    """What somebody is asked to do."""
    return {
        PhaseRole.READER: _("Reader"),
        PhaseRole.TIMEKEEPER: _("Timekeeper"),
        PhaseRole.CO_LEAD: _("Co-lead"),
    }


def list_words() -> dict[PromptList, str]:
    """What the lists of prompts are called."""
    return {
        PromptList.CHECK_IN: _("Check-in"),
        PromptList.OPENERS: _("If it is quiet"),
        PromptList.CHECK_OUT: _("Check-out"),
        PromptList.ART: _("Art"),
        PromptList.CARDS: _("Cards"),
        PromptList.CUES: _("Cues"),
    }


def total_words(total: MinutesUsed) -> tuple[str, str]:
    """The bar in words: how many of the minutes are used, and what is spare or over (empty: nothing)."""
    used = ngettext("%(used)d of %(num)d min", "%(used)d of %(num)d min", total.of, used=total.used)
    if total.over:
        return used, ngettext("%(num)d over", "%(num)d over", total.over)
    return used, ngettext("%(num)d spare", "%(num)d spare", total.spare) if total.spare else ""


def missing_words(found: NoRoom) -> str:
    """That a plan does not go, and how much is missing."""
    return ngettext(
        "It does not fit: %(num)d minute is missing even when all that can be shorter is. Leave a phase out first.",
        "It does not fit: %(num)d minutes are missing even when all that can be shorter is. Leave a phase out first.",
        found.missing,
    )


def new_phase_words() -> PhaseWords:
    """What a new phase says at first."""
    return PhaseWords(name=_("New phase"))


def break_words() -> PhaseWords:
    """What a break says."""
    return PhaseWords(
        name=_("Break"),
        purpose=_("Stretch, drink, breathe some air."),
        how=_("Ask the group. Left out, its time goes to the longest part."),
    )


def materials_of(sheet: RunSheet) -> list[str]:
    """All that a sheet needs, each once, in the order in which it is needed."""
    return list(dict.fromkeys(one for phase in sheet.phases for one in phase_words(phase).materials))


def fault_words(fault: RunSheetFault) -> str:
    """What is wrong with a sheet, and what to do."""
    return {
        RunSheetFault.NO_PHASE: _("A run sheet needs one phase or more."),
        RunSheetFault.NO_NAME: _("Give each phase a name."),
        RunSheetFault.NOT_ONE_STRETCH: _("Let exactly one phase take up slack."),
        RunSheetFault.STRETCH_KEEPS_TIME: _("The phase that takes up slack cannot keep its time."),
        RunSheetFault.CLOSE_NOT_PROTECTED: _("Let the last phase keep its time."),
        RunSheetFault.TWICE: _("Give each phase an id of its own."),
        RunSheetFault.TOO_LONG: _("This is too long: a run sheet has at most 30 phases and 8 hours."),
    }[fault]
