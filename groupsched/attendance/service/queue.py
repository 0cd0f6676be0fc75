"""The queue of a device: acts in the order they were made, each answered alone, none lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from groupsched.access.identity import Identity, Member
from groupsched.accounts.service import vouched_for
from groupsched.attendance.models import MarkToReview, SheetOperation
from groupsched.attendance.queries import (
    HeldSheet,
    LoggedAct,
    SheetRow,
    SheetView,
    ensure_sheet_right,
    named,
    walk_in_with,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    Operation,
    OperationKind,
    OperationOutcome,
    QueuedKind,
    QueuedOperation,
    ReviewReason,
    RowOrigin,
    SheetRight,
    as_sent,
    everyone_else,
    seen_at,
)
from groupsched.attendance.service.closing import finish_locked
from groupsched.attendance.service.locked_sheet import LockedSheet, fill, take_off
from groupsched.attendance.service.marks import (
    NeedsReview,
    answer,
    check,
    check_shape,
    fill_up,
    keep_note,
    not_oneself,
    people_may_be_here,
    prepared,
    take_back,
)
from groupsched.attendance.service.sheets import held_sheet, hold, mark_so, paired_of, reason_of
from groupsched.attendance.service.walk_in import come_in
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

CLOSED = {
    OccurrenceStatus.CANCELLED: ReviewReason.CANCELLED,
    OccurrenceStatus.DID_NOT_MEET: ReviewReason.DID_NOT_MEET,
}
# What a finished sheet still takes: a note is no mark, and it is finished already.
TAKEN_AFTERWARDS = {QueuedKind.NOTE, QueuedKind.FINISH, QueuedKind.HOW}


@dataclass(frozen=True)
class MarkResult:
    """The answer to one act, with the row as it stands now, if it has one; why, if it was refused or waits for review."""

    op_id: str
    outcome: OperationOutcome
    row: SheetRow | None
    refusal: DomainError | None = None
    review: ReviewReason | None = None

    @property
    def code(self) -> str | None:
        """Why, as a word for programs."""
        if self.review is not None:
            return self.review.replace("_", "-")
        return self.refusal.code if self.refusal else None


@dataclass
class OpenQueue:
    """The acts that are being taken, on their locked sheet; `touched` are the rows that they were about.

    Of those that came before, `logged` is how they were answered, `taken` the number of the row whose history they stand in.
    """

    identity: Identity
    locked: LockedSheet
    logged: dict[str, LoggedAct]
    taken: dict[str, int] = field(default_factory=dict)
    touched: dict[str, str] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    of_oneself: bool = False
    """Whether somebody signs themself in by their code."""
    sender: Identity | None = None
    """Who sends them, where others may have made them."""

    def row_of(self, op_id: str) -> int | None:
        """The number of the row in whose history an act stands, since before or by now."""
        stored = self.locked.known.get(op_id)
        return stored.attendee_id if stored else self.taken.get(op_id)

    def about(self, op: QueuedOperation, *uids: str) -> None:
        """Note which rows an act is about."""
        self.rows.update(uids)
        if uids:
            self.touched[op.op_id] = uids[0]


def apply(
    identity: Identity,
    occurrence: Occurrence,
    operations: Sequence[QueuedOperation],
) -> list[MarkResult]:
    """Take acts, oldest first; each is answered alone, and one that is known changes nothing.

    What nobody can mean is `refused`, with why. What comes to a finished sheet, a cancelled date, a person who left, or is
    far from the session is kept as it was sent for somebody to settle: `review`. Raises NotFound, Conflict (reason needed).
    """
    return take(identity, occurrence, operations)[0]


def take(
    identity: Identity,
    occurrence: Occurrence,
    operations: Sequence[QueuedOperation],
    held: HeldSheet | None = None,
    holder: Identity | None = None,
) -> tuple[list[MarkResult], SheetView, set[str]]:
    """The same, with the sheet as it stands then and the ids of all rows that were touched.

    `held` is the sheet, locked already. `holder` may write on it where who sends may not, and made some of this on the
    same paired device.
    """
    locked = held_sheet(held) if held else hold(holder or identity, occurrence)
    locked.paired_device_id = paired_of(identity)
    book = locked.read_for([op.attendee_id for op in operations], [op.op_id for op in operations])
    if any(op.attendee_id and op.attendee_id not in locked.rows for op in operations):
        fill(locked)  # a row may be as new as an enrolment of this minute
    queue = OpenQueue(identity, locked, book.logged, book.taken, sender=identity)
    found = [_answer_alone(queue, op) for op in operations]
    db.session.flush()
    view = named(locked.view())
    return [_with_row(queue, view, one) for one in found], view, queue.rows


def take_of_oneself(identity: Member, locked: LockedSheet, op: QueuedOperation) -> OperationOutcome:
    """Take the one act by which somebody signs themself in at the door, by the rules of every other."""
    locked.paired_device_id = paired_of(identity)
    book = locked.read_for([op.attendee_id], [op.op_id])
    queue = OpenQueue(identity, locked, book.logged, book.taken, of_oneself=True)
    return _answer_alone(queue, op).outcome


def _with_row(queue: OpenQueue, view: SheetView, result: MarkResult) -> MarkResult:
    uid = queue.touched.get(result.op_id, "")
    row = view.row(uid) or (queue.locked.row(uid) if uid in queue.locked.rows else None)
    return MarkResult(result.op_id, result.outcome, row, result.refusal, result.review)


def _answer_alone(queue: OpenQueue, op: QueuedOperation) -> MarkResult:
    if op.attendee_id in queue.locked.rows:
        queue.about(op, op.attendee_id)
    try:
        known = _known(queue, op)
        if known is not None:
            queue.rows.update(() if op.attendee_id else queue.locked.rows)
            return MarkResult(op.op_id, known, None)
        return _taken(queue, op)
    except DomainError as refusal:
        return MarkResult(op.op_id, OperationOutcome.REFUSED, None, refusal)


def _known(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome | None:
    """How an act that came before is answered: as then where it waits for review, else as one that was taken."""
    logged, taken = queue.logged.get(op.op_id), queue.row_of(op.op_id)
    if logged is not None and logged.outcome is OperationOutcome.REVIEW:
        return OperationOutcome.REVIEW
    if logged is not None and logged.occurrence_id != queue.locked.occurrence.id:
        return OperationOutcome.CONFLICT
    row = queue.locked.rows.get(op.attendee_id)
    if taken is not None and op.attendee_id:
        same = row is not None and taken == row.id
        return OperationOutcome.DUPLICATE if same else OperationOutcome.CONFLICT
    return OperationOutcome.DUPLICATE if logged or taken is not None else None


def _taken(queue: OpenQueue, op: QueuedOperation) -> MarkResult:
    check_shape(op)
    queue = replace(queue, identity=_by_whom(queue, op))
    try:
        _may_still_come(queue, op)
        outcome = carry_out(queue, op)
    except NeedsReview as why:
        _keep_for_review(queue, op, why.reason)
        _log(queue, op, OperationOutcome.REVIEW)
        return MarkResult(op.op_id, OperationOutcome.REVIEW, None, review=why.reason)
    _log(queue, op, outcome)
    if outcome is OperationOutcome.REVIEW:
        _keep_for_review(queue, op, ReviewReason.WHO_IS_IT)
        return MarkResult(op.op_id, outcome, None, review=ReviewReason.WHO_IS_IT)
    return MarkResult(op.op_id, outcome, None)


def carry_out(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    """Do what an act says. Raises DomainError where nobody can mean it, NeedsReview where it cannot be taken as it is."""
    return HANDLERS[op.kind](queue, op)


def _by_whom(queue: OpenQueue, op: QueuedOperation) -> Identity:
    """Who made it: what somebody else tapped is never taken under the name of who sends it. On a paired device whoever had
    unlocked it then is believed to have made it, and must be one who may write on this sheet now."""
    sender = queue.sender or queue.identity
    actor = actor_of(sender, op)
    if actor is None:
        raise Conflict(_("Somebody else made this mark. It waits for them to sign in."), code="other-person")
    if actor is not sender:
        _may_write(actor, queue.locked.occurrence)
    return actor


def actor_of(sender: Identity, op: QueuedOperation) -> Identity | None:
    """In whose name an act is taken that this identity sends; None where it has to wait for whoever made it."""
    if not op.actor or not isinstance(sender, Member) or op.actor == sender.person_uid:
        return sender
    return vouched_for(sender, op.actor, op.unlock, op.observed_at)


def _may_write(actor: Identity, occurrence: Occurrence) -> None:
    try:
        right = ensure_sheet_right(actor, occurrence)
    except NotFound as lost:
        said = _("Whoever made this mark may not write on this sheet any more.")
        raise DomainError(said, code="not-allowed") from lost
    if right is SheetRight.REASON and reason_of(actor, occurrence) is None:
        raise DomainError(_("Whoever made this mark has to give a reason first."), code="reason-needed")


def _may_still_come(queue: OpenQueue, op: QueuedOperation) -> None:
    occurrence, sheet = queue.locked.occurrence, queue.locked.sheet
    if occurrence.status in CLOSED:
        raise NeedsReview(CLOSED[occurrence.status])
    if sheet.finished_at is not None and op.kind not in TAKEN_AFTERWARDS:
        raise NeedsReview(ReviewReason.FINISHED)


def _keep_for_review(queue: OpenQueue, op: QueuedOperation, reason: ReviewReason) -> None:
    row = queue.locked.rows.get(queue.touched.get(op.op_id, op.attendee_id))
    db.session.add(
        MarkToReview(
            op_id=op.op_id, occurrence_id=queue.locked.occurrence.id, attendee_id=row.id if row else None, reason=reason,
            sent=as_sent(op), device=op.device, paired_device_id=queue.locked.paired_device_id, actor_id=queue.identity.person, observed_at=op.observed_at,
        )
    )  # fmt: skip


def _log(queue: OpenQueue, op: QueuedOperation, outcome: OperationOutcome) -> None:
    row = queue.locked.rows.get(queue.touched.get(op.op_id, ""))
    logged = SheetOperation(
        op_id=op.op_id, occurrence_id=queue.locked.occurrence.id, attendee_id=row.id if row else None, kind=op.kind,
        outcome=outcome, device=op.device, paired_device_id=queue.locked.paired_device_id, seq=op.seq,
        actor_id=queue.identity.person, observed_at=op.observed_at, claimed_at=op.claimed_at,
        sent_by_id=queue.sender.person if queue.sender and queue.sender is not queue.identity else None,
    )  # fmt: skip
    db.session.add(logged)
    queue.logged[op.op_id] = LoggedAct(outcome, queue.locked.occurrence.id)


# --- What each kind does.


def _mark(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    locked, identity = queue.locked, queue.identity
    _own_row_never(queue, op)
    if op.status is AttendanceStatus.PRESENT:
        people_may_be_here(locked)
    kind = OperationKind.RESOLVE if op.kind is QueuedKind.RESOLVE else OperationKind.MARK
    made = Operation(
        op_id=op.op_id, attendee_id=op.attendee_id, status=op.status, observed_at=op.observed_at, base_version=op.base_version,
        time_in=op.time_in, time_out=op.time_out, device=op.device, seq=op.seq, kind=kind, after=op.after, auto=op.auto,
    )  # fmt: skip
    check(made, locked.meeting)
    if op.status is AttendanceStatus.PRESENT:
        _seen_in_bounds(queue, op)
    return answer(locked, prepared(locked, identity, made))


def _own_row_never(queue: OpenQueue, op: QueuedOperation) -> None:
    if op.attendee_id not in queue.locked.rows:
        raise DomainError(_("This row is not on the sheet."), field="attendee_id", code="unknown-row")
    if not queue.of_oneself:
        not_oneself(queue.locked, queue.identity, op.attendee_id)


def _seen_in_bounds(queue: OpenQueue, op: QueuedOperation) -> None:
    try:
        people_may_be_here(queue.locked, op.observed_at)
    except Conflict as early:
        raise NeedsReview(ReviewReason.OUT_OF_BOUNDS) from early


def _bulk(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    rows = op.rows or everyone_else(queue.locked.lines())
    seen = seen_at(op, clock.now())
    queue.about(op, *fill_up(queue.locked, queue.identity, op.op_id, rows, seen))
    return OperationOutcome.APPLIED


def _undo(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    seen = seen_at(op, clock.now())
    removed = (
        db.session.query(SheetOperation).filter_by(op_id=op.undoes, kind=QueuedKind.REMOVE).one_or_none()
    )
    if removed is not None:
        return _put_back(queue, op, removed)
    try:
        queue.about(op, *take_back(queue.locked, queue.identity, op.undoes, op.op_id, seen))
    except Conflict as changed:
        if changed.code != "changed-since":
            raise
        return OperationOutcome.CONFLICT
    return OperationOutcome.APPLIED


def _put_back(queue: OpenQueue, op: QueuedOperation, removed: SheetOperation) -> OperationOutcome:
    row = next((row for row in queue.locked.rows.values() if row.id == removed.attendee_id), None)
    if row is None or row.removed_at is None:
        return OperationOutcome.CONFLICT
    row.removed_at = None
    queue.locked.touch(row)
    queue.about(op, row.uid)
    return OperationOutcome.APPLIED


def _walk_in(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    if not op.person:
        _guest(queue, op)
        return OperationOutcome.REVIEW if op.name else OperationOutcome.APPLIED
    try:
        person = walk_in_with(queue.identity, queue.locked.occurrence, op.person)
    except NotFound as unknown:
        raise DomainError(
            _("Nobody was found by that name."), field="person", code="unknown-person"
        ) from unknown
    uid = come_in(queue.locked, queue.identity, person, "", op.op_id, seen_at(op, clock.now()))
    queue.about(op, uid)
    return OperationOutcome.APPLIED


def _guest(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    seen = seen_at(op, clock.now())
    queue.about(op, come_in(queue.locked, queue.identity, None, op.name, op.op_id, seen))
    return OperationOutcome.APPLIED


def _note(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    return keep_note(queue.locked, queue.identity, op.attendee_id, op.text, op.was)


def _remove(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    _own_row_never(queue, op)
    row = queue.locked.rows[op.attendee_id]
    if row.origin not in (RowOrigin.WALK_IN, RowOrigin.GUEST):
        told = _("Only somebody who came without a seat can be taken off the sheet.")
        raise DomainError(told, field="attendee_id", code="not-removable")
    if row.removed_at is None:
        take_off(queue.locked, row, clock.now())
    return OperationOutcome.APPLIED


def _finish(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    try:
        finish_locked(queue.locked, queue.identity, op.choices, seen=True, at=seen_at(op, clock.now()))
    except DomainError as left:
        if left.field and left.field.startswith("row-"):
            queue.rows.add(left.field.removeprefix("row-"))
        raise
    queue.rows.update(queue.locked.rows)
    return OperationOutcome.APPLIED


def _how(queue: OpenQueue, op: QueuedOperation) -> OperationOutcome:
    mark_so(queue.locked, op.mode)
    queue.rows.update(queue.locked.rows)
    return OperationOutcome.APPLIED


HANDLERS: dict[QueuedKind, Callable[[OpenQueue, QueuedOperation], OperationOutcome]] = {
    QueuedKind.MARK: _mark,
    QueuedKind.RESOLVE: _mark,
    QueuedKind.BULK: _bulk,
    QueuedKind.UNDO: _undo,
    QueuedKind.WALK_IN: _walk_in,
    QueuedKind.GUEST: _guest,
    QueuedKind.NOTE: _note,
    QueuedKind.REMOVE: _remove,
    QueuedKind.FINISH: _finish,
    QueuedKind.HOW: _how,
}
