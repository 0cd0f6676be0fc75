"""Which items are shown for given answers, and on which screens."""

from dataclasses import dataclass

from groupsched.questionnaires.rules.answers import BLANK, Answers, Given, holds
from groupsched.questionnaires.rules.form import Form, Item, ItemType


@dataclass(frozen=True)
class Screen:
    """What stands on one screen: a heading, but on the first where a form begins without one, and its items."""

    heading: Item | None
    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """What names it in an address: its heading."""
        return self.heading.key if self.heading else ""


def shown(form: Form, answers: Answers) -> tuple[Item, ...]:
    """The items that are shown, in order: all conditions of each hold, and its heading is shown. The answer of an item that is not
    shown counts as none."""
    found: list[Item] = []
    seen: dict[str, Item] = {}
    under_shown = True
    for item in form.items:
        holding = all(
            holds(answers.get(one.item, BLANK) if one.item in seen else BLANK, one.comparison, one.value)
            for one in item.shown_when
        )
        if item.type is ItemType.HEADING:
            under_shown = holding
        if holding and under_shown:
            seen[item.key] = item
            found.append(item)
    return tuple(found)


def screens(form: Form, answers: Answers) -> tuple[Screen, ...]:
    """The screens of a form for given answers: one for each heading that has something to answer. A screen that is empty for now is
    left out."""
    found: list[tuple[Item | None, list[Item]]] = [(None, [])]
    for item in shown(form, answers):
        if item.type is ItemType.HEADING:
            found.append((item, []))
        else:
            found[-1][1].append(item)
    return tuple(Screen(heading, tuple(items)) for heading, items in found if items)


def to_hand_over(form: Form, answers: Answers) -> dict[str, Given]:
    """What of the answers is handed over: those of items that are shown, without blanks."""
    keys = {item.key for item in shown(form, answers)}
    return {key: given for key, given in answers.items() if key in keys and not given.is_blank}
