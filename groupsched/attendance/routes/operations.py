"""The queue of a device: what was done on a sheet, sent as data, each act answered alone."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, jsonify
from marshmallow import ValidationError

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, requires
from groupsched.attendance import queries, service
from groupsched.attendance.forms import BatchSchema, UnreadOperation, read_operation
from groupsched.attendance.queries import HeldSheet, SheetView, WritableSheet
from groupsched.attendance.routes.blueprint import as_json, blueprint, reader_for
from groupsched.attendance.rules import OperationOutcome, QueuedOperation
from groupsched.attendance.service import MarkResult
from groupsched.attendance.words import SheetReader, review_words
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.filters import machine
from groupsched.core.regions import stand_in
from groupsched.core.web import field_errors, sent_json, takes_json

Answer = dict[str, Any]


@blueprint.post("/<uid>/operations")
@requires(Permission.ATTENDANCE_WRITE)
@takes_json
def operations(uid: str) -> Response | tuple[Response, int]:
    """Take what a device kept, oldest first; the answer has every row that it was about as it stands now.

    What somebody else made on this paired device is taken too where who sends it may not see the sheet: they hear what
    came of it, and of no row.
    """
    mine = _writable(current(), uid)
    try:
        batch = BatchSchema().load(sent_json() or {})
    except ValidationError as error:
        if mine is None:
            raise NotFound from error
        return jsonify({"code": "does-not-fit", "errors": list(field_errors(error.messages))}), 422
    parts = [read_operation(one) for one in batch["operations"]]
    fitting = [one for one in parts if isinstance(one, QueuedOperation)]
    if mine is None:
        return jsonify(_for_others(uid, fitting))
    results, view, touched = service.take(current(), mine.occurrence, fitting, _held(mine))
    if all(one.outcome is OperationOutcome.REFUSED for one in results):
        db.session.rollback()  # not even a sheet is opened by what was refused
        view = queries.read_sheet(mine.occurrence)
    return jsonify(_answer(view, parts, results, touched))


def _writable(identity: Identity, uid: str) -> WritableSheet | HeldSheet | None:
    """The sheet, locked where somebody has opened it before; None where this identity may not write on it."""
    try:
        found = queries.hold_writable_sheet(identity, uid) or queries.get_writable_sheet(identity, uid)
    except NotFound:
        return None
    stand_in(found.occurrence.timezone)
    return found


def _held(found: WritableSheet | HeldSheet) -> HeldSheet | None:
    return found if isinstance(found, HeldSheet) else None


def _for_others(uid: str, operations: Sequence[QueuedOperation]) -> Answer:
    """What others made who may write on it, sent by somebody who may not. Raises NotFound where there is no such thing."""
    made = [(one, service.actor_of(current(), one)) for one in operations]
    others = [(one, who) for one, who in made if who is not None and who != current()]
    may = ((who, found) for _one, who in others if (found := _writable(who, uid)))
    holder, theirs = next(may, (None, None))
    if theirs is None:
        raise NotFound
    taken = [one for one, _who in others]
    results, _view, _touched = service.take(current(), theirs.occurrence, taken, _held(theirs), holder)
    if all(one.outcome is OperationOutcome.REFUSED for one in results):
        db.session.rollback()
    return {"now": machine(clock.now()), "results": [_outcome(one) for one in results]}


def _answer(
    view: SheetView,
    parts: Sequence[QueuedOperation | UnreadOperation],
    results: Sequence[MarkResult],
    touched: set[str],
) -> Answer:
    left = iter(results)
    rows = view.rows_of(touched)
    reader = reader_for(view, rows)
    told = list(_told(parts, left, reader))
    gone = [uid for uid in sorted(touched) if view.row(uid) is None]
    return as_json(reader, rows, gone=gone, results=told)


def _told(
    parts: Sequence[QueuedOperation | UnreadOperation], left: Iterator[MarkResult], reader: SheetReader
) -> Iterator[Answer]:
    for part in parts:
        if isinstance(part, UnreadOperation):
            [first, *_more] = field_errors(part.messages)
            yield {
                "op_id": part.op_id, "outcome": OperationOutcome.REFUSED, "code": "does-not-fit", "reason": first["message"],
                "row": None,
            }  # fmt: skip
            continue
        one = next(left)
        on_sheet = one.row is not None and reader.view.row(one.row.attendee_id) is not None
        yield {**_outcome(one), "row": reader.draw(one.row) if one.row and on_sheet else None}


def _outcome(one: MarkResult) -> Answer:
    reason = one.refusal.message if one.refusal else review_words(one.review)
    return {"op_id": one.op_id, "outcome": one.outcome, "code": one.code, "reason": reason, "row": None}
