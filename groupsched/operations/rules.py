"""What is news to somebody on staff, and when they read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groupsched.enrolment.rules import Quiet

NEWS_FOR = timedelta(days=3)
"""What is older is no news any more: it still stands on Today."""
LEADS_WAIT, LEADS_SOON = timedelta(minutes=5), timedelta(hours=2)
"""So long who leads dates may be changed back without a mail; one that begins within two hours is told at once."""
SHEET_AFTER = timedelta(hours=2)
"""How long after its end a sheet that nobody finished is news."""


@dataclass(frozen=True)
class StaffNews:
    """Something that waits for those who lead a group, or `to_supervisors`, or for either, since `at`. `kind` is that of its message, `about` tells it from
    all others, `moment` and `count` are what the message says of it, `link` is where it is seen to. `says` names another
    message of the same kind, where there is more to say."""

    kind: str
    about: str
    at: datetime
    readers: frozenset[int]
    link: str
    moment: datetime
    zone: str
    count: int = 0
    says: str = ""
    to_supervisors: bool = False
    to_whoever_cares: bool = False


def news_to_send(
    news: Sequence[StaffNews], now: datetime, quiet: Quiet, *, daily: bool, since: datetime | None
) -> list[StaffNews]:
    """What goes out now of what is open: nothing in quiet hours, nor what a mail a day said already (`since`).

    Who wants one mail a day gets it when quiet hours have ended, of all there is by then; what comes later waits for the
    next morning.
    """
    new = [one for one in news if since is None or one.at > since]
    if quiet.holds(now):
        return []
    if daily and not any(one.at <= quiet.ended(now) for one in new):
        return []
    return new
