"""What a form is made of, and how it is kept as plain data (FHIR R4 Questionnaire, item, enableWhen)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Words = Mapping[str, str]  # the same words by language: at least in the first one
FIRST = "en"


class FormKind(StrEnum):
    """What a form is for."""

    ASSESSMENT = "assessment"
    REFERRAL = "referral"
    SCREENING = "screening"
    REFLECTION = "reflection"
    CLINICIAN_LOOK = "clinician_look"
    CHECK_IN = "check_in"
    AGREEMENT = "agreement"
    SAFETY = "safety"
    WORKSHEET = "worksheet"


class ItemType(StrEnum):
    """How an item is answered; a heading is not, it begins a screen."""

    HEADING = "heading"
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


class Comparison(StrEnum):
    """How an answer is compared with the value of a condition."""

    EQUALS = "equals"
    ANY_OF = "any_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANSWERED = "answered"


class HelpKind(StrEnum):
    """Which words stand beside the numbers when an answer is urgent."""

    MOOD = "mood"
    HARM = "harm"
    WITHDRAWAL = "withdrawal"
    DANGER = "danger"
    CRAVING = "craving"
    STAFF = "staff"


class Audience(StrEnum):
    """Who can be chosen to read a response besides the person it is about."""

    ONLY_ME = "only_me"
    MY_COUNSELOR = "my_counselor"
    CARE_TEAM = "care_team"
    TOTALS = "totals"


SHARED = frozenset({Audience.MY_COUNSELOR, Audience.CARE_TEAM})
"""What lets somebody on staff read a response with its name."""


class ReadWhen(StrEnum):
    """When a response that was handed over is read: the form says it first."""

    NOT_READ = "not_read"
    NEXT_VISIT = "next_visit"
    ONE_WORKING_DAY = "one_working_day"
    TWO_WORKING_DAYS = "two_working_days"
    AS_CHOSEN = "as_chosen"


OPTION_TYPES = frozenset({ItemType.CHOICE, ItemType.CHOICES})
NUMBER_TYPES = frozenset({ItemType.SCALE, ItemType.NUMBER})


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen."""

    key: str
    words: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """What the answer of an item above has to be. `value` is a key, a number, yes or no as a bool, or several keys."""

    item: str
    comparison: Comparison
    value: Any = None


@dataclass(frozen=True)
class Urgent:
    """Which answer of its own item shows help at once: one of some keys, or a number from one on."""

    comparison: Comparison
    value: Any
    help: HelpKind


@dataclass(frozen=True)
class Item:
    """A question or a heading. Nobody has to answer; it is shown when all its conditions hold. One marked `safety` may not lose
    what makes its answers urgent."""

    key: str
    type: ItemType
    text: Words = field(default_factory=dict)
    help: Words = field(default_factory=dict)
    anchor_min: Words = field(default_factory=dict)
    anchor_max: Words = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    allow_own: bool = False
    min: int | None = None
    max: int | None = None
    shown_when: tuple[Condition, ...] = ()
    urgent_when: Urgent | None = None
    safety: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that can be chosen."""
        return tuple(option.key for option in self.options)

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The least and the most number; a scale goes from 0 to 10 where nothing else is said."""
        scale = self.type is ItemType.SCALE
        low = 0 if scale and self.min is None else self.min
        high = 10 if scale and self.max is None else self.max
        return low, high


@dataclass(frozen=True)
class Form:
    """A form as it is written or was published. `readers` are those that a person can choose among, `shared_with` the one that is
    chosen unless they say otherwise."""

    kind: FormKind
    title: Words = field(default_factory=dict)
    intro: Words = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    readers: tuple[Audience, ...] = (Audience.ONLY_ME,)
    shared_with: Audience = Audience.ONLY_ME
    read_when: ReadWhen = ReadWhen.NOT_READ
    minutes: int | None = None

    @property
    def reads_staff(self) -> bool:
        """Whether somebody on staff can be chosen to read it with its name."""
        return bool(SHARED.intersection(self.readers))

    def item(self, key: str) -> Item | None:
        """The item with this key."""
        return next((one for one in self.items if one.key == key), None)

    @property
    def questions(self) -> tuple[Item, ...]:
        """What can be answered, in order."""
        return tuple(one for one in self.items if one.type is not ItemType.HEADING)


_TEXTS = ("text", "help", "anchor_min", "anchor_max")


def said(words: Words, language: str) -> str:
    """Words in a language, in the first one where there are none."""
    return words.get(language) or words.get(FIRST, "")


def as_data(form: Form) -> dict[str, Any]:
    """A form as plain data that JSON can carry; `form_of` reads it back."""
    return {
        "kind": form.kind.value,
        "title": dict(form.title),
        "intro": dict(form.intro),
        "readers": [one.value for one in form.readers],
        "shared_with": form.shared_with.value,
        "read_when": form.read_when.value,
        "minutes": form.minutes,
        "items": [_item_data(one) for one in form.items],
    }


def _item_data(item: Item) -> dict[str, Any]:
    data: dict[str, Any] = {"key": item.key, "type": item.type.value}
    data |= {name: dict(words) for name in _TEXTS if (words := getattr(item, name))}
    if item.options:
        data["options"] = [{"key": one.key, "words": dict(one.words)} for one in item.options]
    data |= {name: value for name in ("min", "max") if (value := getattr(item, name)) is not None}
    data |= {name: True for name in ("allow_own", "safety") if getattr(item, name)}
    if item.shown_when:
        data["shown_when"] = [
            {"item": one.item, "is": one.comparison.value, "value": _plain(one.value)}
            for one in item.shown_when
        ]
    if (urgent := item.urgent_when) is not None:
        value = _plain(urgent.value)
        data["urgent_when"] = {"is": urgent.comparison.value, "value": value, "help": urgent.help.value}
    return data


def form_of(data: Mapping[str, Any]) -> Form:
    """The form that such data say. Raises KeyError, TypeError or ValueError where they say none."""
    return Form(
        kind=FormKind(data["kind"]),
        title=dict(data["title"]),
        intro=dict(data.get("intro", {})),
        items=tuple(_item_of(one) for one in data.get("items", ())),
        readers=tuple(Audience(one) for one in data.get("readers", [Audience.ONLY_ME])),
        shared_with=Audience(data.get("shared_with", Audience.ONLY_ME)),
        read_when=ReadWhen(data.get("read_when", ReadWhen.NOT_READ)),
        minutes=data.get("minutes"),
    )


def _item_of(data: Mapping[str, Any]) -> Item:
    return Item(
        key=data["key"],
        type=ItemType(data["type"]),
        options=tuple(Option(one["key"], dict(one["words"])) for one in data.get("options", ())),
        allow_own=bool(data.get("allow_own")),
        min=data.get("min"),
        max=data.get("max"),
        shown_when=tuple(
            Condition(one["item"], Comparison(one["is"]), _kept(one.get("value")))
            for one in data.get("shown_when", ())
        ),
        urgent_when=_urgent_of(data.get("urgent_when")),
        safety=bool(data.get("safety")),
        **{name: dict(data.get(name, {})) for name in _TEXTS},
    )


def _urgent_of(data: Mapping[str, Any] | None) -> Urgent | None:
    if data is None:
        return None
    return Urgent(Comparison(data["is"]), _kept(data["value"]), HelpKind(data["help"]))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
