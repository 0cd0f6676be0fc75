"""Which dates somebody is asked about, and how answers become a total."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from groupsched.questionnaires.rules import BATCH, BLANK, Answers, Audience, Form

ASKED_AFTER, ASKED_UNTIL, ASKED_AGAIN = timedelta(minutes=15), timedelta(days=7), timedelta(hours=20)
"""From how long after its end until when a date is asked about, and after how long again where somebody said later."""

AGAIN, NOT_AGAIN = "again", frozenset({"would_not", "not_likely"})
"""The question whether somebody would go again, and the answers that say that it does not fit."""


class ReflectionAnswer(StrEnum):
    """What somebody says when they are asked how a date was."""

    SAVE = "save"
    LATER = "later"
    SKIP = "skip"


def reflected_window(now: datetime) -> tuple[datetime, datetime]:
    """Between which two ends, both among them, a date has to lie for it to be asked about now."""
    return now - ASKED_UNTIL, now - ASKED_AFTER


def is_no_fit(answers: Answers) -> bool:
    """Whether somebody says that a group is not for them."""
    return answers.get(AGAIN, BLANK).value in NOT_AGAIN


def added_up(responses: Iterable[tuple[int, Form, Answers]]) -> dict[str, dict[str, int]]:
    """How often each answer was chosen of each question, by who said it. Own words are in no total, nor is a question that fewer than
    five people answered: two answers among five people say who they are."""
    totals: dict[str, dict[str, int]] = {}
    people: dict[str, set[int]] = {}
    for person, form, answers in responses:
        for item in form.questions:
            value = answers.get(item.key, BLANK).value
            if value in item.keys:
                people.setdefault(item.key, set()).add(person)
                counts = totals.setdefault(item.key, {})
                counts[value] = counts.get(value, 0) + 1
    return {item: counts for item, counts in totals.items() if len(people[item]) >= BATCH}


def of_batches(
    batches: Sequence[Mapping[str, Mapping[str, int]]], item: str, keys: Sequence[str]
) -> list[int]:
    """How often each of these answers was chosen of a question, in all batches together in which five answered it."""
    enough = [batch[item] for batch in batches if sum(batch.get(item, {}).values()) >= BATCH]
    return [sum(batch.get(key, 0) for batch in enough) for key in keys]


def readers_of_reflection(has_counselor: bool, readers: Iterable[Audience]) -> list[Audience]:
    """Whom a person can choose: a counselor only where they have one."""
    return [one for one in readers if has_counselor or one is not Audience.MY_COUNSELOR]
