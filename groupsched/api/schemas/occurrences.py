"""Dates."""

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.catalog import WhereSchema
from groupsched.core.shapes import LineText, StrictSchema, choice
from groupsched.schedule.rules import OccurrenceStatus


class SeatsSchema(Schema):
    """Seats of one date; `capacity` null means no limit."""

    capacity = fields.Integer(allow_none=True)
    taken = fields.Integer()
    waiting = fields.Integer()


class OccurrenceSchema(Schema):
    """One dated meeting. Times are RFC 3339 with the offset of the place."""

    id = fields.String()
    group_id = fields.String()
    series_id = fields.String()
    original_start = fields.String()
    start = fields.String()
    end = fields.String()
    status = choice(*OccurrenceStatus)
    reason = fields.String()
    moved = fields.Boolean()
    title = fields.String()
    place = fields.Nested(WhereSchema, allow_none=True)
    place_id = fields.String(allow_none=True)
    site_id = fields.String(allow_none=True)
    seats = fields.Nested(SeatsSchema, allow_none=True)


class OccurrenceChange(StrictSchema):
    """Cancel one date. Other changes and wider scopes are refused by name."""

    status = choice(OccurrenceStatus.CANCELLED, required=True)
    scope = choice("this", load_default="this")
    reason = LineText(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"description": "People read it. Only a dry run goes without."},
    )
    dry_run = fields.Boolean(load_default=False)


class ImpactSchema(Schema):
    """What a change does: how many dates, how many people are told, what it would clash with."""

    dates = fields.Integer()
    people_told = fields.Integer()
    conflicts = fields.List(fields.String())
    occurrence = fields.Nested(OccurrenceSchema)
