"""/occurrences: read them; cancel one date."""

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.lists import by_start
from groupsched.api.routes.shapes import occurrence_json
from groupsched.api.schemas import (
    ImpactSchema,
    LineText,
    OccurrenceChange,
    OccurrenceSchema,
    PageQuery,
    paged,
)
from groupsched.enrolment.queries import asked_dates, waiting_counts
from groupsched.enrolment.rules import DIMENSIONS, FindFilters
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.service import cancel_occurrence

blueprint = Blueprint("occurrences-api", __name__, description="Dates")


MANY = {name: fields.List(fields.String()) for name in DIMENSIONS}
ONE = {"free": fields.String(), "external": fields.String(), "q": LineText()}
DAYS = {name: fields.Date() for name in ("from", "to")}


class NamedGroup(PageQuery):
    """One group, by its id."""

    group = fields.String(load_default=None)


# The filters of /sessions. A repeated parameter means or.
OccurrenceQuery = NamedGroup.from_dict({**MANY, **ONE, **DAYS}, name="OccurrenceQuery")


@blueprint.route("/occurrences")
class Occurrences(MethodView):
    """Dates in a window, `from` and `to` inclusive; the coming 7 days by default."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(OccurrenceQuery, location="query")
    @blueprint.response(200, paged(OccurrenceSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List dates."""
        dates = asked_dates(
            current(), FindFilters.parse(request.args.to_dict(flat=False)), group=query["group"]
        )
        page = by_start(dates, Occurrence.start, Occurrence.id, query["limit"], query["cursor"])
        waiting = waiting_counts(page.items)
        items = [occurrence_json(row, waiting.get(row.id, 0)) for row in page.items]
        return {"items": items, "next_cursor": page.next_cursor}


@blueprint.route("/occurrences/<occurrence_id>")
class OneOccurrence(MethodView):
    """One date."""

    @requires(Permission.GROUP_READ)
    @blueprint.response(200, OccurrenceSchema)
    def get(self, occurrence_id: str) -> dict[str, Any]:
        """Read a date."""
        return shown(get_occurrence(current(), occurrence_id))

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(OccurrenceChange)
    @blueprint.response(200, ImpactSchema)
    def patch(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Cancel a date, with a reason; `dry_run` only says what it would do."""
        occurrence = get_occurrence(current(), occurrence_id, Permission.GROUP_WRITE)
        impact = cancel_occurrence(current(), occurrence, data["reason"], dry_run=data["dry_run"])
        return {
            "dates": impact.dates,
            "people_told": len(impact.people),
            "conflicts": [],
            "occurrence": shown(occurrence),
        }


def shown(occurrence: Occurrence) -> dict[str, Any]:
    """A date with how many wait for it."""
    return occurrence_json(occurrence, waiting_counts([occurrence]).get(occurrence.id, 0))
