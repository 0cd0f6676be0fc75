"""Suggestions."""

from marshmallow import Schema, fields

from groupsched.core.shapes import choice
from groupsched.enrolment.rules import SuggestionRule


class SuggestionSchema(Schema):
    """A group that is like one of a person's but for one thing, with the next date that they could come to. `rule` says in what it
    differs, `because` the same in words."""

    group_id = fields.String()
    title = fields.String()
    like_group_id = fields.String()
    rule = choice(*SuggestionRule)
    because = fields.String()
    occurrence_id = fields.String()
    start = fields.String()
