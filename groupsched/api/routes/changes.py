"""/groups/{id}/changes and /changes/{id}/undo: what was changed of a group's dates, and back."""

from collections.abc import Sequence
from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.impact import done_or_taken, impact_json, kept_words
from groupsched.api.routes.lists import latest_first
from groupsched.api.schemas import (
    ChangeSchema,
    KeptClashes,
    PageQuery,
    TakenProblemSchema,
    UndoneSchema,
    moment,
    paged,
)
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, zone_of
from groupsched.core.web import PROBLEM
from groupsched.schedule.models import ChangeMade
from groupsched.schedule.queries import changes_made, get_change, history_of
from groupsched.schedule.service import ChangedDates, can_be_undone, parts_of, undo_change
from groupsched.schedule.words import said_of

blueprint = NounBlueprint("changes-api", __name__, description="Changes of dates")


@blueprint.route("/groups/<group_id>/changes")
class GroupChanges(MethodView):
    """The history of a group's dates."""

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(ChangeSchema))
    def get(self, query: dict[str, Any], group_id: str) -> dict[str, Any]:
        """List what was changed of a group's dates, the latest first."""
        group = get_group(current(), group_id, Permission.GROUP_WRITE)
        page = latest_first(history_of(group), ChangeMade.id, query["limit"], query["cursor"])
        undoable = can_be_undone(changes_made(group))
        said = said_of(group, [parts_of(one) for one in page.items])
        items = [
            change_json(one, group, words, undoable) for one, words in zip(page.items, said, strict=True)
        ]
        return {"items": items, "next_cursor": page.next_cursor}


@blueprint.route("/changes/<change_id>/undo")
class UndoneChange(MethodView):
    """A change of a group's dates, until somebody has heard of it."""

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(KeptClashes)
    @blueprint.response(200, UndoneSchema)
    @blueprint.alt_response(409, schema=TakenProblemSchema, content_type=PROBLEM)
    def post(self, data: dict[str, Any], change_id: str) -> Any:
        """Undo a change: the dates are as they were before it. What was taken meanwhile answers 409 with what undoing would do,
        unless `accept_conflicts` and a reason say to do it all the same."""
        made, keep = get_change(current(), change_id), kept_words(data)

        def undo(dry_run: bool) -> ChangedDates:
            return undo_change(current(), made, keep=keep, dry_run=dry_run)

        return done_or_taken(undo, False, lambda done: impact_json(done, made.group))


def change_json(
    made: ChangeMade, group: Group, said: Sequence[str], undoable: Sequence[ChangeMade]
) -> dict[str, Any]:
    """A change of a group's dates, in the words of its page."""
    zone = zone_of(group)
    return {
        "id": made.uid,
        "at": moment(made.at, zone),
        "by": {"id": made.by.uid, "name": made.by.short_name} if made.by else None,
        "scope": made.scope,
        "text": " ".join(said),
        "undoes": made.undoes,
        "can_be_undone": made in undoable,
    }
