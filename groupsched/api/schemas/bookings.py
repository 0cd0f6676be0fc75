"""What is taken, and what is free."""

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from groupsched.api.schemas.fields import PageQuery
from groupsched.core.i18n import _
from groupsched.core.shapes import LineText, StrictSchema

MOST_DAYS_FREE, MOST_NAMED = 62, 50


def _ids() -> fields.List:
    return fields.List(
        LineText(validate=validate.Length(1, 40)), load_default=list, validate=validate.Length(max=MOST_NAMED)
    )


class BookingQuery(PageQuery):
    """Rooms and people by their ids, each several times if need be; none means all. From now on for 7 days by default."""

    place, person = _ids(), _ids()
    from_ = fields.AwareDateTime(data_key="from", load_default=None)
    to = fields.AwareDateTime(load_default=None)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_more: Any) -> None:
        if data["from_"] and data["to"] and data["to"] <= data["from_"]:
            raise ValidationError(_("The end is before the start."), "to")


class FreeQuery(StrictSchema):
    """How long, in which rooms (or any room of a site), and with whom."""

    minutes = fields.Integer(required=True, validate=validate.Range(1, 1440))
    place, person = _ids(), _ids()
    site = LineText(load_default=None, validate=validate.Length(1, 40))
    from_ = fields.AwareDateTime(data_key="from", required=True)
    to = fields.AwareDateTime(required=True)

    @validates_schema
    def _in_reach(self, data: dict[str, Any], **_more: Any) -> None:
        if not data["from_"] < data["to"] <= data["from_"] + timedelta(days=MOST_DAYS_FREE):
            words = _("It ends after it begins, and %(num)s days later at most.", num=MOST_DAYS_FREE)
            raise ValidationError(words, "to")


class BookingSchema(Schema):
    """A room or a person that is taken. By what, is null where you may not see it. `kept`: it runs into another one, and
    somebody kept both."""

    start = fields.String()
    end = fields.String()
    place_id = fields.String(allow_none=True)
    person_id = fields.String(allow_none=True)
    occurrence_id = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    kept = fields.Boolean()
    reason = fields.String(allow_none=True)


class FreeSpanSchema(Schema):
    """A span in which a room is free, and everybody who was named; `place_id` is null where no room was asked for."""

    place_id = fields.String(allow_none=True)
    start = fields.String()
    end = fields.String()


class FreeSpansSchema(Schema):
    """Free spans, a room after the other, each in order of time."""

    items = fields.List(fields.Nested(FreeSpanSchema))
