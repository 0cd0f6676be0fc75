"""What a group may be: the words of its choices, and which fields fit together."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import urlsplit

from groupsched.core.text import clean_line, clean_prose

MOST_SEATS = 500
TITLE_LENGTH, TEXT_LENGTH, LINK_LENGTH, TRADITION_LENGTH = 120, 2000, 500, 120
MOST_LEADERS = 8
DECIDE_HOURS = range(1, 25)
SLOT_MINUTES, GAP_MINUTES, MOST_BREAKS = range(5, 241), range(61), 2
# What a group says in words, in each language.
TEXTS_OF_A_GROUP = {
    "title": TITLE_LENGTH, "tradition": TRADITION_LENGTH, "description": TEXT_LENGTH, "not_asked": TEXT_LENGTH,
}  # fmt: skip
PROSE = ("description", "not_asked")
BREAK = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
# A term of a vocabulary, and its key.
COUNTED = re.compile(r"(\d{1,3})(?:\s*[x×])?\s+(\S.*)", re.ASCII)
MOST_THINGS, MOST_OF_A_THING, THING_LENGTH = 20, 999, 40

SENTENCE_LENGTH = 300
WORD_LENGTH = 40


class Orientation(StrEnum):
    """Secular or faith-based; None means that nobody has said."""

    SECULAR = "secular"
    FAITH = "faith"


class Structure(StrEnum):
    """A fixed outline, or an open talk; None means that nobody has said."""

    STRUCTURED = "structured"
    RELAXED = "relaxed"


class Access(StrEnum):
    """How one gets in: drop in, enrol, closed (a cohort), by referral."""

    OPEN = "open"
    ENROL = "enrol"
    CLOSED = "closed"
    REFERRAL = "referral"


class Setting(StrEnum):
    """A group, one to one with a named person (never listed in public), or slots."""

    GROUP = "group"
    PRIVATE = "private"
    SLOTS = "slots"


class LineMode(StrEnum):
    """What becomes of a seat that comes free while people wait: the first one has it at once, the first one is asked, or all
    are asked and the first to say yes has it."""

    AT_ONCE = "at_once"
    ASK_FIRST = "ask_first"
    FIRST_YES = "first_yes"


class ClearanceKind(StrEnum):
    """What a kind of session needs a clearance for, on file before a seat is taken."""

    NEEDLES = "needles"
    TOUCH = "touch"
    EXERCISE = "exercise"


class AttendanceMode(StrEnum):
    """In a room, online, or both."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class GroupState(StrEnum):
    """The life of a group."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class PlaceMode(StrEnum):
    """A place is a room, or a link under which people meet."""

    ROOM = "room"
    ONLINE = "online"


class ListingFormat(StrEnum):
    """What the listings of a source are written in."""

    MEETING_GUIDE = "meeting-guide"


class ModalityCategory(StrEnum):
    """What a modality counts as."""

    COUNSELING = "counseling"
    SUPPORT = "support"
    COMPLEMENTARY = "complementary"
    MEDICAL = "medical"


class Vocabulary(StrEnum):
    """The three lists of terms that a program keeps."""

    TAG = "tag"
    AUDIENCE = "audience"
    LANGUAGE = "language"


# Where a group keeps the terms of each.
FIELD_OF = {Vocabulary.TAG: "tags", Vocabulary.AUDIENCE: "audience", Vocabulary.LANGUAGE: "languages"}


class ModalityKind(StrEnum):
    """The eight families by which people look for a modality; each has a tint, an icon and a word."""

    SUPPORT = "support"
    THERAPY = "therapy"
    ART = "art"
    MOVEMENT = "movement"
    QUIET = "quiet"
    BODY_CARE = "body_care"
    FAMILY = "family"
    MEDICAL = "medical"


@dataclass(frozen=True)
class GroupFields:
    """All that a person says of a group. `modality` and `service_type` (empty: that of the kind) are keys; `place`, `site`, `facilitators`, `named_person` and
    `secular_pair` are public ids. The first facilitator leads; in a private setting that person is the named one
    unless another is given. `capacity` None means no limit; of a hybrid group it is that of the room, and `online_capacity` are the seats online. Where fewer than `min_to_run` come, who
    leads is asked so many hours before (`decide_hours`), and it is cancelled by itself then where it `cancels_if_few`. `line_mode` says who has a seat that comes free. A group in slots of so many `slot_minutes` has as many seats as its
    dates have slots; `slot_gap` is the change-over in minutes, a break is like 11:00-11:20. `needs`: how many of which things each date takes. `stays_open`: also for who has left the program. `texts` says in other languages what TEXTS_OF_A_GROUP names."""

    title: str
    modality: str
    description: str = ""
    not_asked: str = ""
    orientation: Orientation | None = None
    tradition: str = ""
    structure: Structure | None = None
    access: Access = Access.ENROL
    setting: Setting = Setting.GROUP
    attendance_mode: AttendanceMode = AttendanceMode.IN_PERSON
    capacity: int | None = None
    online_capacity: int | None = None
    min_to_run: int | None = None
    line_mode: LineMode = LineMode.ASK_FIRST
    languages: tuple[str, ...] = ("en",)
    audience: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place: str | None = None
    site: str | None = None
    online_link: str = ""
    facilitators: tuple[str, ...] = ()
    named_person: str | None = None
    secular_pair: str | None = None
    run_sheet: str = ""
    hidden: bool = False
    service_type: str = ""
    decide_hours: int | None = None
    cancels_if_few: bool = False
    stays_open: bool = False
    slot_minutes: int | None = None
    slot_gap: int = 0
    slot_breaks: tuple[str, ...] = ()
    needs: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldProblem:
    """A field that does not fit, with a key of the sentence that says what is wanted."""

    field: str
    reason: str


def cleaned(fields: GroupFields) -> GroupFields:
    """The same fields with every text clean; lists without empty words and repeats, in their order."""
    said = {
        name: _clean(name, getattr(fields, name)) for name in (*TEXTS_OF_A_GROUP, "online_link", "run_sheet")
    }
    lists = {name: _words(getattr(fields, name)) for name in ("languages", "audience", "tags")}
    others = {language: _said(words) for language, words in fields.texts.items()}
    texts = {language: words for language, words in others.items() if words}
    needs = {clean_line(thing).lower(): number for thing, number in fields.needs.items() if number}
    return replace(_seated(fields), **said, **lists, texts=texts, needs=needs)  # type: ignore[arg-type]


def _seated(fields: GroupFields) -> GroupFields:
    """The same, with seats or slots: who has the one has not the other."""
    if fields.setting is Setting.SLOTS and fields.slot_minutes is not None:
        return replace(fields, capacity=None, slot_breaks=tuple(sorted(set(fields.slot_breaks))))
    return replace(fields, slot_minutes=None, slot_gap=0, slot_breaks=())


def counted(text: str) -> dict[str, int]:
    """What a list says, a thing a line and how many before it, in its order. Raises ValueError where a line says something else.

    >>> counted("20 Yoga mats\\n 6 x folding tables")
    {'yoga mats': 20, 'folding tables': 6}
    """
    found: dict[str, int] = {}
    for line in filter(None, map(clean_line, text.splitlines())):
        said = COUNTED.fullmatch(line)
        if said is None or len(said[2]) > THING_LENGTH:
            raise ValueError(line)
        found[said[2].lower()] = found.get(said[2].lower(), 0) + int(said[1])
    if not all(number <= MOST_OF_A_THING for number in found.values()) or len(found) > MOST_THINGS:
        raise ValueError(text)
    return found


def counted_lines(things: Mapping[str, int]) -> str:
    """The same as somebody writes it."""
    return "\n".join(f"{number} {thing}" for thing, number in things.items())


def _clean(name: str, text: str) -> str:
    return clean_prose(text) if name in PROSE else clean_line(text)


def _said(words: Mapping[str, str]) -> dict[str, str]:
    """What a group says in one language: clean, without what is empty."""
    found = {name: _clean(name, words.get(name, "")) for name in TEXTS_OF_A_GROUP}
    return {name: text for name, text in found.items() if text}


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in map(clean_line, words) if word))


def field_in(name: str, language: str) -> str:
    """What a form calls a text in another language.

    >>> field_in("title", "es")
    'title_es'
    """
    return f"{name}_{language}"


def is_link(text: str) -> bool:
    """Whether a text is an http or https address with a host.

    >>> [is_link(text) for text in ("https://meet.example.org/tea", "meet.example.org", "javascript:alert(1)", "https://")]
    [True, False, False, False]
    """
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        return False


def is_break(text: str) -> bool:
    """Whether a text is a break within a day.

    >>> [is_break(text) for text in ("11:00-11:20", "11:20-11:00", "24:00-25:00", "noon")]
    [True, False, False, False]
    """
    found = BREAK.fullmatch(text)
    return found is not None and found[1] < found[2]


def problems(fields: GroupFields) -> list[FieldProblem]:
    """What does not fit in the fields of a group, draft or not, in the order of the form."""
    return [*_text_problems(fields), *_number_problems(fields), *_choice_problems(fields)]


def publishing_problems(fields: GroupFields, *, linked: bool = False) -> list[FieldProblem]:
    """What is missing before a group can be published: who leads, a place, a link for those who come online (`linked`:
    the place has one), and seats that fit its setting."""
    found = []
    if not fields.facilitators:
        found.append(FieldProblem("facilitators", "leader-missing"))
    if fields.attendance_mode is not AttendanceMode.ONLINE and not fields.place:
        found.append(FieldProblem("place", "place-missing"))
    if fields.attendance_mode is not AttendanceMode.IN_PERSON and not (fields.online_link or linked):
        found.append(FieldProblem("online_link", "link-missing"))
    if fields.setting is Setting.PRIVATE and fields.capacity != 1:
        found.append(FieldProblem("capacity", "one-to-one-seats"))
    return found


def with_seats_online(fields: GroupFields, before: GroupFields | None) -> GroupFields:
    """A group that becomes hybrid without a word on how many can come online has as many seats there as in the room."""
    was = before is not None and before.attendance_mode is AttendanceMode.HYBRID
    becomes = fields.attendance_mode is AttendanceMode.HYBRID and not was
    return replace(fields, online_capacity=fields.capacity) if becomes else fields


def over_room(capacity: int | None, room: int | None) -> bool:
    """Whether a group offers more seats than its room holds; None is no limit for the one, not known for the other.

    >>> [over_room(12, 12), over_room(13, 12), over_room(None, 12), over_room(99, None)]
    [False, True, True, False]
    """
    return room is not None and (capacity is None or capacity > room)


def _text_problems(fields: GroupFields) -> Iterator[FieldProblem]:
    if not fields.title:
        yield FieldProblem("title", "title-missing")
    for name, most in {**TEXTS_OF_A_GROUP, "online_link": LINK_LENGTH}.items():
        if len(getattr(fields, name)) > most:
            yield FieldProblem(name, "too-long")
    for language, words in fields.texts.items():
        for name, text in words.items():
            if len(text) > TEXTS_OF_A_GROUP[name]:
                yield FieldProblem(field_in(name, language), "too-long")
    if fields.online_link and not is_link(fields.online_link):
        yield FieldProblem("online_link", "not-a-link")


def _number_problems(fields: GroupFields) -> Iterator[FieldProblem]:
    if fields.capacity is not None and not 1 <= fields.capacity <= MOST_SEATS:
        yield FieldProblem("capacity", "seats-range")
    if fields.online_capacity is not None and not 1 <= fields.online_capacity <= MOST_SEATS:
        yield FieldProblem("online_capacity", "seats-range")
    if fields.min_to_run is not None and not 1 <= fields.min_to_run <= (_most_people(fields) or MOST_SEATS):
        yield FieldProblem("min_to_run", "min-range")
    if fields.decide_hours is not None and fields.decide_hours not in DECIDE_HOURS:
        yield FieldProblem("decide_hours", "decide-hours-range")
    if fields.slot_minutes is not None and fields.slot_minutes not in SLOT_MINUTES:
        yield FieldProblem("slot_minutes", "slot-minutes-range")
    if fields.slot_gap not in GAP_MINUTES:
        yield FieldProblem("slot_gap", "slot-gap-range")
    if len(fields.slot_breaks) > MOST_BREAKS or not all(map(is_break, fields.slot_breaks)):
        yield FieldProblem("slot_breaks", "slot-breaks")


def _most_people(fields: GroupFields) -> int | None:
    """How many people a date can have; None for no limit."""
    if fields.attendance_mode is not AttendanceMode.HYBRID or fields.capacity is None:
        return fields.capacity
    return None if fields.online_capacity is None else fields.capacity + fields.online_capacity


def _choice_problems(fields: GroupFields) -> Iterator[FieldProblem]:
    if fields.orientation is not Orientation.FAITH:
        others = {field_in("tradition", code): words.get("tradition") for code, words in fields.texts.items()}
        for name, text in {"tradition": fields.tradition, **others}.items():
            if text:
                yield FieldProblem(name, "tradition-needs-faith")
    if not fields.languages:
        yield FieldProblem("languages", "language-missing")
    for name in ("languages", "audience", "tags"):
        if len(getattr(fields, name)) > 20 or any(
            not 0 < len(word) <= WORD_LENGTH for word in getattr(fields, name)
        ):
            yield FieldProblem(name, "too-long")
    if len(fields.facilitators) > MOST_LEADERS:
        yield FieldProblem("facilitators", "leaders-many")


# --- Units: how time becomes what is counted elsewhere. No claim is made here.


class UnitRounding(StrEnum):
    """What of a unit of time counts: full ones only, from the middle of one on, or each that is begun."""

    FULL = "full"
    MIDPOINT = "midpoint"
    BEGUN = "begun"


def units(spent: int, unit: int | None, rounding: UnitRounding) -> int:
    """How many units so many minutes are. Without a length a unit is a session, whatever it lasts.

    >>> [units(minutes, 15, UnitRounding.MIDPOINT) for minutes in (0, 7, 8, 22, 23)]
    [0, 0, 1, 1, 2]
    >>> units(90, None, UnitRounding.FULL), units(14, 15, UnitRounding.FULL), units(1, 15, UnitRounding.BEGUN)
    (1, 0, 1)
    """
    if unit is None:
        return 1 if spent > 0 else 0
    if rounding is UnitRounding.MIDPOINT:
        return (2 * spent + unit) // (2 * unit)
    return -(-spent // unit) if rounding is UnitRounding.BEGUN else spent // unit
