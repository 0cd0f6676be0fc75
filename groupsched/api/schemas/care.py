"""Care teams."""

from marshmallow import Schema, fields

from groupsched.api.schemas.groups import PersonBriefSchema
from groupsched.care.rules import CareRole
from groupsched.core.shapes import SHORT, StrictSchema, choice


class CareTeamMemberSchema(Schema):
    """A colleague on the care team of a person from a day on, both days included; `to` is null as long as it lasts.
    `took_over_from` is the colleague who handed over to them."""

    id = fields.String()
    member = fields.Nested(PersonBriefSchema)
    role = choice(*CareRole)
    from_ = fields.Date(data_key="from", attribute="from")
    to = fields.Date(allow_none=True)
    took_over_from = fields.Nested(PersonBriefSchema, allow_none=True)


class CareTeamJoining(StrictSchema):
    """A colleague who comes to the care team, today or on the day of `from`."""

    member_id = fields.String(required=True, validate=SHORT)
    role = choice(*CareRole, required=True)
    from_day = fields.Date(data_key="from", load_default=None)
