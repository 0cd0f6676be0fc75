"""Enrol, leave, and "can't come"."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import validate

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.occurrences import shown
from groupsched.api.schemas import (
    EnrolmentCreation,
    EnrolmentSchema,
    LineText,
    OccurrenceSchema,
    PersonOnly,
    StrictSchema,
)
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.queries import get_enrolment, person_in_reach
from groupsched.enrolment.rules import EnrolmentMode, EnrolmentState, Waitlisted
from groupsched.enrolment.service import JoinOutcome, cannot_come, enrol, leave
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import get_occurrence

blueprint = Blueprint("enrolments-api", __name__, description="Who is in which group")


class LeaveQuery(StrictSchema):
    """Why somebody leaves, if it is said."""

    reason = LineText(load_default="", validate=validate.Length(max=300))


def enrolment_json(outcome: JoinOutcome) -> dict[str, Any]:
    """An enrolment and what became of the wish."""
    enrolment, answer = outcome.enrolment, outcome.answer
    return {
        "id": enrolment.uid, "state": enrolment.state, "mode": enrolment.mode,
        "position": answer.position if enrolment.state == EnrolmentState.WAITLISTED and isinstance(answer, Waitlisted) else None,
    }  # fmt: skip


def _dates(group: Group, uids: list[str]) -> list[Occurrence]:
    found = [get_occurrence(current(), uid) for uid in uids]
    if any(occurrence.group_id != group.id for occurrence in found):
        raise DomainError(_("One of these dates is not of this group."), field="dates")
    return found


@blueprint.route("/groups/<group_id>/enrolments")
class Enrolments(MethodView):
    """Into a group."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(EnrolmentCreation)
    @blueprint.response(201, EnrolmentSchema)
    def post(self, data: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Enrol a person; where it is full they wait."""
        group = get_group(current(), group_id, Permission.ENROL_OTHERS, to_show=False)
        person = person_in_reach(current(), group, data["person_id"])
        outcome = enrol(
            current(), group, person, mode=EnrolmentMode(data["mode"]), occurrences=_dates(group, data["dates"]),
            accept_clash=data["accept_clash"],
        )  # fmt: skip
        return enrolment_json(outcome)


@blueprint.route("/enrolments/<enrolment_id>")
class OneEnrolment(MethodView):
    """One enrolment."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(LeaveQuery, location="query")
    @blueprint.response(204)
    def delete(self, query: dict[str, Any], enrolment_id: str) -> None:
        """Leave; the waiting list moves in the same transaction."""
        leave(current(), get_enrolment(current(), enrolment_id), query["reason"])


@blueprint.route("/occurrences/<occurrence_id>/cannot-come")
class CannotCome(MethodView):
    """One date given up."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(PersonOnly)
    @blueprint.response(200, OccurrenceSchema)
    def post(self, data: dict[str, Any], occurrence_id: str) -> dict[str, Any]:
        """Free that date's seat; the person stays in the group."""
        occurrence = get_occurrence(current(), occurrence_id, Permission.ENROL_OTHERS)
        cannot_come(current(), occurrence, person_in_reach(current(), occurrence.group, data["person_id"]))
        return shown(occurrence)
