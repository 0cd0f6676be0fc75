"""The shape of an act on a sheet as a device sends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from groupsched.attendance.rules import AttendanceStatus, MarkingMode, QueuedKind, QueuedOperation
from groupsched.core.i18n import _
from groupsched.core.shapes import SHORT, LineText, ProseText, StrictSchema, choice, keepable

NUMBER = validate.Range(0, 2**31 - 1)
MOST_ROWS = 1000
MOST_AT_ONCE = 100
TEXT = validate.Length(max=4000)
# A year that no clock shows cannot be kept, not even for review: at the edges of the calendar it has no moment in UTC.
YEARS = range(2000, 3000)


def _a_year_that_is(value: datetime) -> None:
    if value.year not in YEARS:
        raise ValidationError(_("This time is far from the session."))


NEEDED = {
    QueuedKind.MARK: ("attendee_id", "status", "base_version"),
    QueuedKind.RESOLVE: ("attendee_id", "status", "base_version"),
    QueuedKind.UNDO: ("undoes",),
    QueuedKind.NOTE: ("attendee_id", "text"),
    QueuedKind.REMOVE: ("attendee_id",),
    QueuedKind.HOW: ("mode",),
}


class BatchSchema(StrictSchema):
    """What a device sends at once, oldest first. Each part is answered alone."""

    device = fields.String(load_default="", validate=validate.Length(max=60))
    sent_at = fields.AwareDateTime(allow_none=True, load_default=None, validate=_a_year_that_is)
    operations = fields.List(fields.Raw(), required=True, validate=validate.Length(1, MOST_AT_ONCE))


class OperationSchema(StrictSchema):
    """One act as it was made on a device. Which fields it has depends on its kind."""

    op_id = fields.UUID(required=True)
    kind = choice(*QueuedKind, load_default=QueuedKind.MARK)
    attendee_id = fields.String(load_default="", validate=SHORT)
    status = choice(*AttendanceStatus, load_default=AttendanceStatus.UNMARKED)
    time_in = fields.AwareDateTime(allow_none=True, load_default=None, validate=_a_year_that_is)
    time_out = fields.AwareDateTime(allow_none=True, load_default=None, validate=_a_year_that_is)
    auto = fields.Boolean(load_default=False)
    observed_at = fields.AwareDateTime(required=True, validate=_a_year_that_is)
    claimed_at = fields.AwareDateTime(allow_none=True, load_default=None, validate=_a_year_that_is)
    base_version = fields.Integer(strict=True, load_default=0, validate=NUMBER)
    after = fields.String(load_default="", validate=validate.Length(max=36))
    device = fields.String(required=True, validate=validate.Length(max=60))
    seq = fields.Integer(strict=True, required=True, validate=NUMBER)
    actor = fields.String(load_default="", validate=SHORT)
    unlock = fields.String(load_default="", validate=SHORT)
    rows = fields.List(
        fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=MOST_ROWS)
    )
    undoes = fields.String(load_default="", validate=validate.Length(max=36))
    person = fields.String(load_default="", validate=SHORT)
    name = LineText(load_default="", validate=SHORT)
    text = ProseText(load_default="", validate=TEXT)
    was = ProseText(load_default="", validate=TEXT)
    choices = fields.Dict(
        keys=fields.String(validate=SHORT), values=choice(*AttendanceStatus), load_default=dict
    )
    mode = choice(*MarkingMode, load_default=MarkingMode.NOT_ASKED)

    @validates_schema(pass_original=True)
    def _has_what_it_needs(self, data: Mapping[str, Any], original: Mapping[str, Any], **_more: Any) -> None:
        missing = [name for name in NEEDED.get(QueuedKind(data["kind"]), ()) if name not in original]
        if missing:
            raise ValidationError({name: [_("This field is missing.")] for name in missing})


@dataclass(frozen=True)
class UnreadOperation:
    """What does not fit the shape of an act, with the tree of messages of the schema."""

    op_id: str | None
    messages: Any


def read_operation(sent: Any) -> QueuedOperation | UnreadOperation:
    """One part of a batch as rules read it, or why it does not fit."""
    said = sent.get("op_id") if isinstance(sent, dict) else None
    op_id = said[:80] if isinstance(said, str) else None
    if not keepable(sent):
        return UnreadOperation(op_id, [_("A text holds a character that cannot be kept.")])
    try:
        return _queued(OperationSchema().load(sent))
    except ValidationError as error:
        # What is no object at all has no field to name.
        messages = error.normalized_messages()
        return UnreadOperation(op_id, messages.get("_schema", messages))


def _queued(data: Mapping[str, Any]) -> QueuedOperation:
    return QueuedOperation(
        **{
            **data,
            "op_id": str(data["op_id"]),
            "kind": QueuedKind(data["kind"]),
            "status": AttendanceStatus(data["status"]),
            "rows": tuple(data["rows"]),
            "choices": {row: AttendanceStatus(status) for row, status in data["choices"].items()},
            "mode": MarkingMode(data["mode"]),
        }
    )
