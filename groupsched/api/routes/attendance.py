"""/occurrences/{id}/attendance: the rows, and marks as operations."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.schemas import OperationAnswers, OperationBatch, SheetSchema, moment
from groupsched.attendance.queries import SheetRow, SheetView, find_sheet, get_writable_sheet, read_sheet
from groupsched.attendance.rules import AttendanceStatus, Operation, is_late, left_early
from groupsched.attendance.service import apply
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw

blueprint = Blueprint("attendance-api", __name__, description="Who was there")


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
        "version": row.version,
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
        """Send marks; each is answered alone, and the same `op_id` twice changes nothing."""
        occurrence = get_writable_sheet(current(), occurrence_id).occurrence
        results = apply(current(), occurrence, [_operation(one) for one in data["operations"]])
        view = SheetView(occurrence, find_sheet(occurrence))
        told = [
            {"op_id": one.op_id, "outcome": one.outcome, "row": row_json(one.row, view)} for one in results
        ]
        return {"results": told, "version": view.version}


def _operation(data: dict[str, Any]) -> Operation:
    return Operation(**{**data, "op_id": str(data["op_id"]), "status": AttendanceStatus(data["status"])})
