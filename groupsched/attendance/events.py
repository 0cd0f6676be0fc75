"""What attendance tells the rooms above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SheetFinished:
    """A sheet was finished: what was observed of this date is settled."""

    occurrence_id: int
    sheet_id: int


@dataclass(frozen=True)
class SheetReopened:
    """A finished sheet was opened again: what was observed may change."""

    occurrence_id: int
    sheet_id: int
