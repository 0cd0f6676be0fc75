"""What is taken, and what is free."""

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from groupsched.api.schemas.fields import PageQuery
from groupsched.core.i18n import _
from groupsched.core.shapes import LineText, StrictSchema

MOST_DAYS, MOST_NAMED = 62, 50
REACH = validate.Range(date(2000, 1, 1), date(2100, 12, 31))


def _named() -> fields.List:
    return fields.List(
        LineText(validate=validate.Length(1, 120)),
        load_default=list,
        validate=validate.Length(max=MOST_NAMED),
    )


class TakenQuery(StrictSchema):
    """Rooms (by id or key) and people, each several times if need be, and the days, both inclusive: the coming 7 by default."""

    place, person = _named(), _named()
    from_ = fields.Date(data_key="from", load_default=None, validate=REACH)
    to = fields.Date(load_default=None, validate=REACH)

    @validates_schema
    def _in_reach(self, data: dict[str, Any], **_more: Any) -> None:
        first, last = data["from_"], data["to"]
        if first and last and not first <= last < first + timedelta(days=MOST_DAYS):
            words = _("It ends after it begins, and %(num)s days later at most.", num=MOST_DAYS)
            raise ValidationError(words, "to")


class BookingQuery(TakenQuery, PageQuery):
    """What is taken; of all rooms and people where none is named."""


class FreeQuery(TakenQuery):
    """How long, in which rooms or in any of a site, and with whom."""

    minutes = fields.Integer(load_default=60, validate=validate.Range(1, 1440))
    site = LineText(load_default=None, validate=validate.Length(1, 80))


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
