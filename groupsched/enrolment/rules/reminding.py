"""When somebody is reminded of a date: some time before, but never in their quiet hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY, HOURS = timedelta(hours=24), timedelta(hours=2)
# No reminder comes earlier than this before its date: a whole day, and the longest quiet hours before it.
FARTHEST = DAY + timedelta(hours=24)


@dataclass(frozen=True)
class Quiet:
    """The hours of the wall clock in a zone in which nobody is reminded: over midnight, or within a day where they end after they
    begin; of two equal times there are none."""

    begins: time
    ends: time
    zone: ZoneInfo

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is in these hours."""
        wall = moment.astimezone(self.zone).time()
        if self.begins <= self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends

    def ended(self, moment: datetime) -> datetime:
        """When they end on the day of a moment."""
        return datetime.combine(moment.astimezone(self.zone).date(), self.ends, self.zone)


def remind_at(start: datetime, before: timedelta, quiet: Quiet) -> datetime:
    """When to remind of what begins at `start`: in quiet hours just before they begin, such as the evening before.

    >>> from datetime import UTC
    >>> night = Quiet(time(21), time(8), ZoneInfo("UTC"))
    >>> remind_at(datetime(2026, 12, 3, 9, tzinfo=UTC), HOURS, night)
    datetime.datetime(2026, 12, 2, 21, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))
    >>> remind_at(datetime(2026, 12, 3, 10, tzinfo=UTC), HOURS, night)
    datetime.datetime(2026, 12, 3, 8, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))
    """
    at = (start - before).astimezone(quiet.zone)
    wall = at.time().replace(tzinfo=None)
    if not quiet.holds(at):
        return at
    if wall >= quiet.begins:
        return at.replace(hour=quiet.begins.hour, minute=quiet.begins.minute, second=0, microsecond=0)
    evening = at.date() - timedelta(days=1)
    return datetime.combine(evening, quiet.begins, quiet.zone)


def reminders(start: datetime, *, day: bool, hours: bool, quiet: Quiet) -> Iterator[tuple[str, datetime]]:
    """Which reminders there are, each with its moment."""
    if day:
        yield "day", remind_at(start, DAY, quiet)
    if hours:
        yield "hours", remind_at(start, HOURS, quiet)
