"""What a device keeps until it is answered: everything a sheet can do, as one kind of message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from groupsched.attendance.rules.marks import AttendanceStatus, OperationOutcome
from groupsched.attendance.rules.times import MarkingMode


class QueuedKind(StrEnum):
    """What somebody did on a sheet."""

    MARK = "mark"
    RESOLVE = "resolve"
    BULK = "bulk"
    UNDO = "undo"
    WALK_IN = "walk_in"
    GUEST = "guest"
    NOTE = "note"
    REMOVE = "remove"
    FINISH = "finish"
    HOW = "how"


class ReviewReason(StrEnum):
    """Why a mark waits for somebody to settle it."""

    FINISHED = "finished"
    CANCELLED = "cancelled"
    DID_NOT_MEET = "did_not_meet"
    REMOVED = "removed"
    OUT_OF_BOUNDS = "out_of_bounds"
    WHO_IS_IT = "who_is_it"


class Settlement(StrEnum):
    """What became of a mark that waited."""

    TAKEN = "taken"
    LEFT = "left"


@dataclass(frozen=True)
class QueuedOperation:
    """One act on a sheet as its device made it; which fields count depends on the kind.

    `observed_at` is the moment of the tap by the server's clock as the device knew it, `claimed_at` by its own. `actor`
    is the public id of who was signed in then, empty where whoever sends it made it; `unlock` that of their sign-in on a
    paired device, which speaks for them where somebody else is signed in by now.
    """

    op_id: str
    observed_at: datetime
    kind: QueuedKind = QueuedKind.MARK
    device: str = ""
    seq: int = 0
    actor: str = ""
    unlock: str = ""
    claimed_at: datetime | None = None
    attendee_id: str = ""
    base_version: int = 0
    after: str = ""
    status: AttendanceStatus = AttendanceStatus.UNMARKED
    time_in: datetime | None = None
    time_out: datetime | None = None
    auto: bool = False
    rows: tuple[str, ...] = ()
    undoes: str = ""
    person: str = ""
    name: str = ""
    text: str = ""
    was: str = ""
    choices: Mapping[str, AttendanceStatus] = field(default_factory=dict)
    mode: MarkingMode = MarkingMode.NOT_ASKED


def as_sent(op: QueuedOperation) -> dict[str, Any]:
    """An act as a device sends it: what is kept of one that waits, and read again when it is settled."""
    return {name: _plain(value) for name, value in asdict(op).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def from_sent(sent: Mapping[str, Any]) -> QueuedOperation:
    """An act of what `as_sent` kept of it."""
    moments = ("observed_at", "claimed_at", "time_in", "time_out")
    return QueuedOperation(
        **{
            **sent,
            **{name: datetime.fromisoformat(sent[name]) for name in moments if sent[name]},
            "kind": QueuedKind(sent["kind"]),
            "status": AttendanceStatus(sent["status"]),
            "rows": tuple(sent["rows"]),
            "choices": {row: AttendanceStatus(status) for row, status in sent["choices"].items()},
            "mode": MarkingMode(sent["mode"]),
        }
    )


def seen_at(op: QueuedOperation, now: datetime) -> datetime:
    """When it was observed: never after it was received, whatever the clock of a tablet says."""
    return min(op.observed_at, now)


def note_after(now: str, was: str, text: str) -> tuple[OperationOutcome, str]:
    """A note after an edit that was made on `was`: where somebody else wrote meanwhile, both are kept.

    >>> note_after("Cold hands.", "", "Brought tea.")
    (<OperationOutcome.CONFLICT: 'conflict'>, 'Cold hands.\\n\\nBrought tea.')
    """
    if now in (was, text) or not now:
        return OperationOutcome.APPLIED, text
    if not text or text in now:
        return OperationOutcome.CONFLICT, now
    return OperationOutcome.CONFLICT, f"{now}\n\n{text}"
