"""/occurrences/{id}/cover and /covers: who leads a date instead."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.schemas import (
    CoverAcceptance,
    CoverRequest,
    CoverSchema,
    CoversToGive,
    CoversToTakeBack,
    GivenCoversSchema,
    moment,
)
from groupsched.catalog.queries import leaders
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.schedule import service
from groupsched.schedule.models import Substitution
from groupsched.schedule.queries import dates_to_give, get_cover, get_covers, get_date_to_cover
from groupsched.schedule.rules import CoverAct

blueprint = NounBlueprint("covers-api", __name__, description="Cover")


def cover_json(row: Substitution) -> dict[str, Any]:
    """What became of a question for cover."""
    zone = row.occurrence.timezone
    return {
        "id": row.uid,
        "occurrence_id": row.occurrence.uid,
        "state": row.state,
        "part_of": _brief(row.part_of),
        "asked": [
            {"person": _brief(ask.person), "declined": ask.declined_at is not None} for ask in row.asks
        ],
        "asked_at": moment(row.asked_at, zone),
        "taken_by": _brief(row.taken_by) if row.taken_by else None,
        "settled_at": moment(row.settled_at, zone) if row.settled_at else None,
    }


def _brief(person: Person) -> dict[str, str]:
    return {"id": person.uid, "name": person.short_name}


def _person(uid: str, field: str) -> Person:
    found = next((one for one in leaders(current().program_id) if one.uid == uid), None)
    if found is None:
        raise DomainError(
            _("Nothing here is called “%(value)s”.", value=uid), field=field, code="person-unknown"
        )
    return found


@blueprint.route("/occurrences/<occurrence_id>/cover")
class CoverOfDate(MethodView):
    """Somebody who leads one date instead."""

    @requires(Permission.COVER_ASK)
    @blueprint.arguments(CoverRequest)
    @blueprint.response(201, CoverSchema)
    def post(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Ask people to lead a date, give it to one, or take that back. The first to say yes leads."""
        found, live = get_date_to_cover(current(), occurrence_id)
        part = _person(data["part_of"], "part_of") if data["part_of"] else None
        if data["act"] == CoverAct.WITHDRAW:
            row = next((one for one in live if part is None or one.part_of_id == part.id), None)
            if row is None:
                raise Conflict(_("Nobody is looked for, and nobody covers it."), code="no-cover")
            service.withdraw_cover(current(), row)
        elif data["act"] == CoverAct.ASSIGN:
            person = _person(data["person_id"], "person_id")
            row = service.give_cover(current(), found, person, part_of=part, reason=data["reason"])
        else:
            people = [_person(uid, "people") for uid in data["people"]]
            row = service.ask_for_cover(current(), found, people, part_of=part, reason=data["reason"])
        return cover_json(row)


@blueprint.route("/covers/<cover_id>/accept")
class AcceptedCover(MethodView):
    """A yes to leading a date."""

    @requires(Permission.COVER_ANSWER)
    @blueprint.arguments(CoverAcceptance)
    @blueprint.response(200, CoverSchema)
    def post(self, data: dict[str, Any], cover_id: str) -> dict[str, Any]:
        """Say yes for somebody who was asked; who comes second is told who leads it."""
        row = get_cover(current(), cover_id)
        return cover_json(service.accept_cover(current(), row, _person(data["person_id"], "person_id")))


@blueprint.route("/covers/give")
class GivenCovers(MethodView):
    """Many dates of one person, given away at once."""

    @requires(Permission.COVER_ASK)
    @blueprint.arguments(CoversToGive)
    @blueprint.response(200, GivenCoversSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Have each of these dates be led by somebody who has said yes; each of them gets one mail. What cannot go stays as it
        is."""
        part = _person(data["part_of"], "part_of")
        to = {one["occurrence_id"]: _person(one["person_id"], "dates") for one in data["dates"]}
        dates = dates_to_give(current(), part, to)
        given = service.give_covers(current(), part, [(one, to[one.uid]) for one in dates])
        gone = {row.occurrence.uid for row in given}
        return {
            "covers": [cover_json(row) for row in given],
            "unchanged": [uid for uid in to if uid not in gone],
        }


@blueprint.route("/covers/take-back")
class CoversTakenBack(MethodView):
    """Dates that were given away, led as before."""

    @requires(Permission.COVER_ASK)
    @blueprint.arguments(CoversToTakeBack)
    @blueprint.response(200, GivenCoversSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take back that dates were given away; who was asked before is asked again. What has begun stays as it is."""
        rows = get_covers(current(), data["covers"])
        back = service.take_back_covers(current(), rows)
        gone = {row.id for row in back}
        left = [row.occurrence.uid for row in rows if row.id not in gone]
        return {"covers": [cover_json(row) for row in back], "unchanged": left}
