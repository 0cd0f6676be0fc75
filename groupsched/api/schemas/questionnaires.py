"""Forms and what people answered."""

from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, post_dump, validate

from groupsched.api.schemas.fields import PageQuery
from groupsched.core.i18n import LANGUAGES, _
from groupsched.core.shapes import LineText, ProseText, StrictSchema, choice
from groupsched.questionnaires.rules import Audience, Comparison, FormKind, HelpKind, ItemType, ReadWhen

KEY = validate.Regexp(r"[a-z][a-z0-9_]{0,39}\Z")
MOST = 200


class FormatName:
    """The two ways in which a form or a response is told."""

    JSON, FHIR = "json", "fhir"


class FormatQuery(PageQuery):
    """Which part of a list, and told how: as ours, or as resources of FHIR R4."""

    format = choice(FormatName.JSON, FormatName.FHIR, load_default=FormatName.JSON)


class OneFormatQuery(StrictSchema):
    """Told how."""

    format = choice(FormatName.JSON, FormatName.FHIR, load_default=FormatName.JSON)


def words(length: int, prose: bool = False, **more: Any) -> fields.Dict:
    """The same words by language."""
    text = (ProseText if prose else LineText)(validate=validate.Length(max=length))
    return fields.Dict(fields.String(validate=validate.OneOf(LANGUAGES)), text, **more)


def free(**more: Any) -> fields.Dict:
    """An object whose names its program chose, or those of FHIR."""
    return fields.Dict(fields.String(), fields.Raw(), **more)


class AnswerValue(fields.Raw):
    """A text, a number, yes or no, or several keys; null is blank."""

    def _deserialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        parts = value if isinstance(value, list) else [value]
        if len(parts) > MOST or not all(isinstance(one, str | int | float | bool | None) for one in parts):
            raise ValidationError(_("Choose a value that a question can have."))
        return value


class OptionSchema(StrictSchema):
    """One answer that can be chosen."""

    key = fields.String(required=True, validate=KEY)
    words = words(200, required=True)


class ConditionSchema(StrictSchema):
    """The answer of a question above that this one waits for."""

    item = fields.String(required=True, validate=KEY)
    is_ = choice(*Comparison, required=True, data_key="is")
    value = AnswerValue(load_default=None, allow_none=True)


class UrgentSchema(StrictSchema):
    """Which answers show help at once."""

    is_ = choice(Comparison.ANY_OF, Comparison.AT_LEAST, required=True, data_key="is")
    value = AnswerValue(required=True)
    help = choice(*HelpKind, required=True)


class ItemSchema(StrictSchema):
    """A question or a heading."""

    key = fields.String(required=True, validate=KEY)
    type = choice(*ItemType, required=True)
    text = words(500, required=True)
    help = words(500)
    anchor_min = words(80)
    anchor_max = words(80)
    options = fields.List(fields.Nested(OptionSchema), validate=validate.Length(max=30))
    allow_own = fields.Boolean()
    min = fields.Integer(allow_none=True, validate=validate.Range(-(10**6), 10**6))
    max = fields.Integer(allow_none=True, validate=validate.Range(-(10**6), 10**6))
    shown_when = fields.List(fields.Nested(ConditionSchema), validate=validate.Length(max=10))
    urgent_when = fields.Nested(UrgentSchema)
    safety = fields.Boolean()


class FormSchema(StrictSchema):
    """What a form says."""

    kind = choice(*FormKind, required=True)
    title = words(120, required=True)
    intro = words(1000, prose=True, load_default=dict)
    items = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(max=MOST))
    readers = fields.List(choice(*Audience), load_default=list)
    shared_with = choice(*Audience, load_default=Audience.ONLY_ME.value)
    read_when = choice(*ReadWhen, load_default=ReadWhen.NOT_READ.value)
    minutes = fields.Integer(allow_none=True, load_default=None, validate=validate.Range(1, 600))


class QuestionnaireCreation(StrictSchema):
    """A form, or the next version of one by its `id`. It stays a draft unless it is published."""

    id = fields.String(load_default=None, allow_none=True)
    form = fields.Nested(FormSchema, required=True)
    publish = fields.Boolean(load_default=False)


class QuestionnaireSchema(Schema):
    """A form: what is asked now, by which version, and what is drafted."""

    id = fields.String()
    key = fields.String()
    version = fields.Integer(allow_none=True)
    form = free(allow_none=True)
    draft = free(allow_none=True)
    retired = fields.Boolean()


class GroupQuestion(StrictSchema):
    """What who asks for a seat in a group is asked with it: a published question about a group, or null."""

    questionnaire_id = fields.String(required=True, allow_none=True)


class FormOrResource(Schema):
    """A form as ours, or as a Questionnaire of FHIR R4: whatever is in it."""

    class Meta:
        unknown = INCLUDE

    @post_dump(pass_original=True)
    def as_it_is(self, _data: Any, original: Any, **_more: Any) -> Any:
        """Nothing is left out."""
        return original


class ResponseCreation(StrictSchema):
    """Answers of a person to the newest version of a form, by the keys of its questions, handed over at once."""

    questionnaire_id = fields.String(required=True)
    answers = fields.Dict(fields.String(validate=KEY), AnswerValue(allow_none=True), required=True)
    audience = choice(*Audience, required=True)


class ResponseSchema(Schema):
    """What a person handed over to their care team."""

    id = fields.String()
    questionnaire_id = fields.String()
    version = fields.Integer()
    status = fields.String()
    audience = fields.String()
    amends_id = fields.String(allow_none=True)
    handed_over_at = fields.String()
    answers = free()


class QuestionnaireList(Schema):
    """Forms, each as ours or as a Questionnaire of FHIR R4."""

    items = fields.List(free())
    next_cursor = fields.String(allow_none=True)


class ResponseList(Schema):
    """Responses, each as ours or as a QuestionnaireResponse of FHIR R4."""

    items = fields.List(free())
    next_cursor = fields.String(allow_none=True)
