"""/occurrences/{id}/attendance: the rows, and marks as operations."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.schemas import OperationAnswers, OperationBatch, SheetSchema, moment
from groupsched.attendance.forms import UnreadOperation, read_operation
from groupsched.attendance.queries import (
    SheetRow,
    SheetView,
    find_sheet,
    get_writable_sheet,
    hold_writable_sheet,
    read_sheet,
)
from groupsched.attendance.rules import (
    AttendanceStatus,
    OperationOutcome,
    QueuedOperation,
    RowAnswer,
    is_late,
    left_early,
)
from groupsched.attendance.service import MarkResult, take
from groupsched.attendance.words import review_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.db import db
from groupsched.core.web import field_errors

blueprint = NounBlueprint("attendance-api", __name__, description="Who was there")


def row_json(row: SheetRow, view: SheetView) -> dict[str, Any]:
    """A row of the sheet. `late` and `left_early` are facts beside `present`."""
    zone, answer = view.occurrence.timezone, row.state.answer
    here = answer.status is AttendanceStatus.PRESENT
    return {
        "attendee_id": row.attendee_id,
        "person_id": row.person_id,
        "label": row.label,
        "status": answer.status,
        "late": here and is_late(answer, view.meeting),
        "left_early": here and left_early(answer, view.meeting),
        "time_in": moment(answer.time_in, zone),
        "time_out": moment(answer.time_out, zone),
        "answers": [answer_json(one, zone) for one in (answer, row.state.rival) if one and row.state.rival],
        "version": row.version,
    }


def answer_json(answer: RowAnswer, zone: str) -> dict[str, Any]:
    """One of two answers."""
    return {
        "status": answer.status,
        "time_in": moment(answer.time_in, zone),
        "time_out": moment(answer.time_out, zone),
        "observed_at": moment(answer.observed_at, zone),
    }


@blueprint.route("/occurrences/<occurrence_id>/attendance")
class Attendance(MethodView):
    """The sheet of a date."""

    @requires(Permission.ATTENDANCE_WRITE)
    @blueprint.response(200, SheetSchema)
    def get(self, occurrence_id: str) -> dict[str, Any]:
        """Read the sheet; reading is written down."""
        view = read_sheet(get_writable_sheet(current(), occurrence_id).occurrence)
        saw(
            current(),
            AuditAction.SHEET_READ,
            [row.person for row in view.rows if row.person],
            view.occurrence,
        )
        rows = [row_json(row, view) for row in view.rows]
        return {"items": rows, "version": view.version, "finished": view.finished, "next_cursor": None}


@blueprint.route("/occurrences/<occurrence_id>/attendance/operations")
class Operations(MethodView):
    """Marks."""

    @requires(Permission.ATTENDANCE_WRITE)
    @blueprint.arguments(OperationBatch)
    @blueprint.response(200, OperationAnswers)
    def post(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Send acts; each is answered alone and in its order, and the same `op_id` twice changes nothing."""
        held = hold_writable_sheet(current(), occurrence_id)
        occurrence = (held or get_writable_sheet(current(), occurrence_id)).occurrence
        sent = [read_operation(one) for one in data["operations"]]
        fitting = [one for one in sent if isinstance(one, QueuedOperation)]
        taken, view, _touched = take(current(), occurrence, fitting, held)
        results = iter(taken)
        told = [
            result_json(next(results), view, number)
            if isinstance(one, QueuedOperation)
            else unread_json(one, number)
            for number, one in enumerate(sent)
        ]
        if all(one["outcome"] is OperationOutcome.REFUSED for one in told):
            db.session.rollback()  # not even a sheet is opened by what was refused
            view = SheetView(occurrence, find_sheet(occurrence))
        return {"results": told, "version": view.version}


def result_json(result: MarkResult, view: SheetView, number: int) -> dict[str, Any]:
    """The answer to one operation."""
    refusal = result.refusal
    named = (
        refusal
        and refusal.field
        and {"field": f"operations.{number}.{refusal.field}", "message": refusal.message}
    )
    return {
        "op_id": result.op_id,
        "outcome": result.outcome,
        "row": row_json(result.row, view) if result.row else None,
        "reason": refusal.message if refusal else review_words(result.review),
        "code": result.code,
        "errors": [named] if named else [],
    }


def unread_json(unread: UnreadOperation, number: int) -> dict[str, Any]:
    """The answer to what does not fit the shape of an operation."""
    errors = list(field_errors(unread.messages, f"operations.{number}"))
    return {
        "op_id": unread.op_id,
        "outcome": OperationOutcome.REFUSED,
        "row": None,
        "reason": errors[0]["message"],
        "code": "does-not-fit",
        "errors": errors,
    }
