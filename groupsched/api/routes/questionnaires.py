"""/questionnaires and /people/{id}/responses: forms and answers, as ours or as resources of FHIR R4."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask.views import MethodView
from sqlalchemy import select

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.schemas import (
    FormatName,
    FormatQuery,
    FormOrResource,
    GroupQuestion,
    OneFormatQuery,
    QuestionnaireCreation,
    QuestionnaireList,
    QuestionnaireSchema,
    ResponseCreation,
    ResponseList,
    ResponseSchema,
    moment,
)
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.catalog.service import ask_with_request
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _, current_language
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import Questionnaire, QuestionnaireResponse, QuestionnaireVersion
from groupsched.questionnaires.rules import (
    NO,
    YES,
    Audience,
    Canonical,
    Form,
    FormKind,
    Given,
    Item,
    ItemType,
    ResponseSaid,
    Unreadable,
    form_of,
    questionnaire,
    questionnaire_response,
    read,
)

blueprint = NounBlueprint("questionnaires-api", __name__, description="Forms and what people answered")


def _canonical(row: Questionnaire, version: QuestionnaireVersion | None) -> Canonical:
    address = url_for("questionnaires-api.OneQuestionnaire", questionnaire_id=row.uid, _external=True)
    return Canonical(
        address, version.number if version else None, version.published_at if version else row.draft_at
    )


def _shown(row: Questionnaire, told: str) -> dict[str, Any]:
    newest = row.versions[-1] if row.versions else None
    if told == FormatName.FHIR:
        form = newest.form if newest else row.drafted
        return questionnaire(form or _no_form(), _canonical(row, newest), current_language())
    return {
        "id": row.uid,
        "key": row.key,
        "version": newest.number if newest else None,
        "form": newest.said if newest else None,
        "draft": row.draft,
        "retired": row.retired_at is not None,
    }


def _no_form() -> Form:
    raise AssertionError("a form has a draft or a version")


@blueprint.route("/groups/<group_id>/question")
class QuestionOfGroup(MethodView):
    """What who asks for a seat in a group is asked with it."""

    @requires(Permission.GROUP_WRITE)
    @blueprint.response(200, GroupQuestion)
    def get(self, group_id: str) -> dict[str, Any]:
        """Read which question a group asks."""
        return _question(get_group(current(), group_id, Permission.GROUP_WRITE))

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(GroupQuestion)
    @blueprint.response(200, GroupQuestion)
    def put(self, data: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Choose the question of a group among those that are published; null asks nothing."""
        group, uid = get_group(current(), group_id, Permission.GROUP_WRITE), data["questionnaire_id"]
        asked = {
            one.questionnaire.uid: one.questionnaire
            for one in queries.newest_of_kind(group.program_id, FormKind.REFERRAL)
        }
        if uid is not None and uid not in asked:
            raise DomainError(
                _("Choose one of the questions that are asked now."),
                field="questionnaire_id",
                code="no-question",
            )
        ask_with_request(current(), group, asked.get(uid) if uid is not None else None)
        return _question(group)


def _question(group: Group) -> dict[str, Any]:
    version = queries.newest_by_id(group.question_id) if group.question_id is not None else None
    return {"questionnaire_id": version.questionnaire.uid if version is not None else None}


@blueprint.route("/questionnaires")
class Questionnaires(MethodView):
    """The forms of the program."""

    @requires(Permission.QUESTIONNAIRE_WRITE)
    @blueprint.arguments(FormatQuery, location="query")
    @blueprint.response(200, QuestionnaireList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List forms, each as ours or as a Questionnaire of FHIR."""
        rows = select(Questionnaire).where(Questionnaire.program_id == current().program_id)
        page = by_id(rows, Questionnaire.id, query["limit"], query["cursor"])
        return {
            "items": [_shown(row, query["format"]) for row in page.items],
            "next_cursor": page.next_cursor,
        }

    @requires(Permission.QUESTIONNAIRE_WRITE)
    @blueprint.arguments(QuestionnaireCreation)
    @blueprint.response(201, QuestionnaireSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Write a form, or the next version of one, and publish it if it says so."""
        form = form_of(_as_kept(data["form"]))
        if data["id"]:
            row = queries.get_questionnaire(current(), data["id"])
            service.write_draft(current(), row, form, row.version)
        else:
            row = service.add_questionnaire(current(), form)
        if data["publish"]:
            service.publish_draft(current(), row)
        return _shown(row, FormatName.JSON)


@blueprint.route("/questionnaires/<questionnaire_id>")
class OneQuestionnaire(MethodView):
    """One form."""

    @requires(Permission.QUESTIONNAIRE_WRITE)
    @blueprint.arguments(OneFormatQuery, location="query")
    @blueprint.response(200, FormOrResource)
    def get(self, query: dict[str, Any], questionnaire_id: str) -> dict[str, Any]:
        """A form as ours, or as a Questionnaire of FHIR."""
        return _shown(queries.get_questionnaire(current(), questionnaire_id), query["format"])


@blueprint.route("/people/<person_id>/responses")
class Responses(MethodView):
    """What a person handed over to their care team."""

    @requires(Permission.RESPONSE_READ)
    @blueprint.arguments(FormatQuery, location="query")
    @blueprint.response(200, ResponseList)
    def get(self, query: dict[str, Any], person_id: str) -> dict[str, Any]:
        """List responses, as ours or as FHIR has them. Reading is written down."""
        person = queries.get_person_asked(current(), person_id)
        rows = queries.seen_of(current(), person)
        page = by_id(rows, QuestionnaireResponse.id, query["limit"], query["cursor"])
        saw(current(), AuditAction.RESPONSE_READ, [person])
        return {
            "items": [_told(row, query["format"]) for row in page.items],
            "next_cursor": page.next_cursor,
        }

    @requires(Permission.RESPONSE_WRITE)
    @blueprint.arguments(ResponseCreation)
    @blueprint.response(201, ResponseSchema)
    def post(self, data: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Hand over answers of a person to the newest version of a form."""
        person = queries.get_person_asked(current(), person_id)
        version = queries.newest_of(person.program_id, data["questionnaire_id"])
        answers = {key: _given(version.form.item(key), key, value) for key, value in data["answers"].items()}
        row = service.respond(current(), person, version, answers, Audience(data["audience"]))
        return _told(row, FormatName.JSON)


def _told(row: QuestionnaireResponse, told: str) -> dict[str, Any]:
    asked, at = row.published.questionnaire, row.handed_over_at or row.saved_at
    if told == FormatName.FHIR:
        said = ResponseSaid(
            row.uid, row.status, row.subject.uid, _author(row.author, row.subject), at,
            row.amends.uid if row.amends else "",
        )  # fmt: skip
        canonical = _canonical(asked, row.published)
        return questionnaire_response(row.published.form, row.answers, said, canonical, current_language())
    return {
        "id": row.uid,
        "questionnaire_id": asked.uid,
        "version": row.published.number,
        "status": row.status.value,
        "audience": row.audience.value,
        "amends_id": row.amends.uid if row.amends else None,
        "handed_over_at": moment(at, row.subject.program.timezone),
        "answers": {key: {"value": given.value, "own": given.own} for key, given in row.answers.items()},
    }


def _author(author: Person | None, subject: Person) -> str:
    """Who wrote it, as FHIR refers to them; nothing where another program handed it over, which is nobody known here."""
    if author is None:
        return ""
    if author.id == subject.id:
        return f"Patient/{subject.uid}"
    return f"Practitioner/{author.uid}"


def _given(item: Item | None, key: str, value: Any) -> Given:
    """An answer in JSON, read as a form's would be. Raises DomainError with its field."""
    if item is None or item.type is ItemType.HEADING:
        raise DomainError(_("This form has no such question."), field=f"answers.{key}", code="no-item")
    sent = value if isinstance(value, list) else [] if value is None else [value]
    words = [YES if one is True else NO if one is False else str(one) for one in sent]
    try:
        return read(item, words)
    except Unreadable:
        raise DomainError(
            _("This is no answer to the question."), field=f"answers.{key}", code="no-answer"
        ) from None


def _as_kept(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form as it was sent, with the names under which it is kept."""
    items = [dict(item) for item in form["items"]]
    for item in items:
        item["shown_when"] = [_named(one) for one in item.get("shown_when", ())]
        if "urgent_when" in item:
            item["urgent_when"] = _named(item["urgent_when"])
    return {**form, "items": items}


def _named(said: Mapping[str, Any]) -> dict[str, Any]:
    return {("is" if name == "is_" else name): value for name, value in said.items()}
