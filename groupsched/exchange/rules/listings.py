"""What a row of somebody else's directory becomes: a listing in the house's words, or a refusal with a reason."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from groupsched.catalog.rules import AttendanceMode

MATTERS = ("orientation", "structure", "access")
"""What a listing may leave unsaid: the names are those of its columns."""
ENDS = "ends"
"""The question how long it lasts, where the row says an end that nobody can mean."""


@dataclass(frozen=True)
class Listing:
    """One meeting of somebody else. None means that the row does not say.

    `days` are iCalendar weekdays (`MO`); `minutes` may run past midnight, and are None where the row says an end that
    nobody can mean (`doubt` is a sentence about it). `active` is False when it does not meet for now (its room is closed
    and there is no link). `by_phone`: people can dial in, by the number `phone` where it may be told. `row` is the source
    row without contacts and passcodes.
    """

    slug: str
    name: str
    days: tuple[str, ...]
    start: time
    minutes: int | None
    timezone: str
    mode: AttendanceMode
    active: bool
    location: str = ""
    address: str = ""
    region: str = ""
    group: str = ""
    notes: str = ""
    link: str = ""
    page: str = ""
    by_phone: bool = False
    phone: str = ""
    doubt: str = ""
    orientation: str | None = None
    structure: str | None = None
    access: str | None = None
    modality: str | None = None
    audience: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    row: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def rrule(self) -> str:
        """The weekly rule of this meeting (RFC 5545, without DTSTART)."""
        return f"FREQ=WEEKLY;BYDAY={','.join(self.days)}"

    @property
    def meets(self) -> bool:
        """Whether it has dates: it meets for now, from a time until a time."""
        return self.active and self.minutes is not None

    @property
    def unset(self) -> tuple[str, ...]:
        """What a person is asked: which of the matters nobody has said, and how long it lasts."""
        unsaid = tuple(name for name in MATTERS if getattr(self, name) is None)
        return unsaid if self.minutes is not None else (*unsaid, ENDS)


class SettleScope(StrEnum):
    """For which listings an answer is meant."""

    TICKED = "ticked"
    ALL = "all"


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken: its place in the feed (from 1), its slug where it has one, and why in one sentence."""

    number: int
    slug: str
    reason: str
