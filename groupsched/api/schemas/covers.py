"""Cover: who leads a date instead."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from groupsched.api.schemas.groups import PersonBriefSchema
from groupsched.core.i18n import _
from groupsched.core.shapes import SHORT, LineText, StrictSchema, choice
from groupsched.schedule.models import COVER_REASON_LENGTH
from groupsched.schedule.rules import CoverAct, CoverState


class CoverRequest(StrictSchema):
    """Ask `people` to lead a date, give it (`act: assign`) to `person_id` who has said yes, or take that back (`withdraw`).
    `part_of` says whose part is meant, where several lead; else the lead's. The `reason` is for those who supervise."""

    act = choice(*CoverAct, load_default=CoverAct.ASK)
    people = fields.List(LineText(validate=SHORT), load_default=list, validate=validate.Length(max=50))
    person_id = LineText(load_default=None, allow_none=True, validate=SHORT)
    part_of = LineText(load_default=None, allow_none=True, validate=SHORT)
    reason = LineText(load_default="", validate=validate.Length(max=COVER_REASON_LENGTH))

    @validates_schema
    def _fit(self, data: dict[str, Any], **_more: Any) -> None:
        """Each act names those whom it takes."""
        if data["act"] == CoverAct.ASK and not data["people"]:
            raise ValidationError(_("Choose at least one person."), "people")
        if data["act"] == CoverAct.ASSIGN and not data["person_id"]:
            raise ValidationError(_("Choose at least one person."), "person_id")


class CoverAcceptance(StrictSchema):
    """Who says yes: somebody who was asked."""

    person_id = fields.String(required=True, validate=SHORT)


class GivenDate(StrictSchema):
    """A date, and who has said yes to leading it."""

    occurrence_id = fields.String(required=True, validate=SHORT)
    person_id = fields.String(required=True, validate=SHORT)


MOST_GIVEN = 60


class CoversToGive(StrictSchema):
    """Many dates of one person (`part_of`), each with who leads it instead."""

    part_of = fields.String(required=True, validate=SHORT)
    dates = fields.List(
        fields.Nested(GivenDate), required=True, validate=validate.Length(min=1, max=MOST_GIVEN)
    )


class CoversToTakeBack(StrictSchema):
    """Covers that were given, by their ids."""

    covers = fields.List(
        fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=MOST_GIVEN)
    )


class CoverAskSchema(Schema):
    """Somebody who was asked, and whether they cannot."""

    person = fields.Nested(PersonBriefSchema)
    declined = fields.Boolean()


class CoverSchema(Schema):
    """A part of a date for which somebody else is looked for. `taken_by` leads it instead of `part_of`."""

    id = fields.String()
    occurrence_id = fields.String()
    state = choice(*CoverState)
    part_of = fields.Nested(PersonBriefSchema)
    asked = fields.List(fields.Nested(CoverAskSchema))
    asked_at = fields.String()
    taken_by = fields.Nested(PersonBriefSchema, allow_none=True)
    settled_at = fields.String(allow_none=True)


class GivenCoversSchema(Schema):
    """What was given or taken back, and which dates stay as they are: somebody leads them already, who was named is taken then, or
    they are not to be given."""

    covers = fields.List(fields.Nested(CoverSchema))
    unchanged = fields.List(fields.String(), metadata={"description": "Ids of dates"})
