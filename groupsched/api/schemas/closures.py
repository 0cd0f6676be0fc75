"""Closed days."""

from marshmallow import Schema, fields, validate

from groupsched.core.shapes import LineText, StrictSchema
from groupsched.schedule.models import CLOSURE_NAME_LENGTH


class RippleSchema(Schema):
    """What closing does, or taking it back: how many dates, which, how many people are told, which rooms are free. In
    `conflicts` stand the dates that cannot take place again, for their group has another one then."""

    dates = fields.Integer()
    occurrence_ids = fields.List(fields.String())
    people_told = fields.Integer()
    rooms = fields.List(fields.String())
    conflicts = fields.List(fields.String())
    undecided = fields.List(
        fields.String(), metadata={"description": "Dates whose series asks each time; they take place."}
    )


class ClosureSchema(Schema):
    """A span in which a site is closed, or some of its rooms. `id` is null in a dry run."""

    id = fields.String(allow_none=True)
    site_id = fields.String()
    place_ids = fields.List(fields.String())
    starts = fields.String()
    ends = fields.String()
    name = fields.String()


class ClosureAnswer(ClosureSchema):
    """The same with what it does."""

    ripple = fields.Nested(RippleSchema)


class ClosureCreation(StrictSchema):
    """Close a site, or some of its places; a date takes the answer of its series, unless it is named in `skip` or `keep`."""

    site_id = LineText(required=True)
    place_ids = fields.List(LineText(), load_default=list, validate=validate.Length(max=200))
    starts = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    name = LineText(required=True, validate=validate.Length(1, CLOSURE_NAME_LENGTH))
    skip = fields.List(LineText(), load_default=list, validate=validate.Length(max=500))
    keep = fields.List(LineText(), load_default=list, validate=validate.Length(max=500))
    dry_run = fields.Boolean(load_default=False)


class DryRunQuery(StrictSchema):
    """Whether only to say what it would do."""

    dry_run = fields.Boolean(load_default=False)
