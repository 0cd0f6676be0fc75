"""/groups/{id}/cohorts: cohorts of closed groups, and the answer to who asks to be in one."""

from dataclasses import replace
from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.enrolments import enrolment_json
from groupsched.api.routes.lists import of_rows
from groupsched.api.schemas import (
    AnswerToRequest,
    CohortChange,
    CohortCreation,
    CohortSchema,
    EnrolmentSchema,
    PageQuery,
    paged,
)
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.enrolment.models import Cohort
from groupsched.enrolment.queries import cohorts_of, free_in_cohorts, get_cohort, get_enrolment, in_cohorts
from groupsched.enrolment.rules import CohortSpan, EnrolmentState, RequestAnswer
from groupsched.enrolment.service import (
    CohortPlan,
    JoinOutcome,
    accept_request,
    answer_of,
    change_cohort,
    decline_request,
    plan_cohort,
    take_cohort_away,
    wait_for_next_cohort,
)

blueprint = NounBlueprint("cohorts-api", __name__, description="Cohorts of closed groups")


def cohorts_json(rows: list[Cohort]) -> list[dict[str, Any]]:
    """Cohorts with how many are in them, and nobody by name."""
    free, people = free_in_cohorts(rows, clock.now()), in_cohorts(rows)
    return [
        {
            "id": row.uid,
            "name": row.name,
            "state": row.span.state(row.today),
            "begins_on": row.begins_on,
            "ends_on": row.ends_on,
            "screening_from": row.screening_from,
            "screening_until": row.screening_until,
            "joins_until": row.joins_until,
            "free": free.get(row.id),
            "seated": _count(people.get(row.id, []), EnrolmentState.ACTIVE),
            "completed": _count(people.get(row.id, []), EnrolmentState.COMPLETED),
            "version": row.version,
        }
        for row in rows
    ]


def _count(people: list[Any], state: EnrolmentState) -> int:
    return sum(one.state == state for one in people)


@blueprint.route("/groups/<group_id>/cohorts")
class Cohorts(MethodView):
    """The cohorts of a closed group."""

    @requires(Permission.ROSTER_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(CohortSchema))
    def get(self, query: dict[str, Any], group_id: str) -> dict[str, Any]:
        """All of them in order, those that have ended too."""
        group = get_group(current(), group_id, Permission.ROSTER_READ, to_show=False)
        page = of_rows(cohorts_of(group), query["limit"], query["cursor"])
        return {"items": cohorts_json(page.items), "next_cursor": page.next_cursor}

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(CohortCreation)
    @blueprint.response(201, CohortSchema)
    def post(self, data: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Plan one; 422 with the field for days that do not fit, 409 of a group that is not closed."""
        group = get_group(current(), group_id, Permission.GROUP_WRITE)
        name = data.pop("name")
        return cohorts_json([plan_cohort(current(), group, CohortPlan(name, CohortSpan(**data)))])[0]


@blueprint.route("/cohorts/<cohort_id>")
class OneCohort(MethodView):
    """One cohort."""

    @requires(Permission.GROUP_WRITE)
    @blueprint.arguments(CohortChange)
    @blueprint.response(200, CohortSchema)
    def patch(self, data: dict[str, Any], cohort_id: str) -> dict[str, Any]:
        """Other days or another name; whoever is in it has its dates as they are then."""
        cohort = get_cohort(current(), cohort_id)
        name = data.pop("name", cohort.name)
        change_cohort(current(), cohort, CohortPlan(name, replace(cohort.span, **data)))
        return cohorts_json([cohort])[0]

    @requires(Permission.GROUP_WRITE)
    @blueprint.response(204)
    def delete(self, cohort_id: str) -> None:
        """Take it away; 409 once somebody has a seat in it."""
        take_cohort_away(current(), get_cohort(current(), cohort_id))


@blueprint.route("/enrolments/<enrolment_id>/answer")
class RequestAnswered(MethodView):
    """The answer to somebody who asked to join."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(AnswerToRequest)
    @blueprint.response(200, EnrolmentSchema)
    def post(self, data: dict[str, Any], enrolment_id: str) -> dict[str, Any]:
        """Yes is a seat, one that is kept for them, or a place in line; `next` a place on the list for the next cohort. The same answer twice has one
        effect; 409 where nobody gets in now, or they ask no more."""
        enrolment = get_enrolment(current(), enrolment_id)
        match RequestAnswer(data["answer"]):
            case RequestAnswer.YES:
                accept_request(current(), enrolment)
            case RequestAnswer.NEXT:
                wait_for_next_cohort(current(), enrolment)
            case RequestAnswer.NO:
                decline_request(current(), enrolment)
        return enrolment_json(JoinOutcome(enrolment, answer_of(enrolment)), [])
