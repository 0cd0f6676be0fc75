"""The people of a group, for staff: who is in, who waits, who asks; enrolling and removing people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import told_of
from groupsched.accounts.words import told_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import BringForm, EnrolmentReasonForm
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import blueprint
from groupsched.enrolment.rules import Admitted, EnrolmentMode, EnrolmentState, Waitlisted
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import OccurrenceStatus

MOST_AT_ONCE = 40


@blueprint.get("/groups/<uid>/people")
@requires(Permission.ROSTER_READ)
def roster(uid: str) -> str:
    """The list of a group's people, and a search for whom to bring."""
    return show(get_group(current(), uid, Permission.ROSTER_READ))


def show(
    group: Group, form: BringForm | None = None, refused: Sequence[tuple[Person, DomainError]] = ()
) -> str:
    """The list, with what could not be done for whom."""
    if group.external:
        raise Conflict(_("Others run this group: it has no list of people here."), code="external")
    people = queries.members(current(), group)
    letters = clean_line(request.args.get("q", ""), 60) or (form.letters.data or "" if form else "")
    may_bring = queries.may_bring(current(), group)
    found = queries.people_matching(current(), group, letters) if may_bring else []
    saw(current(), AuditAction.ROSTER_OPENED, [*(one.person_id for one in people), *found], group)
    return render_template(
        "enrolment/people.html", group=group, letters=letters, matches=found, may_bring=may_bring,
        now=clock.now(),
        form=form or BringForm(formdata=None), refused=refused, asked_back=url_for("enrolment.roster", uid=group.uid),
        unreached=queries.unreached(current(), group),
        dates=[one for one in coming(group, clock.now()) if one.status == OccurrenceStatus.SCHEDULED and one.start > clock.now()],
        **_sorted(people),
    )  # fmt: skip


def _sorted(people: Sequence[Enrolment]) -> dict[str, Any]:
    line = sorted(
        (e for e in people if e.state == EnrolmentState.WAITLISTED and e.mode == EnrolmentMode.WHOLE),
        key=lambda e: (e.queued_at, e.id),
    )
    return {
        "inside": [e for e in people if e.state == EnrolmentState.ACTIVE],
        "line": [
            *line,
            *(e for e in people if e.state == EnrolmentState.WAITLISTED and e.mode != EnrolmentMode.WHOLE),
        ],
        "asking": sorted(
            (e for e in people if e.state == EnrolmentState.REQUESTED), key=lambda e: (e.created_at, e.id)
        ),
    }


@blueprint.post("/groups/<uid>/people")
@requires(Permission.ENROL_OTHERS)
def bring(uid: str) -> Response | tuple[str, int]:
    """Enrol one person or several, in every coming date or in one."""
    group = get_group(current(), uid, Permission.ENROL_OTHERS)
    form = BringForm()
    if not form.validate() or not form.people.data or len(form.people.data) > MOST_AT_ONCE:
        form.people.errors = [_("Choose at least one person, and at most %(n)s.", n=MOST_AT_ONCE)]
        return show(group, form), 422
    people = [queries.person_in_reach(current(), group, one) for one in dict.fromkeys(form.people.data)]
    dates = [queries.date_of(group, form.when.data)] if form.when.data else []
    since = clock.now()
    results = service.enrol_many(
        current(), group, people, mode=EnrolmentMode.DATES if dates else EnrolmentMode.WHOLE, occurrences=dates,
        accept_clash=form.accept_clash.data,
    )  # fmt: skip
    refused = [(person, done) for person, done in results if isinstance(done, DomainError)]
    if len(refused) == len(results):
        db.session.rollback()
        return show(get_group(current(), uid, Permission.ENROL_OTHERS), form, refused), 409
    _say(results)
    _say_told(group, since)
    return redirect(url_for("enrolment.roster", uid=uid), 303)


def _say_told(group: Group, since: datetime) -> None:
    """Who gets a mail of what was just done, and whom no mail reaches."""
    words = told_words(told_of(group.id, since), named=True)
    if words:
        flash(words)


def _say(results: Sequence[tuple[Person, service.JoinOutcome | DomainError]]) -> None:
    answers = [done.answer for _person, done in results if isinstance(done, service.JoinOutcome)]
    seated = sum(isinstance(answer, Admitted) for answer in answers)
    waiting = sum(isinstance(answer, Waitlisted) for answer in answers)
    if seated:
        flash(ngettext("%(num)s person is in.", "%(num)s people are in.", seated))
    if waiting:
        flash(
            ngettext(
                "%(num)s person is on the waiting list.", "%(num)s people are on the waiting list.", waiting
            )
        )
    for person, done in results:
        if isinstance(done, DomainError):
            flash(f"{person.name}: {done.message}", "warn")


@blueprint.route("/enrolments/<uid>/remove", methods=["GET", "POST"])
@requires(Permission.ENROL_OTHERS)
def remove(uid: str) -> str | Response:
    """Ask once, then take a person out of a group or its line; the line moves at once."""
    enrolment = queries.get_enrolment(current(), uid)
    group = get_group(current(), enrolment.group.uid, Permission.ENROL_OTHERS)
    line = [
        one
        for one in queries.members(current(), group)
        if one.state == EnrolmentState.WAITLISTED and one is not enrolment
    ]
    if request.method == "GET":
        saw(current(), AuditAction.ROSTER_OPENED, [enrolment.person_id], group)
        return render_template("enrolment/remove.html", enrolment=enrolment, group=group, line=line)
    since = clock.now()
    service.leave(current(), enrolment, EnrolmentReasonForm().reason.data or "")
    flash(_("%(name)s is no longer in this group.", name=enrolment.person.name))
    for one in line:
        if one.state == EnrolmentState.ACTIVE:
            flash(_("%(name)s moved up and has a seat now.", name=one.person.name))
    _say_told(group, since)
    return redirect(url_for("enrolment.roster", uid=group.uid), 303)


@blueprint.post("/enrolments/<uid>/answer")
@requires(Permission.ENROL_OTHERS)
def answer(uid: str) -> Response:
    """Say yes or no to somebody who asked to join."""
    enrolment, form = queries.get_enrolment(current(), uid), EnrolmentReasonForm()
    name, group, since = enrolment.person.name, enrolment.group, clock.now()
    if request.form.get("answer") == "yes":
        outcome = service.accept_request(current(), enrolment)
        waits = isinstance(outcome.answer, Waitlisted)
        flash(_("%(name)s is on the waiting list.", name=name) if waits else _("%(name)s is in.", name=name))
    else:
        service.decline_request(current(), enrolment, form.reason.data or "")
        flash(_("%(name)s is not asking any more.", name=name))
    _say_told(group, since)
    return redirect(url_for("enrolment.roster", uid=group.uid), 303)
