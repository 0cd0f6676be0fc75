"""The topics of a group, and when they come round, in words."""

from collections.abc import Mapping
from typing import Any

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.filters import short_day
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import come_round, curriculum_of, topics_of
from groupsched.schedule.rules import TopicOrder


def topics_and_cycle(group: Group) -> dict[str, Any]:
    """The topics of a group for a page, the next date of each, and a sentence that says when the list starts next; nothing
    of the rest where it has no topics."""
    topics = topics_of(group)
    found = come_round(group, clock.now()) if topics else {}
    return {
        "topics": topics,
        "next_topics": found,
        "cycle": _cycle(group, topics[0].id, found) if topics else "",
    }


def _cycle(group: Group, first: int, found: Mapping[int, Occurrence]) -> str:
    curriculum, starts = curriculum_of(group), found.get(first)
    if curriculum is None or starts is None:
        return _("The list has begun and goes on in order.") if found else ""
    when = short_day(starts.start, starts.timezone)
    if curriculum.mode is TopicOrder.ROLLING:
        return _("The next round of topics starts on %(day)s.", day=when)
    return _("The topics start on %(day)s.", day=when)
