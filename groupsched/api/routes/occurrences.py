"""/occurrences: read them; cancel one date."""

from collections import defaultdict
from typing import Any

from flask import request
from flask.views import MethodView
from marshmallow import fields, validate

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_start
from groupsched.api.routes.refusing import refuse
from groupsched.api.routes.shapes import occurrence_json
from groupsched.api.schemas import (
    ImpactSchema,
    OccurrenceChange,
    OccurrenceSchema,
    PageQuery,
    SearchText,
    paged,
)
from groupsched.catalog.models import Group
from groupsched.catalog.queries import visible_groups
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.core.shapes import LineText, choice
from groupsched.enrolment.queries import asked_dates, unknown_values, waiting_counts
from groupsched.enrolment.rules import (
    DIMENSIONS,
    FILTERS,
    LISTED,
    MOST_VALUES,
    Q_LENGTH,
    FindFilters,
    filter_faults,
)
from groupsched.enrolment.words import fault_words
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import get_occurrence
from groupsched.schedule.service import cancel_occurrence

blueprint = NounBlueprint("occurrences-api", __name__, description="Dates")


def _many(name: str) -> fields.List:
    """A filter that may be given several times, which means or: values of a list, or words that a program named."""
    one = choice(*LISTED[name]) if name in LISTED else LineText(validate=validate.Length(1, 80))
    return fields.List(one, validate=validate.Length(max=MOST_VALUES))


MANY = {name: _many(name) for name in DIMENSIONS}
ONE = {name: choice(*LISTED[name]) for name in ("free", "external")}
DAYS = {name: fields.Date() for name in ("from", "to")}


class NamedGroup(PageQuery):
    """One group, by its id, and words to look for."""

    group = LineText(load_default=None, validate=validate.Length(1, 80))
    q = SearchText(validate=validate.Length(max=Q_LENGTH))


# The filters of /sessions.
OccurrenceQuery = NamedGroup.from_dict({**MANY, **ONE, **DAYS}, name="OccurrenceQuery")


def _understood(group: str | None) -> FindFilters:
    """The filters of this request. What a page would leave out is refused: an answer to another question helps nobody."""
    asked = {name: values for name, values in request.args.to_dict(flat=False).items() if name in FILTERS}
    filters, program = FindFilters.parse(asked), current_program(current())
    today = clock.today(program.timezone if program else "UTC")
    faults = [*filter_faults(asked, today)] or unknown_values(current(), filters)
    wrong: dict[str, list[str]] = defaultdict(list)
    for fault in faults:
        wrong[fault.name].append(fault_words(fault))
    if group is not None and not _is_there(group):
        wrong["group"].append(_("Nothing here is called “%(value)s”.", value=group))
    if wrong:
        refuse(wrong)
    return filters


def _is_there(group: str) -> bool:
    seen = visible_groups(current()).with_only_columns(Group.id).where(Group.uid == group)
    return db.session.scalar(seen) is not None


@blueprint.route("/occurrences")
class Occurrences(MethodView):
    """Dates in a window, `from` and `to` inclusive; the coming 7 days by default."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(OccurrenceQuery, location="query")
    @blueprint.response(200, paged(OccurrenceSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List dates."""
        group = query["group"]
        dates = asked_dates(current(), _understood(group), group=group)
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
