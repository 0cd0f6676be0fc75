"""What the shapes share: kinds of fields, problems, pages of a list."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, validate

from groupsched.api.rules import DEFAULT_LIMIT, MOST
from groupsched.catalog.rules import MOST_OF_A_THING, THING_LENGTH
from groupsched.core.i18n import _
from groupsched.core.shapes import LineText, StrictSchema


class SearchText(LineText):
    """Words to look for. Of those that show nothing nothing would be left, and everything be found."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        words = super()._deserialize(value, *args, **kwargs)
        if value.strip() and not words:
            raise ValidationError(_("Nothing of this can be seen."))
        return words


class AnsweredAlone(fields.Nested):
    """Described as its shape is, and taken as it comes: one that does not fit is answered beside the others."""

    def deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        """What was sent."""
        return value


class FieldProblemSchema(Schema):
    """One field that does not fit: its path, `operations.0.time_in`, and why."""

    field = fields.String()
    message = fields.String()


class ProblemSchema(Schema):
    """Why a request was refused (RFC 9457). `code` is a stable word where there is one."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    code = fields.String()
    errors = fields.List(fields.Nested(FieldProblemSchema))


class PageQuery(StrictSchema):
    """Which part of a list."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MOST))
    cursor = fields.String(load_default=None, validate=validate.Length(max=300))


class ThingSchema(StrictSchema):
    """So many of a thing that is counted, such as mats."""

    thing = LineText(required=True, validate=validate.Length(1, THING_LENGTH))
    number = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST_OF_A_THING))


class KeptClashes(StrictSchema):
    """Whether something is done although a room, who leads or equipment is taken then, and why."""

    accept_conflicts = fields.Boolean(
        load_default=False,
        metadata={"description": "Do it although something is taken then; the reason says why."},
    )
    reason = LineText(load_default="", validate=validate.Length(max=300))


def paged(item: type[Schema]) -> type[Schema]:
    """The answer to a list: `{items, next_cursor}`."""
    return Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next_cursor": fields.String(allow_none=True)},
        name=f"{item.__name__.removesuffix('Schema')}List",
    )


def moment(value: datetime | None, zone: str) -> str | None:
    """RFC 3339 with the offset of a zone."""
    return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if value else None
