"""/groups/{id}/series: when a group meets, by which rule from now on, and for how long."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any, TypeVar

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.impact import done_or_taken, impact_json, kept_words, taken_by
from groupsched.api.routes.lists import of_rows
from groupsched.api.routes.shapes import series_json
from groupsched.api.schemas import (
    PageQuery,
    SeriesChange,
    SeriesCreation,
    SeriesEnd,
    SeriesImpact,
    SeriesSchema,
    TakenProblemSchema,
    paged,
)
from groupsched.catalog.queries import get_group
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.web import PROBLEM
from groupsched.schedule import service as schedule
from groupsched.schedule.models import Series
from groupsched.schedule.queries import get_series, series_of
from groupsched.schedule.rules import RuleRefused, parse_rule
from groupsched.schedule.service import ChangedDates, DatesTaken, WantedRule

blueprint = NounBlueprint("series-api", __name__, description="When groups meet")
Ruled = TypeVar("Ruled")
HOW = ("since", "hand_changed", "accept_conflicts", "reason", "dry_run", "version")
"""What says how a rule is changed, not what it is."""


@blueprint.route("/groups/<group_id>/series")
class GroupSeries(MethodView):
    """When a group meets."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(SeriesSchema))
    def get(self, query: dict[str, Any], group_id: str) -> dict[str, Any]:
        """List the series of a group, in order."""
        page = of_rows(series_of(get_group(current(), group_id)), query["limit"], query["cursor"])
        return {"items": [series_json(row) for row in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(SeriesCreation)
    @blueprint.response(201, SeriesSchema)
    @blueprint.alt_response(409, schema=TakenProblemSchema, content_type=PROBLEM)
    def post(self, data: dict[str, Any], group_id: str) -> Any:
        """Add a series: its dates are there afterwards, 400 days ahead. What is taken then answers 409 with what it is, unless
        `accept_conflicts` and a reason say to add it all the same."""
        group, keep = get_group(current(), group_id, Permission.GROUP_WRITE), kept_words(data)
        rule = _ruled(lambda: parse_rule(**_said(_of_rule(data))))
        try:
            return series_json(schedule.add_series(current(), group, rule, keep=keep))
        except DatesTaken as refusal:
            return taken_by(group, refusal)


@blueprint.route("/groups/<group_id>/series/<series_id>")
class OneSeries(MethodView):
    """One series of a group."""

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(SeriesChange)
    @blueprint.response(200, SeriesImpact)
    @blueprint.alt_response(409, schema=TakenProblemSchema, content_type=PROBLEM)
    def patch(self, data: dict[str, Any], group_id: str, series_id: str) -> Any:
        """Change the rule of a series from now on, or from its first date of the day `from` on; `dry_run` only says what it
        would do. What has begun or has marks stays: then another series goes on, and `series` is that one."""
        series = _own_series(group_id, series_id)
        wanted = WantedRule(
            _said(_of_rule(data)),
            data.get("since"),
            data["hand_changed"] == "overwrite",
            kept_words(data),
            data.get("version"),
        )

        def change(dry_run: bool) -> ChangedDates:
            return _ruled(lambda: schedule.change_rule(current(), series, wanted, dry_run=dry_run))

        return done_or_taken(change, data["dry_run"], lambda done: _answer(done, series))

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(SeriesEnd, location="query")
    @blueprint.response(200, SeriesImpact)
    def delete(self, query: dict[str, Any], group_id: str, series_id: str) -> dict[str, Any]:
        """End a series: it has no date from today on, or from the day `from` on, but what has begun or has marks."""
        series = _own_series(group_id, series_id)
        last = (query["since"] or clock.today(series.timezone)) - timedelta(days=1)
        done = _ruled(lambda: schedule.end_series(current(), series, last, dry_run=query["dry_run"]))
        return _answer(done, series)


def _own_series(group_id: str, series_id: str) -> Series:
    """A series of a group that one may change. Raises NotFound."""
    series = get_series(current(), series_id)
    if series.group.uid != group_id:
        raise NotFound
    refuse_external(series.group)
    return series


def _of_rule(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in HOW}


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """What a request says of a rule, as the rule takes it."""
    if "start_time" in data:
        return {**data, "start_time": time.fromisoformat(data["start_time"])}
    return data


def _answer(done: ChangedDates, series: Series) -> dict[str, Any]:
    return {**impact_json(done, series.group), "series": series_json(done.series or series)}


def _ruled(change: Callable[[], Ruled]) -> Ruled:
    """What comes of a change of a rule; a refusal names the field."""
    try:
        return change()
    except RuleRefused as refused:
        raise DomainError(
            _(refused.text, **refused.values), field=refused.field, code="rule-refused"
        ) from refused
