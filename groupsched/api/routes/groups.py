"""/groups and /groups/{id}/series."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView
from sqlalchemy.orm import joinedload, selectinload

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.impact import kept_words, taken_by
from groupsched.api.routes.lists import by_id
from groupsched.api.routes.shapes import group_json
from groupsched.api.rules import ListPage
from groupsched.api.schemas import (
    GroupChange,
    GroupCreation,
    GroupSchema,
    PageQuery,
    TakenProblemSchema,
    paged,
)
from groupsched.catalog import service as catalog
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.queries import get_group, visible_groups
from groupsched.catalog.rules import (
    Access,
    AttendanceMode,
    GroupFields,
    Orientation,
    Setting,
    Structure,
    with_seats_online,
)
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.web import PROBLEM
from groupsched.schedule.queries import topics_of_groups
from groupsched.schedule.service import DatesTaken, deciding

blueprint = NounBlueprint("groups-api", __name__, description="Groups and when they meet")

KINDS: dict[str, type] = {
    "orientation": Orientation, "structure": Structure, "access": Access, "setting": Setting,
    "attendance_mode": AttendanceMode,
}  # fmt: skip
SHOWN = (
    joinedload(Group.modality), joinedload(Group.place), joinedload(Group.source),
    selectinload(Group.facilitators).joinedload(Facilitator.person),
)  # fmt: skip
NAMES = {"place_id": "place", "site_id": "site"}
HOW = ("published", "version", "accept_conflicts", "reason")
"""What says how a group is changed, not what it is."""


def fields_from(data: dict[str, Any], before: GroupFields | None = None) -> GroupFields:
    """The fields of a group from a request, over those it has."""
    said = {NAMES.get(name, name): _typed(name, value) for name, value in data.items() if name not in HOW}
    found = replace(before, **said) if before else GroupFields(**said)
    return found if "online_capacity" in said else with_seats_online(found, before)


def _typed(name: str, value: Any) -> Any:
    if name == "needs":
        return {one["thing"]: one["number"] for one in value}
    if isinstance(value, list):
        return tuple(value)
    return KINDS[name](value) if name in KINDS and value is not None else value


def _publish(group: Group, wanted: bool | None) -> None:
    if wanted is True:
        catalog.publish_group(current(), group)
    elif wanted is False and group.published:
        raise DomainError(_("A published group cannot become a draft again."), field="published")


@blueprint.route("/groups")
class Groups(MethodView):
    """All groups of the program."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(GroupSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List groups."""
        groups = visible_groups(current()).options(*SHOWN)
        page: ListPage = by_id(groups, Group.id, query["limit"], query["cursor"])
        topics = topics_of_groups([group.id for group in page.items])
        items = [group_json(group, topics.get(group.id, [])) for group in page.items]
        return {"items": items, "next_cursor": page.next_cursor}

    @requires(Permission.GROUP_CREATE)
    @blueprint.arguments(GroupCreation)
    @blueprint.response(201, GroupSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make a group. It has no dates yet that could run into anything."""
        kept_words(data)
        group = catalog.create_group(current(), fields_from(data))
        _publish(group, data.get("published"))
        return group_json(group)


@blueprint.route("/groups/<group_id>")
class OneGroup(MethodView):
    """One group."""

    @requires(Permission.GROUP_READ)
    @blueprint.response(200, GroupSchema)
    def get(self, group_id: str) -> dict[str, Any]:
        """Read a group."""
        return group_json(get_group(current(), group_id))

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(GroupChange)
    @blueprint.response(200, GroupSchema)
    @blueprint.alt_response(409, schema=TakenProblemSchema, content_type=PROBLEM)
    def patch(self, data: dict[str, Any], group_id: str) -> Any:
        """Change a group. What its dates run into answers 409 with what it is, unless `accept_conflicts` and a reason say to
        change it all the same."""
        group = get_group(current(), group_id, Permission.GROUP_WRITE)
        try:
            with deciding(current(), kept_words(data)):
                _change(group, data)
        except DatesTaken as refusal:
            return taken_by(group, refusal)
        return group_json(group)


def _change(group: Group, data: dict[str, Any]) -> None:
    if not set(data) <= set(HOW):
        fields, version = fields_from(data, catalog.fields_of(group)), data.get("version", group.version)
        catalog.update_group(current(), group, fields, version)
    _publish(group, data.get("published"))
