"""/keep-apart: pairs of people, for tokens with the scope `care`."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from groupsched.access.identity import current
from groupsched.access.policy import Facts, Permission, ensure, requires
from groupsched.accounts.models import Person
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.schemas import ApartCreation, ApartSchema, PageQuery, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw_unnamed
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.models import ApartPair
from groupsched.enrolment.queries import get_pair, kept_pairs, today_of
from groupsched.enrolment.rules import ApartSpan
from groupsched.enrolment.service import ApartWish, end_apart, keep_apart

blueprint = NounBlueprint("apart-api", __name__, description="Who is kept apart")


def pair_json(pair: ApartPair) -> dict[str, Any]:
    """Two people and their days, never why."""
    return {
        "id": pair.uid,
        "people": [{"id": one.uid, "name": one.short_name} for one in pair.both],
        "from_day": pair.from_day,
        "until_day": pair.until_day,
        "minutes": pair.minutes,
    }


@blueprint.route("/keep-apart")
class KeepApart(MethodView):
    """Pairs of people who are kept apart."""

    @requires(Permission.KEEP_APART)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(ApartSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Every pair, those that are over too; reading is written down."""
        page = by_id(kept_pairs(current()), ApartPair.id, query["limit"], query["cursor"])
        saw_unnamed(current(), AuditAction.APART_LISTED)
        return {"items": [pair_json(pair) for pair in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.KEEP_APART)
    @blueprint.arguments(ApartCreation)
    @blueprint.response(201, ApartSchema)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep two people apart. What they share already stays, for a supervisor to settle."""
        program_id = current().program_id
        ensure(current(), Permission.KEEP_APART, Facts(program_id))
        first, second = (_person(uid, f"people.{number}") for number, uid in enumerate(data["people"]))
        span = ApartSpan(data["from_day"] or today_of(program_id), data["until_day"], data["minutes"])
        return pair_json(keep_apart(current(), first, second, ApartWish(span, data["reason"])))


@blueprint.route("/keep-apart/<pair_id>/end")
class KeepApartEnd(MethodView):
    """That two people are kept apart no longer."""

    @requires(Permission.KEEP_APART)
    @blueprint.response(200, ApartSchema)
    def post(self, pair_id: str) -> dict[str, Any]:
        """From today two people are kept apart no longer. Doing it twice has one effect."""
        pair = get_pair(current(), pair_id)
        end_apart(current(), pair)
        return pair_json(pair)


def _person(uid: str, field: str) -> Person:
    here = Person.uid == uid, Person.program_id == current().program_id, Person.gone_at.is_(None)
    found = db.session.scalar(select(Person).where(*here))
    if found is None:
        words = _("Nothing here is called “%(value)s”.", value=uid)
        raise DomainError(words, field=field, code="person-unknown")
    return found
