"""Groups, and when they meet."""

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.catalog import WhereSchema
from groupsched.api.schemas.fields import KeptClashes, ThingSchema
from groupsched.catalog.forms import OTHER_LANGUAGES
from groupsched.catalog.rules import (
    LINK_LENGTH,
    MOST_BREAKS,
    MOST_LEADERS,
    MOST_SEATS,
    MOST_THINGS,
    TEXT_LENGTH,
    TITLE_LENGTH,
    TRADITION_LENGTH,
    WORD_LENGTH,
    Access,
    AttendanceMode,
    LineMode,
    Orientation,
    Setting,
    Structure,
)
from groupsched.core.shapes import SHORT, LineText, ProseText, StrictSchema, choice

MOST_WORDS = 20


class PersonBriefSchema(Schema):
    """A facilitator as the program shows them: first name and initial."""

    id = fields.String()
    name = fields.String()


class GroupTexts(StrictSchema):
    """What a group says in one language."""

    title = LineText(validate=validate.Length(max=TITLE_LENGTH))
    tradition = LineText(validate=validate.Length(max=TRADITION_LENGTH))
    description = ProseText(validate=validate.Length(max=TEXT_LENGTH))
    not_asked = ProseText(validate=validate.Length(max=TEXT_LENGTH))


OtherLanguages = StrictSchema.from_dict(
    {language: fields.Nested(GroupTexts) for language in OTHER_LANGUAGES}, name="OtherLanguages"
)


class TopicSchema(Schema):
    """What a date is about, in the words that its program wrote first."""

    id = fields.String()
    name = fields.String()
    outline = fields.String()


class GroupSchema(Schema):
    """A group, as people join it. Its title, tradition and descriptions are those that its program wrote first."""

    id = fields.String()
    program_id = fields.String()
    title = fields.String()
    description = fields.String()
    not_asked = fields.String()
    modality = fields.String()
    orientation = choice(*Orientation, allow_none=True)
    tradition = fields.String()
    structure = choice(*Structure, allow_none=True)
    access = choice(*Access, allow_none=True)
    setting = choice(*Setting)
    attendance_mode = choice(*AttendanceMode)
    capacity = fields.Integer(allow_none=True)
    online_capacity = fields.Integer(allow_none=True)
    min_to_run = fields.Integer(allow_none=True)
    line_mode = choice(*LineMode)
    decide_hours = fields.Integer(allow_none=True)
    cancels_if_few = fields.Boolean()
    stays_open = fields.Boolean()
    slot_minutes = fields.Integer(allow_none=True)
    slot_gap = fields.Integer()
    slot_breaks = fields.List(fields.String())
    needs = fields.List(fields.Nested(ThingSchema))
    languages = fields.List(fields.String())
    audience = fields.List(fields.String())
    place = fields.Nested(WhereSchema, allow_none=True)
    place_id = fields.String(allow_none=True)
    site_id = fields.String(allow_none=True)
    facilitators = fields.List(fields.Nested(PersonBriefSchema))
    published = fields.Boolean()
    hidden = fields.Boolean()
    tags = fields.List(fields.String())
    external = fields.Boolean()
    source = fields.String(allow_none=True)
    version = fields.Integer()
    texts = fields.Nested(OtherLanguages, metadata={"description": "The same in other languages."})
    topics = fields.List(
        fields.Nested(TopicSchema), metadata={"description": "What its dates are about, in order."}
    )


def _words(least: int = 0) -> fields.List:
    """Keys of terms."""
    one = LineText(validate=validate.Length(1, WORD_LENGTH))
    return fields.List(one, validate=validate.Length(least, MOST_WORDS))


class GroupChange(KeptClashes):
    """What may be changed of a group. `published: true` publishes it."""

    title = LineText(validate=validate.Length(1, TITLE_LENGTH))
    modality = fields.String(validate=SHORT)
    description = ProseText(validate=validate.Length(max=TEXT_LENGTH))
    not_asked = ProseText(validate=validate.Length(max=TEXT_LENGTH))
    orientation = choice(*Orientation, allow_none=True)
    tradition = LineText(validate=validate.Length(max=TRADITION_LENGTH))
    structure = choice(*Structure, allow_none=True)
    access = choice(*Access)
    setting = choice(*Setting)
    attendance_mode = choice(*AttendanceMode)
    capacity = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, MOST_SEATS))
    online_capacity = fields.Integer(
        strict=True,
        allow_none=True,
        validate=validate.Range(1, MOST_SEATS),
        metadata={
            "description": "Of a hybrid group: seats online, where `capacity` are those in the room. Null: no limit."
        },
    )
    min_to_run = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, MOST_SEATS))
    decide_hours = fields.Integer(
        strict=True,
        allow_none=True,
        metadata={
            "description": "With fewer people than `min_to_run`, who leads decides so many hours before."
        },
    )
    line_mode = choice(
        *LineMode,
        metadata={
            "description": "Who has a seat that comes free while people wait: the first one at once, the first one who is asked, "
            "or of all who are asked the first to say yes."
        },
    )
    cancels_if_few = fields.Boolean(metadata={"description": "Cancel the date then, if nobody has decided."})
    stays_open = fields.Boolean(metadata={"description": "Also for people who have left the program."})
    slot_minutes = fields.Integer(
        strict=True,
        allow_none=True,
        metadata={
            "description": "In the setting `slots`: dates are cut into slots so long, their seats are those."
        },
    )
    slot_gap = fields.Integer(strict=True, metadata={"description": "Minutes of change-over after a slot."})
    slot_breaks = fields.List(
        LineText(validate=SHORT),
        validate=validate.Length(max=MOST_BREAKS),
        metadata={"description": "Times of the day without slots, like 11:00-11:20."},
    )
    needs = fields.List(
        fields.Nested(ThingSchema),
        validate=validate.Length(max=MOST_THINGS),
        metadata={"description": "What each date takes of the equipment of its room."},
    )
    languages = _words(1)
    audience = _words()
    tags = _words()
    place_id = fields.String(allow_none=True, validate=SHORT)
    site_id = fields.String(allow_none=True, validate=SHORT)
    online_link = LineText(validate=validate.Length(max=LINK_LENGTH))
    facilitators = fields.List(fields.String(validate=SHORT), validate=validate.Length(max=MOST_LEADERS))
    hidden = fields.Boolean()
    published = fields.Boolean()
    texts = fields.Nested(
        OtherLanguages,
        metadata={"description": "The same in other languages; it takes the place of all that was there."},
    )
    version = fields.Integer(
        strict=True, metadata={"description": "The version you saw; a newer one answers 409."}
    )


class GroupCreation(GroupChange):
    """A new group needs a title and a kind of session; it is a draft unless `published` is true."""

    title = LineText(required=True, validate=validate.Length(1, TITLE_LENGTH))
    modality = fields.String(required=True, validate=SHORT)


# \Z: a `$` would let a line end behind the time through.
CLOCK = r"([01]\d|2[0-3]):[0-5]\d\Z"


class SeriesSchema(StrictSchema):
    """When a group meets. `rrule` is RFC 5545 without DTSTART; null means once."""

    id = fields.String(dump_only=True)
    starts_on = fields.Date(required=True)
    start_time = fields.String(required=True, validate=validate.Regexp(CLOCK))
    duration_minutes = fields.Integer(strict=True, required=True, validate=validate.Range(1, 1440))
    timezone = fields.String(required=True, validate=validate.Length(max=60))
    rrule = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=200))
    until = fields.Date(allow_none=True, load_default=None)
    skip = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=400))
