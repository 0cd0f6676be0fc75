"""The sheets that a device fetches while there is a line, for when there is none: those of today and tomorrow, the nearest first."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from groupsched.access.identity import Identity
from groupsched.attendance.queries.overview import written_between
from groupsched.attendance.queries.rows import SheetView
from groupsched.attendance.queries.sheet import read_sheets
from groupsched.attendance.queries.writable import ensure_sheet_right
from groupsched.attendance.rules import SheetRight
from groupsched.core import clock
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

MOST_AHEAD = 40


def sheets_ahead(identity: Identity, zone: str, *, most: int = MOST_AHEAD) -> list[SheetView]:
    """The sheets of the program's today and tomorrow that this identity may open without a reason and nobody has finished."""
    start, end = day_and_next(clock.now(), zone)
    dates = [one for one in written_between(identity, start, end) if _opens(identity, one)]
    nearest = sorted(dates, key=lambda one: (_far(one), one.id))[:most]
    return [view for view in read_sheets(nearest) if not view.finished] if nearest else []


def _opens(identity: Identity, one: Occurrence) -> bool:
    return one.status is OccurrenceStatus.SCHEDULED and ensure_sheet_right(identity, one) is SheetRight.FREE


def _far(one: Occurrence) -> timedelta:
    """How far a date is from now; nothing while it runs."""
    now = clock.now()
    return max(one.start - now, now - one.end, timedelta(0))


def day_and_next(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The start of a zone's today, and the end of its tomorrow."""
    day = now.astimezone(ZoneInfo(zone)).date()
    first, third = (
        datetime.combine(day + timedelta(days=n), time(), ZoneInfo(zone)).astimezone(clock.UTC)
        for n in (0, 2)
    )
    return first, third
