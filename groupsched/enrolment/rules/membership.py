"""Of which days who may read who was in a group."""

from datetime import date, timedelta

LEADERS = timedelta(days=90)
DESK = timedelta(days=7)


def oldest_day(today: date, *, supervises: bool, leads: bool) -> date | None:
    """The earliest day of which somebody reads who was in a group; None: any. Whoever leads knows people for 90 days, the desk
    names for seven (as they are found in the register).

    >>> today = date(2026, 3, 10)
    >>> oldest_day(today, supervises=True, leads=False), oldest_day(today, supervises=False, leads=False)
    (None, datetime.date(2026, 3, 3))
    """
    if supervises:
        return None
    return today - (LEADERS if leads else DESK)
