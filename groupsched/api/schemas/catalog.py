"""Places, sites and kinds of sessions."""

from marshmallow import Schema, fields

from groupsched.api.schemas.fields import ThingSchema
from groupsched.catalog.rules import (
    ClearanceKind,
    ModalityCategory,
    ModalityKind,
    Orientation,
    PlaceMode,
    Setting,
    Structure,
)
from groupsched.core.shapes import choice


class WhereSchema(Schema):
    """Where a group meets: `name` is the site or the venue, `room` the room."""

    name = fields.String()
    room = fields.String(allow_none=True)
    address = fields.String()


class PlaceSchema(Schema):
    """A room of a site, a place elsewhere or an online room. What is `retired` is offered to no new group."""

    id = fields.String()
    key = fields.String(metadata={"description": "The value of the filter `place`."})
    name = fields.String()
    site_id = fields.String(allow_none=True)
    mode = choice(*PlaceMode)
    address = fields.String()
    capacity = fields.Integer(allow_none=True)
    equipment = fields.List(
        fields.Nested(ThingSchema),
        metadata={"description": "What it has; other things it shares with its site."},
    )
    step_free = fields.Boolean()
    external = fields.Boolean()
    retired = fields.Boolean()


class SiteSchema(Schema):
    """A site of the program, with its zone."""

    id = fields.String()
    key = fields.String()
    name = fields.String()
    timezone = fields.String()
    address = fields.String()
    equipment = fields.List(fields.Nested(ThingSchema))
    step_free = fields.Boolean()


class ModalitySchema(Schema):
    """A kind of session. Groups name it by its `key`, and so does the filter `modality`."""

    id = fields.String()
    key = fields.String()
    name = fields.String()
    summary = fields.String()
    kind = choice(*ModalityKind)
    category = choice(*ModalityCategory)
    setting = choice(*Setting)
    minutes = fields.Integer()
    capacity = fields.Integer(allow_none=True)
    structure = choice(*Structure, allow_none=True)
    orientation = choice(*Orientation, allow_none=True)
    complementary = fields.Boolean(metadata={"description": "It adds to other care and never replaces it."})
    clearance = choice(
        *ClearanceKind,
        allow_none=True,
        metadata={"description": "What has to be on file before a seat is taken."},
    )
    retired = fields.Boolean()
