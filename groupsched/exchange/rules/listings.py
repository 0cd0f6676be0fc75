"""What a row of somebody else's directory becomes: a listing in the house's words, or a refusal with a reason."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any

from groupsched.catalog.rules import AttendanceMode


@dataclass(frozen=True)
class Listing:
    """One meeting of somebody else. None means that the row does not say.

    `days` are iCalendar weekdays (`MO`); `minutes` may run past midnight; `active` is False when it does not
    meet for now (its room is closed and there is no link). `row` is the source row without contacts and passcodes.
    """

    slug: str
    name: str
    days: tuple[str, ...]
    start: time
    minutes: int
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
    def unset(self) -> tuple[str, ...]:
        """Which of the three matters nobody has said."""
        return tuple(name for name in ("orientation", "structure", "access") if getattr(self, name) is None)


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
