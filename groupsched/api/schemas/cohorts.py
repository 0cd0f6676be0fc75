"""Cohorts of closed groups."""

from marshmallow import Schema, fields

from groupsched.core.shapes import LineText, StrictSchema, choice
from groupsched.enrolment.rules import CohortState, RequestAnswer


class CohortSchema(Schema):
    """A cohort, each of its days included. `free`: how many can still get a seat on all its coming dates; null where there is no limit,
    or no date to come. `completed` counts those who were in it to its end."""

    id = fields.String()
    name = fields.String()
    state = choice(*CohortState)
    begins_on = fields.Date()
    ends_on = fields.Date()
    screening_from = fields.Date()
    screening_until = fields.Date()
    joins_until = fields.Date()
    free = fields.Integer(allow_none=True)
    seated = fields.Integer()
    completed = fields.Integer()
    version = fields.Integer()


class CohortCreation(StrictSchema):
    """The days of a cohort."""

    name = LineText(load_default="")
    begins_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    screening_from = fields.Date(required=True)
    screening_until = fields.Date(required=True)
    joins_until = fields.Date(required=True)


class CohortChange(StrictSchema):
    """What is otherwise from now on; what is left out stays."""

    name = LineText()
    begins_on = fields.Date()
    ends_on = fields.Date()
    screening_from = fields.Date()
    screening_until = fields.Date()
    joins_until = fields.Date()


class AnswerToRequest(StrictSchema):
    """Yes, a place on the list for the next cohort, or no."""

    answer = choice(*RequestAnswer, required=True)
