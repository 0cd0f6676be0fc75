"""The window of a feed: what is near enough to stand in it, and until when what stands in it is right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from groupsched.feeds.rules.model import Event, FeedDate, SingleDate

DAY = timedelta(days=1)
CANCELLED_FOR = timedelta(days=7)
PAST = timedelta(days=92)
AHEAD = timedelta(days=366)


def told_alone(single: SingleDate, now: datetime) -> tuple[Event, ...]:
    """Give the event of a date that stands alone, or nothing once it has left the window."""
    return tuple(alone(single.uid, single.meeting, Window(now)))


def fresh_until(meetings: Iterable[FeedDate], now: datetime) -> datetime:
    """Say until when a file stays right if nothing happens: the next midnight in UTC, or a cancellation's end."""
    midnight = midnight_of(now.astimezone(UTC).date() + DAY)
    ends = (meeting.end + CANCELLED_FOR for meeting in meetings if meeting.cancelled)
    return min([midnight, *(end for end in ends if end > now)])


def midnight_of(day: date) -> datetime:
    """When the window moves to a day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def nearest(events: Sequence[Event], now: datetime, most: int) -> list[Event]:
    """These events without the single ones that are furthest from now, where they are more than so many."""
    single = [event for event in events if not event.rrule and event.recurrence_id is None]
    near = sorted(single, key=lambda event: abs(event.start - now))
    left_out = {id(event) for event in near[max(0, most - len(events) + len(single)) :]}
    return [event for event in events if id(event) not in left_out]


@dataclass(frozen=True, slots=True)
class Window:
    """Three months back and a year ahead, by whole days in UTC, so that it moves once a day."""

    now: datetime

    @property
    def first(self) -> date:
        return self.now.astimezone(UTC).date() - PAST

    @property
    def last(self) -> date:
        return self.now.astimezone(UTC).date() + AHEAD

    def shows(self, meeting: FeedDate) -> bool:
        """Whether a date that stands alone is near enough, and not cancelled long ago."""
        return self.first <= meeting.start.date() <= self.last and not self.forgets(meeting)

    def forgets(self, meeting: FeedDate) -> bool:
        """Whether a cancellation is old enough to leave no trace."""
        return meeting.cancelled and self.now >= meeting.end + CANCELLED_FOR


def alone(uid: str, meeting: FeedDate, window: Window) -> Iterator[Event]:
    """Give the event of a date that stands alone, where the window shows it."""
    if window.shows(meeting):
        yield Event(
            uid=uid,
            start=meeting.start.astimezone(UTC),
            end=meeting.end.astimezone(UTC),
            words=meeting.words,
            stamp=meeting.changed_at,
            created_at=meeting.created_at,
            cancelled=meeting.cancelled,
        )
