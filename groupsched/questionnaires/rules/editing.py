"""What a writer does to a draft, one question at a time: add, change, move, take out. Keys stay with what they name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from groupsched.questionnaires.rules.answers import NO, YES
from groupsched.questionnaires.rules.form import (
    NUMBER_TYPES,
    OPTION_TYPES,
    Audience,
    Comparison,
    Condition,
    Form,
    HelpKind,
    Item,
    ItemType,
    Option,
    ReadWhen,
    Urgent,
    Words,
)
from groupsched.questionnaires.rules.responses import audiences_for

DIVIDER = "|"
"""Between the words of an answer in the languages, in the order in which they are offered."""


class DraftAct(StrEnum):
    """What a button of the editor does to a draft."""

    ADD_QUESTION = "add"
    ADD_HEADING = "add-heading"
    MOVE_UP = "up"
    MOVE_DOWN = "down"
    TAKE_OUT = "take-out"
    SAVE = "save"


@dataclass(frozen=True)
class UrgentWritten:
    """Which answers of an item a writer marks as urgent: some of those to choose from, yes or no, or a number with how it is compared;
    and which words stand above the numbers to call then. Nothing marked: none is urgent."""

    answers: tuple[str, ...] = ()
    number: int | None = None
    comparison: Comparison = Comparison.AT_LEAST
    help: HelpKind = HelpKind.MOOD


@dataclass(frozen=True)
class Written:
    """What a writer says of an item: its words, how it is answered, a line for each answer, after which answer of which question it
    is asked, and which answers show help at once."""

    type: ItemType
    text: Words
    help: Words = field(default_factory=dict)
    lines: Sequence[str] = ()
    anchor_min: Words = field(default_factory=dict)
    anchor_max: Words = field(default_factory=dict)
    after: str = ""
    after_value: str = ""
    urgent: UrgentWritten = UrgentWritten()


def free_key(taken: Collection[str], begin: str) -> str:
    """A key that nothing has yet."""
    return next(key for number in range(1, len(taken) + 2) if (key := f"{begin}{number}") not in taken)


def with_new(form: Form, kind: ItemType, under: str) -> tuple[Form, Item]:
    """A draft with a new item at the end of the part that begins with this heading (none: the first part), and the item."""
    item = Item(free_key([one.key for one in form.items], "h" if kind is ItemType.HEADING else "q"), kind)
    keys = [one.key for one in form.items]
    begin = keys.index(under) + 1 if under in keys else 0
    later = (at for at in range(begin, len(keys)) if form.items[at].type is ItemType.HEADING)
    end = next(later, len(keys))
    return replace(form, items=(*form.items[:end], item, *form.items[end:])), item


def without(form: Form, key: str) -> Form:
    """A draft without an item, and without the conditions that asked for it."""
    kept = [one for one in form.items if one.key != key]
    return replace(
        form,
        items=tuple(
            replace(one, shown_when=tuple(when for when in one.shown_when if when.item != key))
            for one in kept
        ),
    )


def moved(form: Form, key: str, step: int) -> Form:
    """A draft with an item one place further down (1) or up (-1); at an end it stays."""
    items = list(form.items)
    at = next((number for number, one in enumerate(items) if one.key == key), None)
    if at is None or not 0 <= at + step < len(items):
        return form
    items[at], items[at + step] = items[at + step], items[at]
    return replace(form, items=tuple(items))


def rewritten(form: Form, key: str, written: Written, languages: Sequence[str]) -> Form:
    """A draft with an item as it is written now. Which answers show help is what is marked: of one that is gone, the mark is a fault
    of the form."""
    return replace(
        form,
        items=tuple(_item(form, one, written, languages) if one.key == key else one for one in form.items),
    )


def _item(form: Form, old: Item, written: Written, languages: Sequence[str]) -> Item:
    kind = written.type
    options = _options(old.options, written.lines, languages) if kind in OPTION_TYPES else ()
    return replace(
        old,
        type=kind,
        text=written.text,
        help=written.help,
        options=options,
        anchor_min=written.anchor_min if kind is ItemType.SCALE else {},
        anchor_max=written.anchor_max if kind is ItemType.SCALE else {},
        shown_when=_condition(form, old, written),
        urgent_when=_urgent(old, kind, written.urgent),
    )


def _options(old: Sequence[Option], lines: Sequence[str], languages: Sequence[str]) -> tuple[Option, ...]:
    """The answers of some lines. One that is only said otherwise keeps its key: the line stands where it stood."""
    said = [_words(line, languages) for line in lines if line.strip(f" {DIVIDER}")]
    known = {one.words.get(languages[0]): one.key for one in old}
    found: list[Option] = []
    for at, words in enumerate(said):
        key = known.get(words.get(languages[0]))
        if key is None and len(said) == len(old):
            key = old[at].key
        taken = {*(one.key for one in found), *(one.key for one in old)}
        if key is None or any(one.key == key for one in found):
            key = free_key(taken, "a")
        found.append(Option(key, words))
    return tuple(found)


def _words(line: str, languages: Sequence[str]) -> Mapping[str, str]:
    parts = [part.strip() for part in line.split(DIVIDER)]
    return {language: part for language, part in zip(languages, parts, strict=False) if part}


def as_line(option: Option, languages: Sequence[str]) -> str:
    """An answer as a writer reads it: `_options` reads it back."""
    return f" {DIVIDER} ".join(option.words.get(language, "") for language in languages).rstrip(f" {DIVIDER}")


def _condition(form: Form, old: Item, written: Written) -> tuple[Condition, ...]:
    """When it is asked. What a page cannot say, several conditions, stays as it is while it is not said otherwise."""
    if written.after == "=":
        return old.shown_when
    asked = form.item(written.after)
    if asked is None:
        return ()
    if asked.type in OPTION_TYPES:
        return (Condition(asked.key, Comparison.ANY_OF, (written.after_value,)),)
    if asked.type in NUMBER_TYPES and written.after_value.lstrip("-").isdecimal():
        return (Condition(asked.key, Comparison.AT_LEAST, int(written.after_value)),)
    if asked.type is ItemType.YES_NO:
        return (Condition(asked.key, Comparison.EQUALS, written.after_value != "no"),)
    return (Condition(asked.key, Comparison.ANSWERED),)


def urgent_written(item: Item) -> UrgentWritten:
    """What is marked as urgent of an item, as a page says it."""
    urgent = item.urgent_when
    if urgent is None:
        return UrgentWritten()
    if item.type in NUMBER_TYPES:
        number = urgent.value if isinstance(urgent.value, int) else None
        return UrgentWritten((), number, urgent.comparison, urgent.help)
    if item.type is ItemType.YES_NO:
        return UrgentWritten((YES if urgent.value else NO,), help=urgent.help)
    chosen = item.keys if urgent.comparison is Comparison.ANSWERED else urgent.value
    keys = chosen if isinstance(chosen, tuple) else (chosen,)
    return UrgentWritten(tuple(key for key in item.keys if key in keys), help=urgent.help)


def _urgent(old: Item, kind: ItemType, marked: UrgentWritten) -> Urgent | None:
    """What is urgent from now on; as it was, where nobody touched the marks."""
    if kind is old.type and marked == urgent_written(old) and not _lost_answers(old):
        return old.urgent_when
    if kind in OPTION_TYPES and marked.answers:
        return Urgent(Comparison.ANY_OF, marked.answers, marked.help)
    if kind is ItemType.YES_NO and marked.answers:
        return Urgent(Comparison.EQUALS, YES in marked.answers, marked.help)
    if kind in NUMBER_TYPES and marked.number is not None:
        return Urgent(marked.comparison, marked.number, marked.help)
    return None


def _lost_answers(item: Item) -> bool:
    """Whether an answer that is marked is there no more."""
    urgent = item.urgent_when
    marked = urgent.value if urgent and item.type in OPTION_TYPES else ()
    return isinstance(marked, tuple) and not set(item.keys).issuperset(marked)


def with_readers(
    form: Form, readers: Collection[Audience], shared_with: Audience, read_when: ReadWhen
) -> Form:
    """A draft with these readers to choose among, one of them chosen at first, and when they read it. That it stays with the person
    alone can always be chosen."""
    kept = [one for one in audiences_for(form.kind) if one is Audience.ONLY_ME or one in readers]
    return replace(form, readers=tuple(kept), shared_with=shared_with, read_when=read_when)
