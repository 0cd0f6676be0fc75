"""When what an event says was last changed: its DTSTAMP and LAST-MODIFIED, and its SEQUENCE, are that moment.

Each change of a fact that calendars tell is at a moment of its own, in whole seconds and later than every one before it. What an
event says, it says since the latest of its facts; another fact in the place of one (another room, another title) is a change
itself and the latest of all. So no stamp falls, and none stands still where the event says something else.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

SECOND = timedelta(seconds=1)
COUNTED_FROM = datetime(2020, 1, 1, tzinfo=UTC)


class FactOf(StrEnum):
    """Of what a fact is that calendars tell."""

    HOUSE = "house"
    GROUP = "group"
    PLACE = "place"
    SITE = "site"
    MODALITY = "modality"
    TOPIC = "topic"
    SERIES = "series"
    DATE = "date"
    SLOT = "slot"
    ENROLMENT = "enrolment"
    PERSON = "person"
    FEED = "feed"


Fact = tuple[FactOf, int, str]
"""Of what, its number, and which of its facts, such as `title.es`."""
FIRST_STAMPS: Fact = (FactOf.HOUSE, 0, "stamps")
"""Since when stamps are kept so: calendars hold what was said before with stamps up to then."""


class StampBook:
    """The moments at which facts were changed last; a fact that nobody ever changed is not in it."""

    def __init__(self, at: Mapping[Fact, datetime]) -> None:
        self._at = at

    def latest(self, since: datetime, facts: Iterable[Fact]) -> datetime:
        """The latest moment of these facts, at the earliest `since`, when what they are of was made."""
        at = self._at
        return max([since, *(at[fact] for fact in (FIRST_STAMPS, *facts) if fact in at)])


def next_stamp(now: datetime, last: datetime | None) -> datetime:
    """The moment of a change: a whole second that is later than what was made until now, and than the `last` stamp.

    >>> next_stamp(COUNTED_FROM, None) - COUNTED_FROM, next_stamp(COUNTED_FROM, COUNTED_FROM + 5 * SECOND) - COUNTED_FROM
    (datetime.timedelta(seconds=1), datetime.timedelta(seconds=6))
    """
    after = now.replace(microsecond=0) + SECOND
    return after if last is None else max(after, last + SECOND)


def number_of(stamp: datetime) -> int:
    """A stamp as SEQUENCE: it counts seconds, which fit into the 31 bits of calendar programs until 2088.

    >>> number_of(COUNTED_FROM + timedelta(days=1))
    86400
    """
    return max(0, int((stamp - COUNTED_FROM).total_seconds()))
