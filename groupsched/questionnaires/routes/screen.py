"""One screen of a form, for whoever fills it in and for whoever looks at a draft: what was sent of it, what it shows, and which is
the next."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from groupsched.core.errors import NotFound
from groupsched.questionnaires.rules import (
    BLANK,
    Answers,
    Form,
    Given,
    Item,
    Screen,
    help_for,
    read_sent,
    screens,
    urgent_helps,
)
from groupsched.questionnaires.words import help_words, in_words, no_answer_words

BEGIN = "0"
"""What names the screen of a form that begins without a heading: no key of an item is a number."""


def screen_of(form: Form, answers: Answers, part: str) -> Screen:
    """The screen that an address names. Raises NotFound where these answers do not show it."""
    key = "" if part == BEGIN else part
    found = next((one for one in screens(form, answers) if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def answers_sent(items: Iterable[Item]) -> tuple[dict[str, Given], dict[str, str]]:
    """What was sent for those of these items that were asked, blank ones too, and words beside each that is no answer."""
    given, unread = read_sent(items, request.form.to_dict(flat=False))
    return given, {key: no_answer_words() for key in unread}


def helps_on(form: Form, answers: Answers, screen: Screen) -> tuple[str, ...]:
    """Which help the answers on a screen show at once."""
    keys = {item.key for item in screen.items}
    return tuple(
        one.value for one in urgent_helps(form, {key: answers[key] for key in keys if key in answers})
    )


def part_after(form: Form, answers: Answers, part: str, way: str) -> str | None:
    """What names the screen to which a button leads; None: away from all of them."""
    found = [one.key or BEGIN for one in screens(form, answers)]
    step = {"next": 1, "back": -1}.get(way)
    at = found.index(part) + step if step and part in found else -1
    return found[at] if 0 <= at < len(found) else None


def screen_shown(form: Form, answers: Answers, screen: Screen, wrong: Mapping[str, str]) -> dict[str, Any]:
    """What the template of a screen is given."""
    found = screens(form, answers)
    at = [one.key for one in found].index(screen.key)
    typed = {key: Given(request.form.get(f"a-{key}", "")) for key in wrong}
    urgent = [one.key for one in screen.items if help_for(one, answers.get(one.key, BLANK))]
    return {
        "form": form,
        "screen": screen,
        "number": at + 1,
        "count": len(found),
        "following": found[at + 1] if at + 1 < len(found) else None,
        "wrong": wrong,
        "answers": {**answers, **typed},
        "blank": BLANK,
        "helps": helps_on(form, answers, screen),
        "help_after": next(iter(urgent), ""),
        "urgent": urgent,
        "help_words": help_words(),
        "said": in_words,
    }
