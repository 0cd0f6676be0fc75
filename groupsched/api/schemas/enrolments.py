"""Who is in which group."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from groupsched.core.i18n import _
from groupsched.core.shapes import SHORT, StrictSchema, choice
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState, StandingState


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
