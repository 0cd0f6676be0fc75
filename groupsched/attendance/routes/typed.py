"""Times that somebody typed beside a date."""

from datetime import datetime, time

from groupsched.attendance.queries import meeting_of
from groupsched.attendance.rules import clock_at
from groupsched.core import regions
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence


def typed_moment(text: str, occurrence: Occurrence, field: str) -> datetime | None:
    """A time of a form as the moment of the date that it means; None where it is empty. Raises DomainError with the field."""
    if not text.strip():
        return None
    try:
        return clock_at(regions.read_clock(text.strip()), meeting_of(occurrence), occurrence.timezone)
    except ValueError:
        example = regions.clock(time(9, 5))
        raise DomainError(_("Write the time like this: %(example)s", example=example), field=field) from None
