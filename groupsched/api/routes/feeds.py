"""/people/{id}/feeds: a person's calendar links."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import of_rows
from groupsched.api.routes.shapes import feed_json
from groupsched.api.schemas import FeedCreation, FeedSchema, PageQuery, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.errors import NotFound
from groupsched.feeds.queries import feeds_of, owner_of_links
from groupsched.feeds.service import create_feed, revoke_feed

blueprint = NounBlueprint("feeds-api", __name__, description="Calendar links")


@blueprint.route("/people/<person_id>/feeds")
class PersonFeeds(MethodView):
    """The links of a person."""

    @requires(Permission.FEED_OWN)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(FeedSchema))
    def get(self, query: dict[str, Any], person_id: str) -> dict[str, Any]:
        """List links, without their addresses."""
        person = owner_of_links(current(), person_id)
        saw(current(), AuditAction.CALENDAR_OPENED, [person], person)
        page = of_rows(feeds_of(person.id), query["limit"], query["cursor"])
        return {"items": [feed_json(feed) for feed in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.FEED_OWN)
    @blueprint.arguments(FeedCreation)
    @blueprint.response(201, FeedSchema)
    def post(self, data: dict[str, Any], person_id: str) -> dict[str, Any]:
        """Make a link; its address is told this once."""
        feed, url = create_feed(
            current(), owner_of_links(current(), person_id), data["name"], data["titles"], data["kind"]
        )
        return feed_json(feed, url)


@blueprint.route("/people/<person_id>/feeds/<feed_id>")
class OneFeed(MethodView):
    """One link."""

    @requires(Permission.FEED_OWN)
    @blueprint.response(204)
    def delete(self, person_id: str, feed_id: str) -> None:
        """Turn a link off; it then answers like an unknown one."""
        feeds = feeds_of(owner_of_links(current(), person_id).id)
        feed = next((feed for feed in feeds if feed.uid == feed_id), None)
        if feed is None:
            raise NotFound
        revoke_feed(current(), feed)
