"""The only clock of the product. Everything else takes `now` as a parameter or asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the work inside happen at `moment` (aware): the demo writes its past with it, and tests hold time still."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
