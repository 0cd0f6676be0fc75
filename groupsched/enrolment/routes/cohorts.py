"""The cohorts of a closed group, for staff: which there are, who is in them, who asks; planning one and changing its days."""

from dataclasses import asdict, dataclass

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import CohortForm
from groupsched.enrolment.models import Cohort, Enrolment
from groupsched.enrolment.routes.blueprint import blueprint, tell
from groupsched.enrolment.rules import CohortState, EnrolmentState
from groupsched.enrolment.words import cohort_seats, cohort_state_words, cohort_words

Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class CohortRow:
    """A cohort as staff read it: where it is, what clients read of it, and who has or had a seat in it."""

    cohort: Cohort
    state: CohortState
    people: list[Enrolment]
    free: int | None
    dates: int

    @property
    def words(self) -> str:
        """What clients read of it."""
        one = self.cohort
        return cohort_words(one.span, one.today, one.timezone)

    @property
    def seats(self) -> str:
        """How many seats are free, where it has dates to come."""
        return cohort_seats(self.free) if self.dates else ""

    @property
    def takes(self) -> bool:
        """Whether somebody can get in."""
        return self.cohort.span.takes(self.cohort.today)

    @property
    def closed(self) -> bool:
        """Whether it runs, or will, and nobody gets in any more."""
        return self.state is not CohortState.ENDED and self.cohort.today > self.cohort.joins_until


@blueprint.get("/groups/<uid>/cohorts")
@requires(Permission.ROSTER_READ)
def cohorts(uid: str) -> str:
    """Those to come and the one that runs, with who is in them; the form for the next one; those that have ended."""
    group = get_group(current(), uid, Permission.ROSTER_READ)
    return _page(group, _form_for(group))


def _form_for(group: Group) -> CohortForm:
    """The form of the next one, with days that fit behind the last one."""
    days = service.proposed_days(group)
    return CohortForm(formdata=None, **(asdict(days) if days else {}))


def _page(group: Group, form: CohortForm) -> str:
    found = _rows(group)
    line, people = queries.group_line(group.id), queries.members(current(), group)
    asking = [one for one in people if one.state == EnrolmentState.REQUESTED]
    shown = [one.person_id for row in found for one in row.people]
    saw(current(), AuditAction.ROSTER_OPENED, shown, group)
    return render_template(
        "enrolment/cohorts.html", group=group, form=form, asking=asking, line=line, state_words=cohort_state_words(),
        rows=[one for one in found if one.state is not CohortState.ENDED], ended=[one for one in found if one.state is CohortState.ENDED],
        may_write=can(current(), Permission.GROUP_WRITE, group_facts(group)), may_bring=queries.may_bring(current(), group),
        register=queries.chooses_by_letters(current(), group_facts(group)),
    )  # fmt: skip


def _rows(group: Group) -> list[CohortRow]:
    known, now = queries.cohorts_of(group), clock.now()
    free, seated = queries.free_in_cohorts(known, now), queries.in_cohorts(known)
    return [
        CohortRow(
            one, one.span.state(one.today), seated.get(one.id, []), free.get(one.id), int(one.id in free)
        )
        for one in known
    ]


@blueprint.post("/groups/<uid>/cohorts")
@requires(Permission.GROUP_WRITE)
def plan_cohort(uid: str) -> Answer:
    """Plan one more."""
    group, form = get_group(current(), uid, Permission.GROUP_WRITE), CohortForm()
    if not form.validate():
        return _page(group, form), 422
    try:
        cohort = service.plan_cohort(current(), group, form.plan())
    except Conflict:
        raise
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(get_group(current(), uid, Permission.GROUP_WRITE), form), 422
    words = _("Planned. People see from when on they can ask.")
    undo = {} if queries.anybody_in(cohort) else {"undo": url_for("enrolment.remove_cohort", uid=cohort.uid)}
    tell(words, **undo)
    return redirect(url_for("enrolment.cohorts", uid=uid), 303)


@blueprint.route("/cohorts/<uid>", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def change_cohort(uid: str) -> Answer:
    """Other days, or another name."""
    cohort = queries.get_cohort(current(), uid)
    form = CohortForm(name=cohort.name, **asdict(cohort.span))
    if not form.is_submitted():
        return _draw(cohort, form)
    if not form.validate():
        return _draw(cohort, form), 422
    group_uid = cohort.group.uid
    try:
        service.change_cohort(current(), cohort, form.plan())
    except Conflict:
        raise
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _draw(queries.get_cohort(current(), uid), form), 422
    tell(_("Saved. Whoever is in it has its dates as they are now."))
    return redirect(url_for("enrolment.cohorts", uid=group_uid), 303)


def _draw(cohort: Cohort, form: CohortForm) -> str:
    return render_template(
        "enrolment/cohort.html", cohort=cohort, group=cohort.group, form=form, empty=not queries.anybody_in(cohort),
        runs=cohort.span.state(cohort.today) is CohortState.RUNNING,
    )  # fmt: skip


@blueprint.post("/cohorts/<uid>/remove")
@requires(Permission.GROUP_WRITE)
def remove_cohort(uid: str) -> Response:
    """It was planned by mistake, or is not held."""
    cohort = queries.get_cohort(current(), uid)
    group_uid = cohort.group.uid
    service.take_cohort_away(current(), cohort)
    tell(_("The cohort is gone. Who asked or waits stays on the list for the next one."))
    return redirect(url_for("enrolment.cohorts", uid=group_uid), 303)
