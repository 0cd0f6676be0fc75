"""The shapes of the JSON interface. Fields that are not named here are refused."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from groupsched.access.identity import Role
from groupsched.api.rules import DEFAULT_LIMIT, MOST, MOST_OPERATIONS
from groupsched.attendance.rules import AttendanceStatus, OperationKind, OperationOutcome
from groupsched.catalog.rules import Access, AttendanceMode, Orientation, Setting, Structure
from groupsched.core.i18n import _
from groupsched.core.text import clean_line, clean_prose
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState, StandingState
from groupsched.feeds.rules import FeedKind, TitleMode
from groupsched.schedule.rules import OccurrenceStatus

SHORT, LONG = validate.Length(max=255), validate.Length(max=4000)


class StrictSchema(Schema):
    """A schema that refuses unknown fields."""

    class Meta:
        unknown = RAISE


def choice(*values: str, **kwargs: Any) -> fields.String:
    """A string out of a closed list."""
    return fields.String(validate=validate.OneOf(values), **kwargs)


class LineText(fields.String):
    """One line of text, clean from the moment it arrives."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return clean_line(super()._deserialize(*args, **kwargs))


class SearchText(LineText):
    """Words to look for. Of those that show nothing nothing would be left, and everything be found."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        words = super()._deserialize(value, *args, **kwargs)
        if value.strip() and not words:
            raise ValidationError(_("Nothing of this can be seen."))
        return words


class ProseText(fields.String):
    """Some lines of text, clean from the moment they arrive."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Any:
        return clean_prose(super()._deserialize(*args, **kwargs))


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


def paged(item: type[Schema]) -> type[Schema]:
    """The answer to a list: `{items, next_cursor}`."""
    return Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next_cursor": fields.String(allow_none=True)},
        name=f"{item.__name__.removesuffix('Schema')}List",
    )


class PlaceSchema(Schema):
    """Where a group meets: `name` is the site or the venue, `room` the room."""

    name = fields.String()
    room = fields.String(allow_none=True)
    address = fields.String()


class PersonBriefSchema(Schema):
    """A facilitator as the program shows them: first name and initial."""

    id = fields.String()
    name = fields.String()


class GroupSchema(Schema):
    """A group, as people join it."""

    id = fields.String()
    program_id = fields.String()
    title = fields.String()
    description = fields.String()
    not_asked = fields.String()
    modality = fields.String()
    orientation = fields.String(allow_none=True)
    tradition = fields.String()
    structure = fields.String(allow_none=True)
    access = fields.String(allow_none=True)
    setting = fields.String()
    attendance_mode = fields.String()
    capacity = fields.Integer(allow_none=True)
    min_to_run = fields.Integer(allow_none=True)
    languages = fields.List(fields.String())
    audience = fields.List(fields.String())
    place = fields.Nested(PlaceSchema, allow_none=True)
    facilitators = fields.List(fields.Nested(PersonBriefSchema))
    published = fields.Boolean()
    hidden = fields.Boolean()
    tags = fields.List(fields.String())
    external = fields.Boolean()
    source = fields.String(allow_none=True)
    version = fields.Integer()


class GroupChange(StrictSchema):
    """What may be changed of a group. `published: true` publishes it."""

    title = LineText(validate=validate.Length(1, 120))
    modality = fields.String(validate=SHORT)
    description = ProseText(validate=LONG)
    not_asked = ProseText(validate=LONG)
    orientation = choice(*Orientation, allow_none=True)
    tradition = LineText(validate=SHORT)
    structure = choice(*Structure, allow_none=True)
    access = choice(*Access)
    setting = choice(*Setting)
    attendance_mode = choice(*AttendanceMode)
    capacity = fields.Integer(allow_none=True, validate=validate.Range(0, 1000))
    min_to_run = fields.Integer(allow_none=True, validate=validate.Range(0, 1000))
    languages = fields.List(LineText(validate=SHORT), validate=validate.Length(max=20))
    audience = fields.List(LineText(validate=SHORT), validate=validate.Length(max=20))
    tags = fields.List(LineText(validate=SHORT), validate=validate.Length(max=20))
    place_id = fields.String(allow_none=True, validate=SHORT)
    online_link = LineText(validate=validate.Length(max=500))
    facilitators = fields.List(fields.String(validate=SHORT), validate=validate.Length(max=20))
    hidden = fields.Boolean()
    published = fields.Boolean()
    version = fields.Integer(metadata={"description": "The version you saw; a newer one answers 409."})


class GroupCreation(GroupChange):
    """A new group needs a title and a kind of work; it is a draft unless `published` is true."""

    title = LineText(required=True, validate=validate.Length(1, 120))
    modality = fields.String(required=True, validate=SHORT)


class SeriesSchema(StrictSchema):
    """When a group meets. `rrule` is RFC 5545 without DTSTART; null means once."""

    id = fields.String(dump_only=True)
    starts_on = fields.Date(required=True)
    # \Z: a `$` would let a line end behind the time through.
    start_time = fields.String(required=True, validate=validate.Regexp(r"([01]\d|2[0-3]):[0-5]\d\Z"))
    duration_minutes = fields.Integer(required=True, validate=validate.Range(1, 1440))
    timezone = fields.String(required=True, validate=validate.Length(max=60))
    rrule = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=200))
    until = fields.Date(allow_none=True, load_default=None)
    skip = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=400))


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
    status = fields.String()
    reason = fields.String()
    moved = fields.Boolean()
    title = fields.String()
    place = fields.Nested(PlaceSchema, allow_none=True)
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


class EnrolmentCreation(StrictSchema):
    """Put a person into a group: the whole of it, or (`mode: dates`) chosen dates."""

    person_id = fields.String(required=True, validate=SHORT)
    mode = choice(*EnrolmentMode, load_default=EnrolmentMode.WHOLE)
    dates = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=400))
    accept_clash = fields.Boolean(load_default=False)

    @validates_schema
    def _fit(self, data: dict[str, Any], **_more: Any) -> None:
        """The whole group was never meant by whoever names dates."""
        chosen = data["mode"] == EnrolmentMode.DATES
        if chosen and not data["dates"]:
            raise ValidationError(_("Choose at least one date."), "dates")
        if data["dates"] and not chosen:
            raise ValidationError(_("Dates are for the mode “dates”."), "mode")


class DateAnswerSchema(Schema):
    """Where the person stands on one date; `position` is the place in its line, null when not waiting."""

    occurrence_id = fields.String()
    state = choice(*StandingState)
    position = fields.Integer(allow_none=True)


class EnrolmentSchema(Schema):
    """An enrolment; `position` is the place on the waiting list, null when not waiting. `dates` are those that were asked
    for or differ from the rest; each has its own answer."""

    id = fields.String()
    state = choice(*EnrolmentState)
    mode = choice(*EnrolmentMode)
    position = fields.Integer(allow_none=True)
    dates = fields.List(fields.Nested(DateAnswerSchema))


class PersonOnly(StrictSchema):
    """Whom it is about."""

    person_id = fields.String(required=True, validate=SHORT)


class AnswerSchema(Schema):
    """One of two answers that stand for a row."""

    status = choice(*AttendanceStatus)
    time_in = fields.String(allow_none=True)
    time_out = fields.String(allow_none=True)
    observed_at = fields.String(allow_none=True)


class AttendeeSchema(Schema):
    """A row of the sheet. `person_id` is null for a guest. Two `answers` stand until somebody marks the row again, of which
    `status` is the first; else there are none."""

    attendee_id = fields.String()
    person_id = fields.String(allow_none=True)
    label = fields.String()
    status = fields.String()
    late = fields.Boolean()
    left_early = fields.Boolean()
    time_in = fields.String(allow_none=True)
    time_out = fields.String(allow_none=True)
    answers = fields.List(fields.Nested(AnswerSchema))
    version = fields.Integer()


class SheetSchema(Schema):
    """The sheet of a date."""

    items = fields.List(fields.Nested(AttendeeSchema))
    version = fields.Integer()
    finished = fields.Boolean()
    next_cursor = fields.String(allow_none=True)


class OperationSchema(StrictSchema):
    """One mark as it was made on a device."""

    op_id = fields.UUID(required=True)
    kind = choice(OperationKind.MARK, load_default=OperationKind.MARK)
    attendee_id = fields.String(required=True, validate=SHORT)
    status = choice(*AttendanceStatus, required=True)
    time_in = fields.AwareDateTime(allow_none=True, load_default=None)
    time_out = fields.AwareDateTime(allow_none=True, load_default=None)
    observed_at = fields.AwareDateTime(required=True)
    base_version = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))
    device = fields.String(required=True, validate=validate.Length(max=60))
    seq = fields.Integer(required=True, validate=validate.Range(0, 2**31 - 1))


class AnsweredAlone(fields.Nested):
    """Described as its shape is, and taken as it comes: one that does not fit is answered beside the others."""

    def deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        """What was sent."""
        return value


class OperationBatch(StrictSchema):
    """Marks in the order they were made; a bare list is read as the batch."""

    operations = fields.List(
        AnsweredAlone(OperationSchema), required=True, validate=validate.Length(1, MOST_OPERATIONS)
    )

    @pre_load
    def _wrap(self, data: Any, **_more: Any) -> Any:
        return {"operations": data} if isinstance(data, list) else data


class OperationResult(Schema):
    """What became of one mark; `reason`, `code` and `errors` say why one is refused, `row` is null where none is known."""

    op_id = fields.String(allow_none=True)
    outcome = choice(*OperationOutcome)
    row = fields.Nested(AttendeeSchema, allow_none=True)
    reason = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FieldProblemSchema))


class OperationAnswers(Schema):
    """One answer a mark."""

    results = fields.List(fields.Nested(OperationResult))
    version = fields.Integer()


class PersonSchema(StrictSchema):
    """A person of the program and the roles they hold."""

    id = fields.String(dump_only=True)
    name = LineText(required=True, validate=validate.Length(1, 160))
    email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(max=254))
    roles = fields.List(
        choice(*Role), load_default=lambda: [Role.CLIENT], validate=validate.Length(1, len(Role))
    )


class PersonChange(StrictSchema):
    """What may be changed of a person."""

    name = LineText(validate=validate.Length(1, 160))
    email = fields.Email(allow_none=True, validate=validate.Length(max=254))
    roles = fields.List(choice(*Role), validate=validate.Length(1, len(Role)))


class FeedCreation(StrictSchema):
    """A new calendar link."""

    name = LineText(load_default="", validate=validate.Length(max=80))
    titles = choice(*reversed(TitleMode), load_default=TitleMode.PRIVATE)
    kind = choice(*FeedKind, load_default=FeedKind.MINE)


class FeedSchema(Schema):
    """A calendar link; `url` is told once, in the answer to POST."""

    id = fields.String()
    name = fields.String()
    titles = fields.String()
    kind = fields.String()
    last_fetched = fields.String(allow_none=True)
    url = fields.String()


def moment(value: datetime | None, zone: str) -> str | None:
    """RFC 3339 with the offset of a zone."""
    return value.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if value else None


def day(value: date | None) -> str | None:
    """An ISO date."""
    return value.isoformat() if value else None
