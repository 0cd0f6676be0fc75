"""Dates."""

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.catalog import WhereSchema
from groupsched.api.schemas.fields import KeptClashes, ProblemSchema
from groupsched.api.schemas.groups import PersonBriefSchema, TopicSchema
from groupsched.catalog.rules import LINK_LENGTH, MOST_SEATS, TITLE_LENGTH
from groupsched.core.shapes import LineText, choice
from groupsched.schedule.rules import ChangeScope, ConflictKind, OccurrenceStatus


class PoolSchema(Schema):
    """Seats in the room or online; `capacity` null means no limit."""

    capacity = fields.Integer(allow_none=True)
    taken = fields.Integer()


class SeatsSchema(Schema):
    """Seats of one date; `capacity` null means no limit. A hybrid group has those in the room and those online, each with its
    own limit: who has not said how they come is counted in the room."""

    capacity = fields.Integer(allow_none=True)
    taken = fields.Integer()
    waiting = fields.Integer()
    room = fields.Nested(PoolSchema)
    online = fields.Nested(PoolSchema)


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
    topic = fields.Nested(
        TopicSchema,
        allow_none=True,
        metadata={"description": "What it is about; null where nothing is laid on it."},
    )
    place = fields.Nested(WhereSchema, allow_none=True)
    place_id = fields.String(allow_none=True)
    site_id = fields.String(allow_none=True)
    seats = fields.Nested(SeatsSchema, allow_none=True)


class ChangeOfDates(KeptClashes):
    """How dates are changed, whatever is changed of them."""

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
        metadata={
            "description": "Why it is cancelled: people read it, only a dry run goes without. Or why clashes are kept."
        },
    )
    dry_run = fields.Boolean(load_default=False)


class OccurrenceChange(ChangeOfDates):
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


class TouchedDateSchema(Schema):
    """A date that a change touches, as it is with it; `id` is null where it has none yet."""

    id = fields.String(allow_none=True)
    start = fields.String()


class ConflictSchema(Schema):
    """What a date runs into. `with` is the other group, null for one that you may not see; of `client` there is only how many
    people of the group have a seat elsewhere then, and it refuses nothing. Of `equipment` there are fewer of a
    `thing` `there` in its place than are `needed` in all, from `with_start` to `with_end`. `free_rooms` are ids of rooms to go to instead."""

    occurrence_id = fields.String(allow_none=True)
    start = fields.String()
    kind = choice(*ConflictKind)
    place_id = fields.String(allow_none=True)
    person_id = fields.String(allow_none=True)
    with_ = fields.String(allow_none=True, data_key="with")
    with_start = fields.String(allow_none=True)
    with_end = fields.String(allow_none=True)
    people = fields.Integer()
    thing = fields.String(allow_none=True)
    there = fields.Integer()
    needed = fields.Integer()
    free_rooms = fields.List(fields.String())


class AwaySchema(Schema):
    """Somebody who leads one of these dates and is away then: a dry run says so, and nothing is refused for it."""

    person_id = fields.String()
    starts = fields.String()
    ends = fields.String()


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
    conflicts = fields.List(fields.Nested(ConflictSchema))
    away = fields.List(fields.Nested(AwaySchema))
    occurrence = fields.Nested(OccurrenceSchema)


class ChangeSchema(Schema):
    """A change of a group's dates: when, by whom, for how many of them, and in words what it did."""

    id = fields.String()
    at = fields.String()
    by = fields.Nested(PersonBriefSchema, allow_none=True)
    scope = choice(*ChangeScope)
    text = fields.String()
    undoes = fields.Boolean(metadata={"description": "It undid the change before it."})
    can_be_undone = fields.Boolean(
        metadata={"description": "While nobody has heard of it, and what it changed was not changed since."}
    )


class UndoneSchema(ImpactSchema):
    """What undoing a change did."""

    class Meta:
        exclude = ("occurrence",)


class TakenProblemSchema(ProblemSchema, ImpactSchema):
    """Why a change was refused; where something is taken then, with all that it would do. Of a group and a new series it is
    `conflicts` alone."""
