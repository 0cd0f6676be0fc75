"""/people/{id}/suggestions: groups like one of a person's, but for one thing."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import of_rows
from groupsched.api.schemas import PageQuery, SuggestionSchema, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.care.queries import get_client
from groupsched.core.filters import local
from groupsched.enrolment.queries import SuggestedGroup, suggested, tried_by
from groupsched.enrolment.words import because

blueprint = NounBlueprint("suggestions-api", __name__, description="What is suggested to whom, and why")


def suggestion_json(one: SuggestedGroup) -> dict[str, Any]:
    """A group, like which it is, in what it differs and why, and its next date that the person could come to."""
    date, like = one.date, one.like
    start = local(date.start, date.timezone)
    return {
        "group_id": date.group.uid,
        "title": date.group.title,
        "like_group_id": like.uid,
        "rule": one.rule,
        "because": because(one.rule, like.title, start),
        "occurrence_id": date.uid,
        "start": start.isoformat(),
    }


@blueprint.route("/people/<person_id>/suggestions")
class Suggestions(MethodView):
    """What is suggested to a person."""

    @requires(Permission.SUGGESTIONS_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(SuggestionSchema))
    def get(self, query: dict[str, Any], person_id: str) -> dict[str, Any]:
        """By the soonest date, never by a score, without what the person put aside. What they said of dates bounds only what
        they read themselves. Reading is written down."""
        person = get_client(current(), person_id, Permission.SUGGESTIONS_READ)
        saw(current(), AuditAction.PERSON_READ, [person], person)
        every = tried_by(person.id)
        page = of_rows(suggested(person, every, every).groups, query["limit"], query["cursor"])
        return {"items": [suggestion_json(one) for one in page.items], "next_cursor": page.next_cursor}
