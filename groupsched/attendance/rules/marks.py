"""What a mark is: operations, their fold into the state of a row, and the ids of both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5


class AttendanceStatus(StrEnum):
    """What was observed of one person. Unmarked is not absent: nobody has decided yet."""

    UNMARKED = "unmarked"
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"
    CANCELLED = "cancelled"


class OperationKind(StrEnum):
    """How a change of one row came about. Bulk fills rows without a mark and leaves every other row alone."""

    MARK = "mark"
    BULK = "bulk"
    UNDO = "undo"
    RESOLVE = "resolve"
    FINISH = "finish"
    TOLD = "told"


class OperationOutcome(StrEnum):
    """How one operation of a batch was answered."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"
    REVIEW = "review"


@dataclass(frozen=True)
class Operation:
    """One mark, made once and sent as often as it takes: the same `op_id` changes nothing twice.

    `base_version` is the version of the row that the marker saw; `after` names instead the tap of the same device that
    the marker saw and the server had not answered yet. `undoes` names the operation that this one takes back. `batch`
    joins the operations of one tap, so that one undo takes them all back. A time in that is `auto` is the clock's: it
    follows how the sheet is marked, whenever that is said.
    """

    op_id: str
    attendee_id: str
    status: AttendanceStatus
    observed_at: datetime
    base_version: int
    time_in: datetime | None = None
    time_out: datetime | None = None
    device: str = ""
    seq: int = 0
    actor: int | None = None
    kind: OperationKind = OperationKind.MARK
    undoes: str = ""
    batch: str = ""
    after: str = ""
    auto: bool = False

    @property
    def name(self) -> str:
        """The tap that this operation is of."""
        return self.batch or self.op_id


@dataclass(frozen=True)
class RowAnswer:
    """What somebody says of a row, with who said it and when."""

    status: AttendanceStatus = AttendanceStatus.UNMARKED
    time_in: datetime | None = None
    time_out: datetime | None = None
    observed_at: datetime | None = None
    actor: int | None = None
    device: str = ""
    auto: bool = False


@dataclass(frozen=True)
class RowState:
    """The folded state of a row. A `rival` is a second answer that waits for a choice.

    `last` is the operation that gave this state and `before` the state it replaced, for undo. `said_by` is the tap that
    had the last word, an undo too; empty where its maker had not seen what was said before: nobody goes on from there unseen.
    `by` is the person of that word.
    """

    version: int = 0
    answer: RowAnswer = RowAnswer()
    rival: RowAnswer | None = None
    last: str = ""
    said_by: str = ""
    by: int | None = None
    before: RowState | None = field(default=None, compare=False, repr=False)

    @property
    def status(self) -> AttendanceStatus:
        """The answer that stands."""
        return self.answer.status

    @property
    def untouched(self) -> bool:
        """Nobody has said anything that still stands."""
        return self.rival is None and self.answer.status is AttendanceStatus.UNMARKED


def answer_of(op: Operation) -> RowAnswer:
    """The answer an operation gives; times belong to people who were here."""
    here = op.status is AttendanceStatus.PRESENT
    return RowAnswer(
        status=op.status,
        time_in=op.time_in if here else None,
        time_out=op.time_out if here else None,
        observed_at=op.observed_at,
        actor=op.actor,
        device=op.device,
        auto=here and op.auto,
    )


def merge(state: RowState, op: Operation) -> tuple[OperationOutcome, RowState]:
    """Apply one operation to a row by the merge rule; a stale and different answer never overwrites."""
    if op.undoes:
        return _undo(state, op)
    if op.kind is OperationKind.BULK and not state.untouched:
        return OperationOutcome.CONFLICT, state
    if _saw(state, op):
        return OperationOutcome.APPLIED, _next(state, op, answer_of(op), None)
    return _merge_stale(state, op)


def _saw(state: RowState, op: Operation) -> bool:
    """Whether the marker saw the row as it stands: by what the same device said before, else by the version."""
    return op.after == state.said_by if op.after else op.base_version == state.version


def _merge_stale(state: RowState, op: Operation) -> tuple[OperationOutcome, RowState]:
    """The marker saw an older row: the same answer joins, another one waits beside the server's."""
    said = answer_of(op)
    if said.status is state.answer.status:
        # Said by two who did not know of each other: what either says next was not said on the other's word.
        joined = _next(state, op, _joined(state.answer, said), state.rival)
        return OperationOutcome.APPLIED, replace(joined, said_by="")
    rival = state.rival
    if rival is not None and said.status is rival.status:
        said = _joined(rival, said)
    return OperationOutcome.CONFLICT, replace(_next(state, op, state.answer, said), said_by="")


def _undo(state: RowState, op: Operation) -> tuple[OperationOutcome, RowState]:
    """Bring the earlier state back, unless somebody has marked the row since."""
    if state.before is None or state.last != op.undoes:
        return OperationOutcome.CONFLICT, state
    # The state goes back, the version goes on: a mark made on the version that is taken back must count as made on an old one.
    # Who marked without having seen the earlier state has not seen it by taking the mark back either.
    said_by = op.name if state.said_by else ""
    return OperationOutcome.APPLIED, replace(
        state.before, version=state.version + 1, said_by=said_by, by=op.actor
    )


def _next(state: RowState, op: Operation, answer: RowAnswer, rival: RowAnswer | None) -> RowState:
    return RowState(
        version=state.version + 1,
        answer=answer,
        rival=rival,
        last=op.op_id,
        said_by=op.name,
        by=op.actor,
        before=state,
    )


def _joined(first: RowAnswer, second: RowAnswer) -> RowAnswer:
    """Two people saw the same: the earliest time in and the latest time out are kept."""
    came = min((one for one in (first, second) if one.time_in is not None), key=_came, default=first)
    outs = [time for time in (first.time_out, second.time_out) if time is not None]
    return replace(
        first, time_in=came.time_in, time_out=max(outs, default=None), auto=came.auto,
        observed_at=came.observed_at if came.auto else first.observed_at,
    )  # fmt: skip


def _came(answer: RowAnswer) -> datetime:
    return answer.time_in or datetime.max.replace(tzinfo=UTC)


def fold(history: Iterable[Operation]) -> Mapping[str, RowState]:
    """The state of every row, from its operations in the order the server took them."""
    # Not sorted by `observed_at`: a base version counts what the server took before it, and the clock of a tablet may be wrong.
    states: dict[str, RowState] = {}
    seen: set[str] = set()
    for op in history:
        if op.op_id in seen:
            continue
        seen.add(op.op_id)
        _, states[op.attendee_id] = merge(states.get(op.attendee_id, RowState()), op)
    return states


def undo_of(op: Operation, *, op_id: str, at: datetime, actor: int | None, device: str = "") -> Operation:
    """The operation that takes `op` back; the history keeps both."""
    return Operation(
        op_id=op_id,
        attendee_id=op.attendee_id,
        status=AttendanceStatus.UNMARKED,
        observed_at=at,
        base_version=op.base_version + 1,
        device=device,
        actor=actor,
        kind=OperationKind.UNDO,
        undoes=op.op_id,
    )


_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 14


def attendee_uid(occurrence_uid: str, person_uid: str) -> str:
    """The public id of a person's row on a sheet, the same before and after the row is stored.

    Both parts are random, so the id cannot be guessed by somebody who does not know them.
    """
    number = int.from_bytes(hashlib.sha256(f"{occurrence_uid}/{person_uid}".encode()).digest())
    letters = []
    for _ in range(_LENGTH):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(letters)


def told_op_id(attendee: str, at: datetime) -> str:
    """The id of the operation that writes down a person's own "can't come", said at `at` (aware)."""
    return str(uuid5(NAMESPACE_URL, f"told/{attendee}/{at.isoformat()}"))


def row_op_id(op_id: str, attendee: str) -> str:
    """The id of the operation on one row that comes of a tap on several: the same whenever the tap comes again."""
    return str(uuid5(NAMESPACE_URL, f"row/{op_id}/{attendee}"))
