"""/people/{id}/clearances: what is on file for needles, touch and exercise, for tokens with the scope `care`."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import of_rows
from groupsched.api.schemas import ClearanceCreation, ClearanceSchema, PageQuery, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care.queries import get_client
from groupsched.catalog.rules import ClearanceKind
from groupsched.core.errors import NotFound
from groupsched.enrolment.models import Clearance
from groupsched.enrolment.queries import clearances_of
from groupsched.enrolment.service import end_clearance, note_clearance

blueprint = NounBlueprint("clearances-api", __name__, description="Clearances on file")


def clearance_json(row: Clearance) -> dict[str, Any]:
    """A clearance, and whether it was ended."""
    return {
        "id": row.uid,
        "kind": row.kind,
        "until_day": row.until_day,
        "noted_at": row.noted_at,
        "ended": row.ended_at is not None,
    }


@blueprint.route("/people/<person_id>/clearances")
class Clearances(MethodView):
    """What is on file for a person."""

    @requires(Permission.CLEARANCE_WRITE)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(ClearanceSchema))
    def get(self, query: dict[str, Any], person_id: str) -> dict[str, Any]:
        """What was noted and not ended, the latest first; what ran out too. Reading is written down."""
        person = get_client(current(), person_id, Permission.CLEARANCE_WRITE)
        saw(current(), AuditAction.PERSON_READ, [person], person)
        page = of_rows(clearances_of(person.id), query["limit"], query["cursor"])
        return {"items": [clearance_json(row) for row in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.CLEARANCE_WRITE)
    @blueprint.arguments(ClearanceCreation)
    @blueprint.response(201, ClearanceSchema)
    def post(self, data: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Note that something is cleared for a person."""
        person = get_client(current(), person_id, Permission.CLEARANCE_WRITE)
        row = note_clearance(current(), person, ClearanceKind(data["kind"]), data["until_day"])
        return clearance_json(row)


@blueprint.route("/people/<person_id>/clearances/<clearance_id>/end")
class ClearanceEnd(MethodView):
    """That something is cleared no longer."""

    @requires(Permission.CLEARANCE_WRITE)
    @blueprint.response(200, ClearanceSchema)
    def post(self, person_id: str, clearance_id: str) -> dict[str, Any]:
        """From now on it is not cleared. What the person has already stays."""
        person = get_client(current(), person_id, Permission.CLEARANCE_WRITE)
        row = next((one for one in clearances_of(person.id) if one.uid == clearance_id), None)
        if row is None:
            raise NotFound
        end_clearance(current(), row)
        return clearance_json(row)
