"""Dates."""

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.catalog import WhereSchema
from groupsched.catalog.rules import LINK_LENGTH, MOST_SEATS, TITLE_LENGTH
from groupsched.core.shapes import LineText, StrictSchema, choice
from groupsched.schedule.rules import ChangeScope, OccurrenceStatus


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
    version = fields.Integer()
    title = fields.String()
    place = fields.Nested(WhereSchema, allow_none=True)
    place_id = fields.String(allow_none=True)
    site_id = fields.String(allow_none=True)
    seats = fields.Nested(SeatsSchema, allow_none=True)


class OccurrenceChange(StrictSchema):
    """Change one date, or with it all from it on, or all coming ones of its series. A status comes alone, with its reason."""

    start = fields.AwareDateTime(metadata={"description": "Without an end the date lasts as long as before."})
    end = fields.AwareDateTime()
    place_id = fields.String(allow_none=True, validate=validate.Length(max=40))
    online_link = LineText(validate=validate.Length(max=LINK_LENGTH))
    capacity = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, MOST_SEATS))
    title = LineText(validate=validate.Length(max=TITLE_LENGTH))
    lead_id = fields.String(allow_none=True, validate=validate.Length(max=40))
    status = choice(OccurrenceStatus.CANCELLED, OccurrenceStatus.SCHEDULED)
    scope = choice(*ChangeScope, load_default=ChangeScope.THIS)
    hand_changed = choice(
        "keep", "overwrite", load_default="keep",
        metadata={"description": "What becomes of what other dates in the scope have of their own in these fields."},
    )  # fmt: skip
    version = fields.Integer(
        strict=True, metadata={"description": "The version you saw; a newer one answers 409."}
    )
    reason = LineText(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"description": "People read it. Only a dry run goes without."},
    )
    dry_run = fields.Boolean(load_default=False)


class TouchedDateSchema(Schema):
    """A date that a change touches, as it is with it; `id` is null where it has none yet."""

    id = fields.String(allow_none=True)
    start = fields.String()


class ImpactSchema(Schema):
    """What a change does: how many dates, which, how many people are told, what it would clash with. `kept` are those in its
    scope that have begun or have marks. By its `change_id` it is undone while nobody has heard of it."""

    dates = fields.Integer()
    moved = fields.List(fields.Nested(TouchedDateSchema))
    added = fields.List(fields.Nested(TouchedDateSchema))
    dropped = fields.List(fields.Nested(TouchedDateSchema))
    kept = fields.List(fields.Nested(TouchedDateSchema))
    change_id = fields.String(allow_none=True)
    people_told = fields.Integer()
    slots_lost = fields.Integer(metadata={"description": "How many people lose their time by it."})
    conflicts = fields.List(fields.String())
    occurrence = fields.Nested(OccurrenceSchema)


class UndoneSchema(ImpactSchema):
    """What undoing a change did."""

    class Meta:
        exclude = ("occurrence",)
