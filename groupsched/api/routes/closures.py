"""/closures: the closed days of the program, with what they do to dates."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import get_site
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.schemas import (
    ClosureAnswer,
    ClosureCreation,
    ClosureSchema,
    DryRunQuery,
    PageQuery,
    moment,
    paged,
)
from groupsched.catalog.queries import places
from groupsched.catalog.words import reason
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.schedule import service
from groupsched.schedule.models import Closure
from groupsched.schedule.queries import get_closure
from groupsched.schedule.rules import ClosedDays
from groupsched.schedule.service import Ripple, WantedClosure

blueprint = NounBlueprint("closures-api", __name__, description="Closed days")


def ripple_json(found: Ripple, answers: dict[str, ClosedDays]) -> dict[str, Any]:
    """What closing does, or taking it back."""
    asked = [one.date.uid for one in found.dates if one.answer is ClosedDays.ASK]
    return {
        "dates": len(found.off),
        "occurrence_ids": [one.uid for one in found.off],
        "people_told": len(found.told),
        "rooms": list(found.rooms),
        "conflicts": [one.uid for one in found.stay],
        "undecided": [uid for uid in asked if uid not in answers],
    }


def closure_json(row: Closure | WantedClosure) -> dict[str, Any]:
    """A closure; one that is not made has no id."""
    start, end = (row.starts_at, row.ends_at) if isinstance(row, Closure) else (row.start, row.end)
    known = {place.id: place.uid for place in places(current(), retired=True)}
    return {
        "id": row.uid if isinstance(row, Closure) else None,
        "site_id": row.site.uid,
        "place_ids": [known[number] for number in row.rooms if number in known],
        "starts": moment(start, row.site.timezone),
        "ends": moment(end, row.site.timezone),
        "name": row.name,
    }


def _wanted(data: dict[str, Any]) -> WantedClosure:
    site = _site(data["site_id"])
    known = {place.uid: place.id for place in places(current()) if place.site_id == site.id}
    if not set(data["place_ids"]) <= known.keys():
        raise DomainError(reason("place-unknown"), field="place_ids", code="place-unknown")
    rooms = tuple(known[uid] for uid in data["place_ids"])
    return WantedClosure(site, data["name"], data["starts"], data["ends"], rooms)


def _site(uid: str) -> Site:
    try:
        return get_site(current(), uid)
    except NotFound:
        raise DomainError(reason("site-unknown"), field="site_id", code="site-unknown") from None


@blueprint.route("/closures")
class Closures(MethodView):
    """The closures that stand and are not over."""

    @requires(Permission.CLOSURE_WRITE)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(ClosureSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List closures."""
        rows = select(Closure).where(
            Closure.program_id == current().program_id, Closure.taken_back_at.is_(None), Closure.ends_at > clock.now()
        )  # fmt: skip
        page = by_id(rows, Closure.id, query["limit"], query["cursor"])
        return {"items": [closure_json(row) for row in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.CLOSURE_WRITE)
    @blueprint.arguments(ClosureCreation)
    @blueprint.response(201, ClosureAnswer)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Close a site, or say with `dry_run` what that would do. Dates that are made later fall under it too."""
        wanted = _wanted(data)
        answers = dict.fromkeys(data["skip"], ClosedDays.SKIP) | dict.fromkeys(data["keep"], ClosedDays.KEEP)
        if data["dry_run"]:
            found = service.ripple(current(), [wanted], answers)
            return closure_json(wanted) | {"ripple": ripple_json(found, answers)}
        rows, found = service.close(current(), [wanted], answers, each=False)
        return closure_json(rows[0]) | {"ripple": ripple_json(found, answers)}


@blueprint.route("/closures/<closure_id>")
class OneClosure(MethodView):
    """One closure."""

    @requires(Permission.CLOSURE_WRITE)
    @blueprint.arguments(DryRunQuery, location="query")
    @blueprint.response(200, ClosureAnswer)
    def delete(self, query: dict[str, Any], closure_id: str) -> dict[str, Any]:
        """Take a closure back: its coming dates take place again, with their people."""
        row = get_closure(current(), closure_id)
        done = service.opening(current(), row) if query["dry_run"] else service.take_back(current(), row)
        return closure_json(row) | {"ripple": ripple_json(done, {})}
