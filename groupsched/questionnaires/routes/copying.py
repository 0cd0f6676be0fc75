"""A copy of all that one answered, to take along: in the person's own hand, and nobody else's."""

from typing import Any

from flask import Response, jsonify, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.i18n import current_language
from groupsched.questionnaires import queries
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.routes.blueprint import blueprint
from groupsched.questionnaires.rules import Canonical, ResponseSaid, questionnaire_response


@blueprint.get("/my/forms/copy")
@requires(Permission.RECORD_READ_OWN)
def copy() -> Response:
    """Every response of one's own that was handed over, as a Bundle of FHIR R4 in a file whose name says nothing."""
    person = own_person(current())
    rows = queries.handed_over_of(current(), person)
    saw(current(), AuditAction.RESPONSE_READ, [person])
    entries = [{"resource": _resource(row)} for row in rows]
    answer = jsonify({"resourceType": "Bundle", "type": "collection", "entry": entries})
    answer.headers["Content-Disposition"] = 'attachment; filename="copy.json"'
    return answer


def _resource(row: QuestionnaireResponse) -> dict[str, Any]:
    asked, version = row.published.questionnaire, row.published
    address = url_for("questionnaires-api.OneQuestionnaire", questionnaire_id=asked.uid, _external=True)
    who = "Patient" if row.author_id == row.subject_id else "Practitioner"
    author, before = row.author, row.amends
    said = ResponseSaid(
        row.uid,
        row.status,
        row.subject.uid,
        f"{who}/{author.uid}" if author else "",
        row.handed_over_at or row.saved_at,
        before.uid if before else "",
    )
    canonical = Canonical(address, version.number, version.published_at)
    return questionnaire_response(version.form, row.answers, said, canonical, current_language())
