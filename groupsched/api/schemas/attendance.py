"""Who was there."""

from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from groupsched.api.rules import MOST_OPERATIONS
from groupsched.api.schemas.fields import AnsweredAlone, FieldProblemSchema
from groupsched.attendance.forms import OperationSchema
from groupsched.attendance.rules import AttendanceStatus, OperationOutcome
from groupsched.core.shapes import StrictSchema, choice


class AnswerSchema(Schema):
    """One of two answers that stand for a row."""

    status = choice(*AttendanceStatus)
    time_in = fields.String(allow_none=True)
    time_out = fields.String(allow_none=True)
    observed_at = fields.String(allow_none=True)


class AttendeeSchema(Schema):
    """A row of the sheet. `person_id` is null for a guest. Two `answers` stand until somebody marks the row again, of which
    `status` is the first; else there are none."""

    attendee_id = fields.String()
    person_id = fields.String(allow_none=True)
    label = fields.String()
    status = choice(*AttendanceStatus)
    late = fields.Boolean()
    left_early = fields.Boolean()
    time_in = fields.String(allow_none=True)
    time_out = fields.String(allow_none=True)
    answers = fields.List(fields.Nested(AnswerSchema))
    version = fields.Integer()


class SheetSchema(Schema):
    """The sheet of a date."""

    items = fields.List(fields.Nested(AttendeeSchema))
    version = fields.Integer()
    finished = fields.Boolean()
    next_cursor = fields.String(allow_none=True)


class OperationBatch(StrictSchema):
    """Acts in the order they were made; a bare list is read as the batch."""

    operations = fields.List(
        AnsweredAlone(OperationSchema), required=True, validate=validate.Length(1, MOST_OPERATIONS)
    )

    @pre_load
    def _wrap(self, data: Any, **_more: Any) -> Any:
        return {"operations": data} if isinstance(data, list) else data


class OperationResult(Schema):
    """What became of one act; `reason`, `code` and `errors` say why one is refused or waits for review, `row` is null where
    none is known."""

    op_id = fields.String(allow_none=True)
    outcome = choice(*OperationOutcome)
    row = fields.Nested(AttendeeSchema, allow_none=True)
    reason = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FieldProblemSchema))


class OperationAnswers(Schema):
    """One answer a mark."""

    results = fields.List(fields.Nested(OperationResult))
    version = fields.Integer()
