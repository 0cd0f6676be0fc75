"""A date for which too few people have come forward: until when somebody decides whether it takes place."""

from datetime import datetime, timedelta

NOTICE = timedelta(hours=12)
"""So long before the decision those who lead are told."""


def decide_by(start: datetime, hours: int) -> datetime:
    """Until when it is decided.

    >>> decide_by(datetime(2026, 12, 4, 18), 2)
    datetime.datetime(2026, 12, 4, 16, 0)
    """
    return start - timedelta(hours=hours)


def is_few(taken: int, least: int | None, hours: int | None, start: datetime, now: datetime) -> bool:
    """Whether somebody is to decide: it begins soon, and fewer have a seat than it needs.

    >>> [is_few(taken, 4, 2, datetime(2026, 12, 4, 18), datetime(2026, 12, 4, 9)) for taken in (3, 4)]
    [True, False]
    """
    if least is None or hours is None or taken >= least:
        return False
    return decide_by(start, hours) - NOTICE <= now < start
