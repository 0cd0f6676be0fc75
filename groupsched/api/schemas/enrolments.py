"""Who is in which group."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from groupsched.api.schemas.groups import PersonBriefSchema
from groupsched.core.i18n import _
from groupsched.core.shapes import SHORT, StrictSchema, choice
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState, StandingState, SwitchReason
from groupsched.schedule.rules import SeatPool


class EnrolmentCreation(StrictSchema):
    """Put a person into a group: the whole of it, or (`mode: dates`) chosen dates."""

    person_id = fields.String(required=True, validate=SHORT)
    mode = choice(*EnrolmentMode, load_default=EnrolmentMode.WHOLE)
    dates = fields.List(fields.String(validate=SHORT), load_default=list, validate=validate.Length(max=400))
    accept_clash = fields.Boolean(load_default=False)
    pool = choice(
        *SeatPool,
        allow_none=True,
        load_default=None,
        metadata={
            "description": "In a hybrid group, how they come. Null: not said; they have a seat in the room."
        },
    )
    slot_id = fields.String(
        validate=SHORT,
        metadata={
            "description": "A slot of a date in slots, instead of `dates`: also to change the one they have."
        },
    )

    @validates_schema
    def _fit(self, data: dict[str, Any], **_more: Any) -> None:
        """The whole group was never meant by whoever names dates."""
        chosen = data["mode"] == EnrolmentMode.DATES
        if "slot_id" in data and (not chosen or data["dates"]):
            raise ValidationError(_("A time stands alone, in the mode “dates”."), "slot_id")
        if chosen and not data["dates"] and "slot_id" not in data:
            raise ValidationError(_("Choose at least one date."), "dates")
        if data["dates"] and not chosen:
            raise ValidationError(_("Dates are for the mode “dates”."), "mode")


class DateAnswerSchema(Schema):
    """Where the person stands on one date; `position` is the place in its line, null when not waiting."""

    occurrence_id = fields.String()
    state = choice(*StandingState)
    position = fields.Integer(allow_none=True)
    slot_id = fields.String(allow_none=True)
    pool = choice(*SeatPool, allow_none=True)


class SlotSchema(Schema):
    """A time of one person on a date in slots, and who treats. `person_id` is who has it, for whom may read the roster; null
    where nobody has, and for everybody else."""

    id = fields.String()
    start = fields.String()
    end = fields.String()
    facilitator = fields.Nested(PersonBriefSchema)
    taken = fields.Boolean()
    person_id = fields.String(allow_none=True)


class SlotsSchema(Schema):
    """The slots of a date in order of time; none where it has no slots."""

    items = fields.List(fields.Nested(SlotSchema))


class SeatOfferSchema(Schema):
    """A seat that is kept for the person until they answer: of one date, or (null) of all of them."""

    expires_at = fields.String()
    occurrence_id = fields.String(allow_none=True)


class EnrolmentSchema(Schema):
    """An enrolment; `position` is the place on the waiting list, null when not waiting. `dates` are those that were asked
    for or differ from the rest; each has its own answer."""

    id = fields.String()
    state = choice(*EnrolmentState)
    mode = choice(*EnrolmentMode)
    position = fields.Integer(allow_none=True)
    pool = choice(*SeatPool, allow_none=True)
    waits_for_other_pool = fields.Boolean()
    offer = fields.Nested(
        SeatOfferSchema,
        allow_none=True,
        metadata={
            "description": "While one waits for an answer; the state is then `offered`, unless other dates are theirs."
        },
    )
    dates = fields.List(fields.Nested(DateAnswerSchema))


class EndingSchema(Schema):
    """The enrolment that ends for another: `left` where that is done, else as it stands until the other has a seat."""

    id = fields.String()
    state = choice(*EnrolmentState)


class SwitchedSchema(EnrolmentSchema):
    """The enrolment in the new group, and the one that ends for it."""

    out_of = fields.Nested(EndingSchema)


class SwitchCreation(StrictSchema):
    """The group to change to. Where it is full the person waits there and keeps the old seat until the new one is theirs."""

    to_group_id = fields.String(required=True, validate=SHORT)
    why = choice(*SwitchReason, allow_none=True, load_default=None)
    accept_clash = fields.Boolean(load_default=False)


class PoolChoice(StrictSchema):
    """In a hybrid group, how somebody comes from now on: to one date, or to all. Where no seat is free so the answer is 409 and
    they keep theirs; with `wait` they are moved when one is."""

    pool = choice(*SeatPool, required=True)
    occurrence_id = fields.String(validate=SHORT)
    wait = fields.Boolean(load_default=False)


class PersonOnly(StrictSchema):
    """Whom it is about."""

    person_id = fields.String(required=True, validate=SHORT)
