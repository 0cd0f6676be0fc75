"""The words of the catalogue's choices and refusals, in the language of the page."""

from collections.abc import Iterable

from groupsched.accounts.models import Qualification
from groupsched.catalog import queries
from groupsched.catalog.models import Modality, ServiceType, Term, UnitPreset
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    ClearanceKind,
    GroupState,
    LineMode,
    ModalityCategory,
    ModalityKind,
    Orientation,
    Setting,
    Structure,
    UnitRounding,
    Vocabulary,
)
from groupsched.core.i18n import _, capital, language_name, text_of

Pairs = list[tuple[str, str]]


def reason(key: str) -> str:
    """The sentence for a field that does not fit."""
    return {
        "title-missing": _("Give it a title, such as “Tea and talk”."),
        "too-long": _("This is too long. Please shorten it."),
        "not-a-link": _("A link starts with https:// and names a website."),
        "seats-range": _("Seats are a number from 1 to 500."),
        "min-range": _("This is a number from 1 up to the seats."),
        "decide-hours-range": _("Choose 1 to 24 hours."),
        "slot-minutes-range": _("A slot takes 5 to 240 minutes."),
        "slot-gap-range": _("The change-over is 0 to 60 minutes."),
        "slot-breaks": _("A break has a beginning and a later end; there are two at most."),
        "tradition-needs-faith": _("A tradition goes with a faith-based group."),
        "language-missing": _("Choose at least one language."),
        "leaders-many": _("At most eight people can lead a group."),
        "leader-missing": _("Choose at least one person."),
        "place-missing": _("Choose a room, or say that it meets online."),
        "link-missing": _("Write the link for those who come online, or choose a place that has one."),
        "one-to-one-seats": _("One to one is one seat. For more people make it a group."),
        "seats-unsaid": _("Say how many seats there are, or choose “No limit”."),
        "seats-twice": _("Choose one: a number of seats, or no limit."),
        "modality-unknown": _("Choose the kind of session."),
        "service-type-unknown": _("Choose from the list."),
        "place-unknown": _("Choose a room of the list."),
        "site-unknown": _("Choose a site of the list."),
        "facilitators-unknown": _("Choose people of the list."),
        "named-person-unknown": _("Choose a person of the list."),
        "secular-pair-unknown": _("Choose a group of the list."),
        "keep-yourself": _("Keep yourself among those who lead. A supervisor can hand the group over."),
    }[key]


def modality_name(modality: Modality) -> str:
    """The name of a kind of session in the language of the page."""
    return text_of(modality.texts, "name") or modality.key


def row_name(row: ServiceType | UnitPreset | Qualification) -> str:
    """What a row of a program is called, in the language of the page."""
    return text_of(row.texts, "name")


def modality_summary(modality: Modality) -> str:
    """A kind of session in one sentence, in the language of the page."""
    return text_of(modality.texts, "summary")


def own_name(term: Term) -> str:
    """The name of a tag, an audience or a language in the language of the page."""
    return text_of(term.texts, "name") or plain(term.key)


def orientations() -> Pairs:
    """Secular, faith-based, not set."""
    return [(Orientation.SECULAR, _("Secular")), (Orientation.FAITH, _("Faith-based")), ("", _("Not set"))]


def structures() -> Pairs:
    """Relaxed, structured, not set."""
    return [(Structure.RELAXED, _("Relaxed")), (Structure.STRUCTURED, _("Structured")), ("", _("Not set"))]


def accesses() -> Pairs:
    """How one gets in."""
    return [
        (Access.OPEN, _("Open, drop in")), (Access.ENROL, _("Enrol")), (Access.CLOSED, _("Closed, staff enrol")),
        (Access.REFERRAL, _("By referral, on request")),
    ]  # fmt: skip


def line_modes() -> Pairs:
    """Who has a seat that comes free while people wait."""
    return [
        (LineMode.ASK_FIRST, _("Ask the first in line, and keep it for them")),
        (LineMode.AT_ONCE, _("Give it at once to the first in line")),
        (LineMode.FIRST_YES, _("Ask everybody who waits: the first to say yes")),
    ]


def settings() -> Pairs:
    """Group or one to one."""
    return [(Setting.GROUP, _("Group")), (Setting.PRIVATE, _("One to one"))]


def attendance_modes() -> Pairs:
    """In a room, online, both."""
    return [
        (AttendanceMode.IN_PERSON, _("In a room")),
        (AttendanceMode.ONLINE, _("Online")),
        (AttendanceMode.HYBRID, _("Both")),
    ]


def categories() -> Pairs:
    """What a kind of session counts as."""
    return [
        (ModalityCategory.COUNSELING, _("Counseling")), (ModalityCategory.SUPPORT, _("Support")), (ModalityCategory.COMPLEMENTARY, _("Complementary")),
        (ModalityCategory.MEDICAL, _("Medical")),
    ]  # fmt: skip


def kinds() -> Pairs:
    """The families by which people look for a session."""
    return [
        (ModalityKind.SUPPORT, _("Support")), (ModalityKind.THERAPY, _("Therapy")), (ModalityKind.ART, _("Art")), (ModalityKind.MOVEMENT, _("Movement")),
        (ModalityKind.QUIET, _("Quiet")), (ModalityKind.BODY_CARE, _("Body care")), (ModalityKind.FAMILY, _("Family")), (ModalityKind.MEDICAL, _("Medical visit")),
    ]  # fmt: skip


def states() -> dict[str, str]:
    """Where a group is in its life."""
    return {
        GroupState.DRAFT: _("Draft"),
        GroupState.PUBLISHED: _("Published"),
        GroupState.RETIRED: _("No longer offered"),
    }


def roundings() -> Pairs:
    """What of a unit of time counts."""
    return [
        (UnitRounding.FULL, _("Full ones only")), (UnitRounding.MIDPOINT, _("From the middle of one on")),
        (UnitRounding.BEGUN, _("Each that is begun")),
    ]  # fmt: skip


def vocabularies() -> dict[str, str]:
    """What the three lists of terms are called."""
    return {
        Vocabulary.TAG: _("Good to know"),
        Vocabulary.AUDIENCE: _("For whom"),
        Vocabulary.LANGUAGE: _("Languages"),
    }


def term_name(program_id: int | None, vocabulary: str, key: str) -> str:
    """What a program calls a tag, an audience or a language; the plain form of a key that it does not know."""
    texts = queries.texts_of_terms(program_id).get((vocabulary, key), {})
    return (
        text_of(texts, "name") or (_language(key) if vocabulary == Vocabulary.LANGUAGE else "") or plain(key)
    )


def term_names(program_id: int | None, vocabulary: str, keys: Iterable[str]) -> list[str]:
    """The same for several, in their order."""
    return [term_name(program_id, vocabulary, key) for key in keys]


def _language(code: str) -> str:
    """The name of a language that everybody knows but the program: an import may bring it along."""
    return capital(language_name(code))


def plain(key: str) -> str:
    """A key that nobody named, as words.

    >>> plain("young-adults")
    'Young adults'
    """
    return key.replace("-", " ").replace("_", " ").capitalize()


def clearances() -> dict[ClearanceKind, str]:
    """What a clearance may be for, in order."""
    return {
        ClearanceKind.NEEDLES: _("Needles"),
        ClearanceKind.TOUCH: _("Touch"),
        ClearanceKind.EXERCISE: _("Exercise"),
    }
