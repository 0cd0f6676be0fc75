"""A list of topics laid over the dates of a group: in order with an end, or round and round."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain, cycle, islice, repeat


class TopicOrder(StrEnum):
    """How a list goes on behind its last topic: it has an end, or it starts again."""

    FIXED = "fixed"
    ROLLING = "rolling"


class TopicChoice(StrEnum):
    """How a date comes by its topic: the next of the list, none, or one that somebody chose for it."""

    IN_ORDER = "in_order"
    WITHOUT = "without"
    PINNED = "pinned"


@dataclass(frozen=True)
class TopicList:
    """The topics of a group by their numbers, and the day from which they count."""

    order: TopicOrder
    begins_on: date
    topics: tuple[int, ...]


@dataclass(frozen=True)
class TopicDate:
    """A date as topics see it. `begun`: what it has it keeps. `held`: it takes place, or did; else its topic passes on."""

    key: int
    day: date
    begun: bool
    held: bool
    choice: TopicChoice = TopicChoice.IN_ORDER
    topic: int | None = None


def lay_topics(said: TopicList, dates: Iterable[TopicDate]) -> Mapping[int, int | None]:
    """The topic of each date that has not begun, by its key; `dates` are in order.

    A date that does not take place passes its topic to the next. One that somebody chose a topic for stands beside the
    order; a list with an end does not come to that topic again. What a date keeps that has begun is never laid anew.
    """
    counted = [one for one in dates if one.day >= said.begins_on]
    following = _following(said, counted)
    laid: dict[int, int | None] = {one.key: None for one in dates if not one.begun}
    for one in counted:
        if one.begun:
            continue
        if one.choice is TopicChoice.PINNED and one.topic in said.topics:
            laid[one.key] = one.topic
        elif one.held and one.choice is not TopicChoice.WITHOUT:
            laid[one.key] = next(following)
    return laid


def _following(said: TopicList, dates: Sequence[TopicDate]) -> Iterator[int | None]:
    """The topics that come next, without an end."""
    if said.order is TopicOrder.FIXED:
        met = {one.topic for one in dates if one.held and _is_settled(one)}
        return chain((one for one in said.topics if one not in met), repeat(None))
    if not said.topics:
        return repeat(None)
    return islice(cycle(said.topics), _place_after(said, dates), None)


def _is_settled(one: TopicDate) -> bool:
    return one.begun or one.choice is TopicChoice.PINNED


def _place_after(said: TopicList, dates: Sequence[TopicDate]) -> int:
    """The place in the list behind the last topic that was held in its turn."""
    places = {topic: place for place, topic in enumerate(said.topics)}
    turns = [one.topic for one in dates if one.begun and one.held and one.choice is TopicChoice.IN_ORDER]
    last = next((places[topic] for topic in reversed(turns) if topic is not None and topic in places), -1)
    return last + 1
