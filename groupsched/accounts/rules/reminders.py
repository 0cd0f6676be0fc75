"""Which mails people want, and in which hours none may come."""

from dataclasses import dataclass
from enum import StrEnum


class StaffMail(StrEnum):
    """When mails about their work reach somebody on staff: each at once, all of a day in one, or not at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


# Nothing is worth waking somebody for; both are hours of the wall clock at the person's site.
QUIET_FROM, QUIET_UNTIL = "21:00", "08:00"
EVENINGS = tuple(f"{hour:02}:00" for hour in range(18, 24))
MORNINGS = tuple(f"{hour:02}:00" for hour in range(5, 12))


@dataclass(frozen=True)
class ReminderWish:
    """Which reminders somebody wants, a day and two hours before a date, and when none may come."""

    day: bool
    hours: bool
    quiet_from: str
    quiet_until: str
