"""/people/{id}/care-team."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import of_rows
from groupsched.api.schemas import CareTeamJoining, CareTeamMemberSchema, PageQuery, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care.models import CareTeamMember
from groupsched.care.queries import get_client, get_colleague, rows_of, today_in
from groupsched.care.rules import CareRole
from groupsched.care.service import join_team

blueprint = NounBlueprint("care-api", __name__, description="Who cares for whom")


def care_team_json(row: CareTeamMember) -> dict[str, Any]:
    """A colleague on a care team, now, before or to come."""
    before = row.took_over_from
    return {
        "id": row.uid,
        "member": _brief(row.member),
        "role": row.role,
        "from": row.from_day,
        "to": row.span.last_day,
        "took_over_from": _brief(before.member) if before else None,
    }


def _brief(person: Person) -> dict[str, str]:
    return {"id": person.uid, "name": person.short_name}


@blueprint.route("/people/<person_id>/care-team")
class CareTeam(MethodView):
    """The care team of a person."""

    @requires(Permission.CARE_TEAM_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(CareTeamMemberSchema))
    def get(self, query: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Who is, was or comes to be on the team, the newest first; reading is written down."""
        person = get_client(current(), person_id, Permission.CARE_TEAM_READ)
        saw(current(), AuditAction.PERSON_READ, [person], person)
        rows = [row for row in rows_of(person) if not row.span.is_mistake]
        page = of_rows(rows, query["limit"], query["cursor"])
        return {"items": [care_team_json(row) for row in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.CARE_TEAM_WRITE)
    @blueprint.arguments(CareTeamJoining)
    @blueprint.response(201, CareTeamMemberSchema)
    def post(self, data: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Put a colleague on the team; who is on it already is a conflict."""
        person = get_client(current(), person_id, Permission.CARE_TEAM_WRITE)
        colleague = get_colleague(person.program_id, data["member_id"])
        day = data["from_day"] or today_in(person.program_id)
        return care_team_json(join_team(current(), person, colleague, CareRole(data["role"]), day))
