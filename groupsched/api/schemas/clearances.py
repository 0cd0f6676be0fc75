"""Clearances on file."""

from marshmallow import Schema, fields

from groupsched.catalog.rules import ClearanceKind
from groupsched.core.shapes import StrictSchema, choice


class ClearanceSchema(Schema):
    """That needles, touch or exercise are cleared for a person, until and on a day; null: without an end."""

    id = fields.String()
    kind = choice(*ClearanceKind)
    until_day = fields.Date(allow_none=True)
    noted_at = fields.AwareDateTime()
    ended = fields.Boolean()


class ClearanceCreation(StrictSchema):
    """What is cleared, and until when."""

    kind = choice(*ClearanceKind, required=True)
    until_day = fields.Date(load_default=None, allow_none=True)
