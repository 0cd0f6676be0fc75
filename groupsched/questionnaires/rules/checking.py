"""What is wrong with a form before it is published, and what publishing a changed one does."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from groupsched.questionnaires.rules.form import (
    NUMBER_TYPES,
    OPTION_TYPES,
    Audience,
    Comparison,
    Condition,
    Form,
    FormKind,
    Item,
    ItemType,
    ReadWhen,
    Words,
)
from groupsched.questionnaires.rules.responses import audiences_for

MOST_ITEMS, MOST_OPTIONS, WIDEST_SCALE = 200, 30, 20
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FITTING = {
    Comparison.AT_LEAST: NUMBER_TYPES,
    Comparison.AT_MOST: NUMBER_TYPES,
    Comparison.ANY_OF: OPTION_TYPES,
    Comparison.EQUALS: OPTION_TYPES | NUMBER_TYPES | {ItemType.YES_NO},
}


class FormFault(StrEnum):
    """What is wrong with a form or an item of it."""

    NO_TITLE = "no_title"
    NO_QUESTION = "no_question"
    TOO_MANY = "too_many"
    NO_READER = "no_reader"
    NEVER_READ = "never_read"
    WRONG_READERS = "wrong_readers"
    BAD_KEY = "bad_key"
    TWICE = "twice"
    NO_TEXT = "no_text"
    TOO_FEW_OPTIONS = "too_few_options"
    OPTIONS_ALIKE = "options_alike"
    OPTION_WITHOUT_WORDS = "option_without_words"
    BOUNDS = "bounds"
    CONDITION_NOT_ABOVE = "condition_not_above"
    CONDITION_IMPOSSIBLE = "condition_impossible"
    URGENT_IMPOSSIBLE = "urgent_impossible"
    SAFETY_LOST = "safety_lost"


@dataclass(frozen=True)
class FormProblem:
    """A fault, and the item that has it; none where the form has it as a whole."""

    fault: FormFault
    item: Item | None = None


def form_problems(form: Form, before: Form | None = None) -> tuple[FormProblem, ...]:
    """Why a form cannot be published; nothing, where it can. `before` is the version that is published now: what it asks about
    safety cannot lose the help it shows."""
    return tuple(_of_the_whole(form)) + tuple(_of_items(form)) + tuple(_lost(form, before))


def _of_the_whole(form: Form) -> Iterator[FormProblem]:
    if not form.title.get("en", "").strip():
        yield FormProblem(FormFault.NO_TITLE)
    if not form.questions:
        yield FormProblem(FormFault.NO_QUESTION)
    if len(form.items) > MOST_ITEMS:
        yield FormProblem(FormFault.TOO_MANY)
    if not form.readers or form.shared_with not in form.readers:
        yield FormProblem(FormFault.NO_READER)
    if set(form.readers) - set(audiences_for(form.kind)):
        yield FormProblem(FormFault.WRONG_READERS)
    others, is_read = set(form.readers) - {Audience.ONLY_ME}, form.read_when is not ReadWhen.NOT_READ
    by_name = bool(others - {Audience.TOTALS}) or form.kind is FormKind.REFERRAL
    if (by_name and not is_read) or (is_read and not by_name and not others):
        yield FormProblem(FormFault.NEVER_READ)


def _of_items(form: Form) -> Iterator[FormProblem]:
    above: dict[str, Item] = {}
    for item in form.items:
        yield from (FormProblem(fault, item) for fault in _faults(item, above))
        above.setdefault(item.key, item)


def _faults(item: Item, above: dict[str, Item]) -> Iterator[FormFault]:
    if not _KEY.fullmatch(item.key):
        yield FormFault.BAD_KEY
    if item.key in above:
        yield FormFault.TWICE
    if not item.text.get("en", "").strip():
        yield FormFault.NO_TEXT
    if item.type in OPTION_TYPES:
        yield from _faults_of_options(item)
    if item.type in NUMBER_TYPES and not _bounds_fit(item):
        yield FormFault.BOUNDS
    for condition in item.shown_when:
        asked = above.get(condition.item)
        if asked is None or asked.type is ItemType.HEADING:
            yield FormFault.CONDITION_NOT_ABOVE
        elif not can_hold(asked, condition):
            yield FormFault.CONDITION_IMPOSSIBLE
    urgent = item.urgent_when
    if urgent and not can_hold(item, Condition(item.key, urgent.comparison, urgent.value)):
        yield FormFault.URGENT_IMPOSSIBLE
    if item.safety and urgent is None:
        yield FormFault.SAFETY_LOST


def _faults_of_options(item: Item) -> Iterator[FormFault]:
    if not 2 <= len(item.options) <= MOST_OPTIONS:
        yield FormFault.TOO_FEW_OPTIONS
    if len(set(item.keys)) < len(item.keys) or not all(map(_KEY.fullmatch, item.keys)):
        yield FormFault.OPTIONS_ALIKE
    if not all(option.words.get("en", "").strip() for option in item.options):
        yield FormFault.OPTION_WITHOUT_WORDS


def _bounds_fit(item: Item) -> bool:
    low, high = item.bounds
    if low is None or high is None:
        return True
    return low < high and (item.type is ItemType.NUMBER or high - low <= WIDEST_SCALE)


def can_hold(item: Item, condition: Condition) -> bool:
    """Whether any answer of an item could be what a condition asks for."""
    if condition.comparison is Comparison.ANSWERED:
        return True
    if item.type not in _FITTING[condition.comparison]:
        return False
    if condition.comparison is Comparison.ANY_OF:
        return isinstance(condition.value, tuple) and 0 < len(condition.value) == len(
            set(condition.value) & set(item.keys)
        )
    if item.type in OPTION_TYPES:
        return condition.value in item.keys
    if item.type is ItemType.YES_NO:
        return isinstance(condition.value, bool)
    return _reachable(item, condition)


def _reachable(item: Item, condition: Condition) -> bool:
    value: Any = condition.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    low, high = item.bounds
    over = high is not None and value > high
    under = low is not None and value < low
    return not (over if condition.comparison is Comparison.AT_LEAST else under) and not (
        condition.comparison is Comparison.EQUALS and over
    )


def _lost(form: Form, before: Form | None) -> Iterator[FormProblem]:
    """An item about safety that is still asked keeps the mark; taken out as a whole it may be."""
    for old in before.items if before else ():
        item = form.item(old.key)
        if old.safety and item is not None and not item.safety:
            yield FormProblem(FormFault.SAFETY_LOST, item)


@dataclass(frozen=True)
class FormChange:
    """What a version changes of the one before it."""

    added: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()
    asked_otherwise: tuple[Item, ...] = ()
    """Items whose answers mean something else now, as the new version has them."""
    reworded: tuple[Item, ...] = ()
    moved: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether both say the same."""
        return self == FormChange()


def form_change(before: Form, after: Form) -> FormChange:
    """What publishing `after` changes of `before`, item by item; an item is the same as long as it keeps its key."""
    old = {item.key: item for item in before.items}
    new = {item.key: item for item in after.items}
    both = [key for key in new if key in old]
    differing = [key for key in both if old[key] != new[key]]
    meaning = [key for key in differing if _meaning(old[key]) != _meaning(new[key])]
    return FormChange(
        added=tuple(new[key] for key in new if key not in old),
        removed=tuple(old[key] for key in old if key not in new),
        asked_otherwise=tuple(new[key] for key in meaning),
        reworded=tuple(new[key] for key in differing if key not in meaning),
        moved=[key for key in old if key in new] != both,
    )


def _meaning(item: Item) -> tuple[Any, ...]:
    """What the answers to an item stand for: kind, answers to choose from, span, and when it is asked."""
    return item.type, item.keys, item.bounds, item.allow_own, item.shown_when, item.urgent_when, item.safety


def unsaid_in(form: Form, language: str) -> int:
    """How many texts of a form are not said in a language."""
    return sum(1 for words in _texts(form) if words.get("en") and not words.get(language))


def _texts(form: Form) -> Iterable[Words]:
    yield from (form.title, form.intro)
    for item in form.items:
        yield from (item.text, item.help, item.anchor_min, item.anchor_max)
        yield from (option.words for option in item.options)
