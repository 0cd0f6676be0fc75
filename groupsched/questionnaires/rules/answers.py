"""What somebody answers: read from what a form sends, compared, and whether it is urgent."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from groupsched.core.text import clean_line, clean_prose
from groupsched.questionnaires.rules.form import NUMBER_TYPES, Comparison, Form, HelpKind, Item, ItemType

LINE, PROSE, OWN = 280, 4000, 120
MOST = 10**9
"""How far from nothing a number may be, one way or the other."""
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Given:
    """An answer: a text, a key, keys in the order of the form, a number, a date as ISO writes it, or yes and no as a bool; `own` is a
    word of one's own beside what was chosen."""

    value: Any = None
    own: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is said."""
        return self.value in (None, "", ()) and not self.own


BLANK = Given()
Answers = Mapping[str, Given]


class Unreadable(ValueError):
    """What was sent is no answer to the item."""


def read(item: Item, sent: Sequence[str], own: str = "") -> Given:
    """The answer in what a form sent for an item; blank for nothing. Raises Unreadable."""
    values = [value for value in sent if value.strip()]
    mine = clean_line(own, OWN) if item.allow_own else ""
    if item.type is ItemType.CHOICES:
        if any(value not in item.keys for value in values):
            raise Unreadable
        return Given(tuple(key for key in item.keys if key in values), mine)
    if not values:
        return Given(None, mine)
    return Given(_one(item, values[0]), mine)


def read_sent(
    items: Iterable[Item], sent: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Given], tuple[str, ...]]:
    """The answers in what a page sent for those of these items that it asked (`asked`, `a-key`, `a-key-own`), blank ones too, and the
    keys of those whose answer is none."""
    given, unread = {}, []
    for item in items:
        if item.key not in sent.get("asked", ()):
            continue
        own = next(iter(sent.get(f"a-{item.key}-own", ())), "")
        try:
            given[item.key] = read(item, sent.get(f"a-{item.key}", ()), own)
        except Unreadable:
            unread.append(item.key)
    return given, tuple(unread)


def _one(item: Item, value: str) -> Any:
    if item.type is ItemType.TEXT:
        return clean_line(value, LINE)
    if item.type is ItemType.LONG_TEXT:
        return clean_prose(value, PROSE)
    if item.type in NUMBER_TYPES:
        return _number(item, value)
    if item.type is ItemType.DATE:
        return _date(value)
    if item.type is ItemType.YES_NO:
        return _among({YES: True, NO: False}, value.strip())
    if item.type is ItemType.CHOICE:
        return _among({key: key for key in item.keys}, value.strip())
    raise Unreadable


def _among(known: Mapping[str, Any], value: str) -> Any:
    if value not in known:
        raise Unreadable
    return known[value]


def _number(item: Item, value: str) -> int | float:
    try:
        number = float(value.strip().replace(",", "."))
    except ValueError:
        raise Unreadable from None
    low, high = item.bounds
    if not math.isfinite(number) or abs(number) > MOST:
        raise Unreadable
    if (low is not None and number < low) or (high is not None and number > high):
        raise Unreadable
    if number.is_integer():
        return int(number)
    if item.type is ItemType.SCALE:
        raise Unreadable
    return number


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        raise Unreadable from None


def holds(given: Given, comparison: Comparison, value: Any) -> bool:
    """Whether an answer is what a condition asks for; of several that were chosen, one is enough."""
    if given.is_blank:
        return False
    if comparison is Comparison.ANSWERED:
        return True
    chosen = given.value if isinstance(given.value, tuple) else (given.value,)
    if comparison is Comparison.EQUALS:
        return value in chosen
    if comparison is Comparison.ANY_OF:
        return any(one in value for one in chosen)
    return _is_number(given.value) and (
        given.value >= value if comparison is Comparison.AT_LEAST else given.value <= value
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def help_for(item: Item, given: Given) -> HelpKind | None:
    """Which help an answer shows at once, if it is urgent."""
    urgent = item.urgent_when
    return urgent.help if urgent and holds(given, urgent.comparison, urgent.value) else None


def urgent_helps(form: Form, answers: Answers) -> tuple[HelpKind, ...]:
    """Every help that these answers show, in the order of the form, each once."""
    found = (help_for(item, answers.get(item.key, BLANK)) for item in form.questions)
    return tuple(dict.fromkeys(one for one in found if one is not None))
