"""Pairs of people who are kept apart, and guests of clients."""

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.groups import PersonBriefSchema
from groupsched.core.shapes import SHORT, LineText, StrictSchema, choice
from groupsched.enrolment.rules import (
    MOST_BUFFER,
    MOST_DATES,
    USUAL_BUFFER,
    GuestRelation,
    GuestState,
)


class ApartCreation(StrictSchema):
    """Keep two `people` apart, from a day until (not on) another, with so many `minutes` between their dates at one site. The
    `reason` is for supervisors, who read it on the page of the pair; the interface never gives it."""

    people = fields.List(LineText(validate=SHORT), required=True, validate=validate.Length(equal=2))
    from_day = fields.Date(load_default=None, allow_none=True)
    until_day = fields.Date(load_default=None, allow_none=True)
    minutes = fields.Integer(load_default=USUAL_BUFFER, validate=validate.Range(0, MOST_BUFFER), strict=True)
    reason = LineText(required=True, validate=validate.Length(min=1, max=500))


class ApartSchema(Schema):
    """Two people who are kept apart."""

    id = fields.String()
    people = fields.List(fields.Nested(PersonBriefSchema))
    from_day = fields.Date()
    until_day = fields.Date(allow_none=True)
    minutes = fields.Integer()


class GuestCreation(StrictSchema):
    """What a client said: whom they bring, to which of their dates, that they want it (`word`) and that the guest is 18 or older.
    Somebody of the house confirms it on the page of the group."""

    client_id = LineText(required=True, validate=SHORT)
    first_name = LineText(required=True, validate=validate.Length(min=1, max=80))
    relation = choice(*GuestRelation, required=True)
    dates = fields.List(
        fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=MOST_DATES)
    )
    word = fields.Boolean(required=True)
    adult = fields.Boolean(load_default=False)


class GuestYes(StrictSchema):
    """What the house notes before it says yes: that the client was asked alone, and that the guest agreed to confidentiality."""

    asked_alone = fields.Boolean(required=True)
    agreed = fields.Boolean(required=True)


class GuestSchema(Schema):
    """A guest of a client: a first name and nothing else of them."""

    id = fields.String()
    client_id = fields.String()
    first_name = fields.String()
    relation = choice(*GuestRelation)
    state = choice(*GuestState)
    dates = fields.List(fields.String())
