"""People, and their calendar links."""

from marshmallow import Schema, fields, validate

from groupsched.access.identity import Role
from groupsched.core.shapes import SHORT, LineText, StrictSchema, choice
from groupsched.feeds.rules import FeedKind, TitleMode


class PersonSchema(StrictSchema):
    """A person of the program and the roles they hold."""

    id = fields.String(dump_only=True)
    name = LineText(required=True, validate=validate.Length(1, 160))
    email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(max=254))
    site_id = fields.String(allow_none=True, load_default=None, validate=SHORT)
    roles = fields.List(
        choice(*Role), load_default=lambda: [Role.CLIENT], validate=validate.Length(1, len(Role))
    )


class PersonChange(StrictSchema):
    """What may be changed of a person."""

    name = LineText(validate=validate.Length(1, 160))
    email = fields.Email(allow_none=True, validate=validate.Length(max=254))
    site_id = fields.String(allow_none=True, validate=SHORT)
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
    titles = choice(*reversed(TitleMode))
    kind = choice(*FeedKind)
    last_fetched = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
