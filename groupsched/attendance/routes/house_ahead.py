"""A roll-call without a line: an empty page of one, and who is in each house in the next hours, for a device to keep."""

from typing import Any

from flask import Response, jsonify

from groupsched.access.identity import current, current_member
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.attendance import queries
from groupsched.attendance.models import RollCall
from groupsched.attendance.queries import HouseStay
from groupsched.attendance.routes.house import blueprint, roll_told
from groupsched.attendance.routes.shell import house_of_nobody, known_language
from groupsched.attendance.rules import HousePerson
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.filters import machine
from groupsched.core.i18n import force_locale
from groupsched.core.regions import locale_tag


@blueprint.get("/house/shell/<language>")
@requires(Permission.PUBLIC)
def shell(language: str) -> str:
    """A roll-call of nobody, which the page's module fills from what the browser keeps."""
    with force_locale(known_language(language)):
        return house_of_nobody()


@blueprint.get("/house/ahead")
@requires(Permission.HOUSE_READ)
def ahead() -> Response:
    """Who may be in each house that this identity may see, now and in the next hours, and the drill that runs there.

    It is one look a day at everybody there; who comes later is written down when they come.
    """
    now, program = clock.now(), current_program(current())
    midnight, _end = queries.day_and_next(now, program.timezone if program else "UTC")
    sites = queries.house_sites(current())
    houses, drills = queries.house_ahead(sites, now), queries.open_roll_calls(sites)
    clients = [one for _stays, people in houses.values() for one in people]
    audit.saw_anew(current(), AuditAction.ROLL_CALL_FETCHED, clients, midnight)
    response = jsonify(
        {
            "houses": [_kept(site, houses[site.id][0], drills.get(site.id)) for site in sites],
            "locale": locale_tag(),
        }
    )
    response.headers["X-Now"], response.headers["X-Who"] = machine(now), current_member().person_uid
    return response


def _kept(site: Site, stays: list[HouseStay], roll: RollCall | None) -> dict[str, Any]:
    marks = queries.out_marks(roll) if roll else {}
    known = {one.person.key for one in stays}
    return {
        "uid": site.uid,
        "name": site.name,
        "zone": site.timezone,
        **roll_told(site, roll, marks),
        "people": [
            {**_told(one.person), "since": machine(one.since), "until": machine(one.until)} for one in stays
        ],
        "called": {row.key: row.label for row in marks.values() if row.key not in known},
    }


def _told(one: HousePerson) -> dict[str, Any]:
    return {"key": one.key, "label": one.label, "room": one.room, "sure": one.sure}
