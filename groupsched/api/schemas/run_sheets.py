"""Run sheets: their phases, with words in the first language beside them and those of others in `texts`."""

from typing import Any

from marshmallow import Schema, fields, validate

from groupsched.api.schemas.questionnaires import words
from groupsched.core.i18n import LANGUAGES
from groupsched.core.shapes import LineText, ProseText, StrictSchema, choice
from groupsched.facilitation.rules import (
    MOST_MINUTES,
    MOST_PHASES,
    Company,
    PhaseFlag,
    PhaseRole,
    RunSheetKind,
)

LINE, MOST_LINES = validate.Length(max=200), validate.Length(max=20)
NAME = validate.Length(min=1, max=80)


def lines(**more: Any) -> fields.List:
    """Some lines of text."""
    return fields.List(LineText(validate=LINE), validate=MOST_LINES, **more)


class PhaseWordsSchema(StrictSchema):
    """What a phase says in another language."""

    name = LineText(required=True, validate=NAME)
    purpose = LineText(validate=LINE)
    prompts = lines()
    how = LineText(validate=LINE)
    materials = lines()
    note = ProseText(validate=validate.Length(max=1000))


class PhaseSchema(PhaseWordsSchema):
    """A part of a meeting. `note` is for who leads alone; `carry_over`: it opens with what was left for next time, or leaves it."""

    id = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9-]{0,39}\Z"))
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(0, MOST_MINUTES))
    who = choice(*Company, load_default=Company.WHOLE.value)
    flags = fields.List(choice(*PhaseFlag), load_default=list)
    roles = fields.List(choice(*PhaseRole), load_default=list)
    carry_over = fields.Boolean(load_default=False)
    texts = fields.Dict(
        fields.String(validate=validate.OneOf(LANGUAGES)), fields.Nested(PhaseWordsSchema), load_default=dict
    )


def phases() -> fields.List:
    """The phases of a sheet, in order."""
    return fields.List(fields.Nested(PhaseSchema), required=True, validate=validate.Length(max=MOST_PHASES))


class DateSheetChange(StrictSchema):
    """The run sheet of a date, whole. `version` is the one its writer saw; without it, whatever stands there is replaced."""

    phases = phases()
    version = fields.Integer(load_default=None, allow_none=True, strict=True)


class DateSheetSchema(Schema):
    """The run sheet of a date: its own, or that of its template. `live` is null as long as nothing runs by it. A date without one has
    no phases."""

    phases = fields.List(fields.Nested(PhaseSchema))
    minutes = fields.Integer()
    source = choice("template", "own")
    version = fields.Integer()
    live = fields.Raw(allow_none=True)


class RunSheetCreation(StrictSchema):
    """A run sheet of the program, or what one says from now on, by its `id` and the `version` its writer saw."""

    id = fields.String(load_default=None, allow_none=True)
    version = fields.Integer(load_default=None, allow_none=True, strict=True)
    kind = choice(*RunSheetKind, load_default=RunSheetKind.TIMED.value)
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_MINUTES))
    name = words(80, required=True)
    intro = words(200, load_default=dict)
    phases = phases()


class RunSheetSchema(Schema):
    """A run sheet of the program."""

    id = fields.String()
    key = fields.String()
    version = fields.Integer()
    kind = fields.String()
    minutes = fields.Integer()
    name = fields.Dict(fields.String(), fields.String())
    intro = fields.Dict(fields.String(), fields.String())
    phases = fields.List(fields.Nested(PhaseSchema))
    retired = fields.Boolean()
