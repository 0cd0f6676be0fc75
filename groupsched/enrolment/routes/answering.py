"""Answering who asked to join: what speaks for it, yes, or not this one and another idea."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import AnswerForm
from groupsched.enrolment.models import Cohort, Enrolment
from groupsched.enrolment.routes.blueprint import blueprint, tell
from groupsched.enrolment.routes.pages import of_cohort
from groupsched.enrolment.routes.people import called, said_with, words_of_told
from groupsched.enrolment.rules import (
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    RefusalReason,
    RequestAnswer,
    ShownAt,
    Waitlisted,
)
from groupsched.enrolment.words import cohort_words, tell_of_secular
from groupsched.schedule.queries import coming


@blueprint.get("/enrolments/<uid>/answer")
@requires(Permission.ENROL_OTHERS)
def answering(uid: str) -> str | Response:
    """Who asks, what speaks for it and against, who else asks, and the two answers."""
    enrolment = queries.get_enrolment(current(), uid)
    if enrolment.state != EnrolmentState.REQUESTED:
        return redirect(url_for("enrolment.roster", uid=enrolment.group.uid), 303)
    saw(current(), AuditAction.ROSTER_OPENED, [enrolment.person_id], enrolment.group)
    return _page(enrolment, AnswerForm(formdata=None))


def _page(enrolment: Enrolment, form: AnswerForm) -> str:
    group, ideas = enrolment.group, queries.other_ideas(enrolment)
    form.idea.choices = [("", _("No group, only words")), *((one.uid, one.title) for one in ideas)]
    wanted = {seat.occurrence_id for seat in enrolment.date_seats if seat.state == DateSeatState.WAITING}
    cohorts = queries.cohorts_of(group)
    cohort = queries.open_cohort(cohorts)
    dates = [
        one for one in coming(group, clock.now(), None)
        if enrolment.mode == EnrolmentMode.WHOLE or one.id in wanted
    ]  # fmt: skip
    if cohorts:
        dates = of_cohort(cohort, dates) if cohort is not None else []
    said = said_with([enrolment], group).get(enrolment.id, [])
    full = sum(one.capacity is not None and one.taken >= one.capacity for one in dates)
    return render_template(
        "enrolment/answer.html", enrolment=enrolment, group=group, form=form, name=called(enrolment), dates=dates, full=full, said=said,
        cohort=cohort, runs_cohorts=bool(cohorts), cohort_said=_cohort_words(cohort, bool(cohorts)),
        register=queries.chooses_by_letters(current(), group_facts(group)),
        clashes=len({one.wanted.key for one in service.preview(group, enrolment.person_id, dates)}),
        others=[one for one in queries.members(current(), group) if one.state == EnrolmentState.REQUESTED and one is not enrolment],
    )  # fmt: skip


def _cohort_words(cohort: Cohort | None, runs_cohorts: bool) -> str:
    if cohort is not None:
        return cohort_words(cohort.span, cohort.today, cohort.timezone)
    return _("Nobody gets into a cohort of this group now.") if runs_cohorts else ""


@blueprint.post("/enrolments/<uid>/answer")
@requires(Permission.ENROL_OTHERS)
def answer(uid: str) -> Response | str | tuple[str, int]:
    """Say yes or no to somebody who asked to join, with another idea where there is one."""
    enrolment, since = queries.get_enrolment(current(), uid), clock.now()
    group, name = enrolment.group, called(enrolment)
    if request.form.get("answer") == "yes":
        if not _say_yes(enrolment, name):
            return redirect(url_for("enrolment.answering", uid=uid), 303)
    elif request.form.get("answer") == RequestAnswer.NEXT:
        service.wait_for_next_cohort(current(), enrolment)
        flash(_("%(name)s has a place on the list for the next cohort.", name=name))
    else:
        form = AnswerForm()
        idea = _idea(enrolment, form)
        try:
            service.decline_request(current(), enrolment, form.reason.data or "", idea)
        except DomainError as refused:
            db.session.rollback()
            form[refused.field or "words"].errors = [refused.message]
            return _page(enrolment, form), 422
        if enrolment.state in LIVE:
            flash(_("Somebody else said yes before: %(name)s is in, or waits.", name=name), "warn")
        else:
            words = _("%(name)s is not asking any more.", name=name)
            tell(words, undo=url_for("enrolment.undo_removal", uid=enrolment.uid))
    if words := words_of_told(group, since):
        flash(words)
    return redirect(url_for("enrolment.roster", uid=group.uid), 303)


def _said_yes(outcome: service.JoinOutcome, name: str) -> str:
    if any(
        isinstance(one, service.Offered) and one.enrolment is outcome.enrolment for one in outcome.happened
    ):
        return _("A seat is kept for %(name)s, and they are asked for it.", name=name)
    waits = isinstance(outcome.answer, Waitlisted)
    return _("%(name)s is on the waiting list.", name=name) if waits else _("%(name)s is in.", name=name)


def _idea(enrolment: Enrolment, form: AnswerForm) -> service.OtherIdea | None:
    """The other idea that was chosen; None for a plain no. Raises NotFound for a group that nobody was offered."""
    if form.answer.data != "idea":
        return None
    chosen = form.idea.data or ""
    group = next((one for one in queries.other_ideas(enrolment) if one.uid == chosen), None)
    if chosen and group is None:
        raise NotFound
    return service.OtherIdea(group, form.words.data or "")


def _say_yes(enrolment: Enrolment, name: str) -> bool:
    """Say yes. False where something stands in the way of it: it is said, and the request stays."""
    proposed, group = enrolment.is_proposal, enrolment.group
    beside = queries.beside_joined(current(), group, None, clock.now()) if proposed else None
    try:
        outcome = service.accept_request(current(), enrolment)
    except service.AskSupervisor:
        raise
    except Conflict as refused:
        if refused.code == RefusalReason.COHORT_CLOSED:
            db.session.rollback()
            flash(
                f"{refused} " + _("You can give %(name)s a place on the list for the next one.", name=name),
                "warn",
            )
            return False
        db.session.rollback()
        gone = refused.code == "not-asking"
        words = _(
            "%(name)s is not asking any more: they took it back, or it was answered. Nothing has changed.",
            name=name,
        )
        flash(words if gone else f"{refused.message} " + _("Nothing has changed."), "warn")
        return gone
    name = called(enrolment)
    flash(_said_yes(outcome, name))
    if (
        service.note_beside(current(), enrolment.person, group, beside, ShownAt.BY_STAFF)
        and beside is not None
    ):
        flash(tell_of_secular(beside.group.title))
    return True
