"""Joining, leaving, giving back: plain forms that lead on to a page."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.rules import local_path
from groupsched.catalog.models import Group
from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import JoinForm
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import blueprint, myself
from groupsched.enrolment.routes.pages import show
from groupsched.enrolment.rules import (
    Admitted,
    EnrolmentMode,
    EnrolmentState,
    JoinWish,
    Waitlisted,
    seats_free,
)
from groupsched.schedule.models import Occurrence


@blueprint.post("/sessions/<uid>/join")
@requires(Permission.ENROL_SELF)
def join(uid: str) -> Response | tuple[str, int]:
    """Take a seat on every date or on some, wait, or ask; then one's own page of the group."""
    group = queries.get_own_group(current(), uid)
    form = JoinForm()
    date = queries.date_of(group, form.date.data) if form.date.data else None
    if not form.validate():
        return show(group, date, form), 422
    dates = _dates(group, form, date)
    if form.what.data != JoinWish.WHOLE and not dates:
        form.dates.errors = [_("Choose at least one date.")]
        return show(group, date, form), 422
    before = queries.live_of(group.id, current().person or 0)
    try:
        outcome = service.enrol(
            current(), group, myself(), mode=EnrolmentMode.WHOLE if form.what.data == JoinWish.WHOLE else EnrolmentMode.DATES, occurrences=dates,
            accept_clash=form.accept_clash.data, wait=form.wait.data,
        )  # fmt: skip
    except Conflict as refused:
        # What comes of it may be a redirect, and that would commit what was done before the refusal.
        db.session.rollback()
        return _refused(uid, form, refused)
    _say(outcome.answer, {} if before else _undo("enrolment.leave", group.uid))
    return redirect(url_for("enrolment.mine", uid=uid), 303)


def _dates(group: Group, form: JoinForm, date: Occurrence | None) -> list[Occurrence]:
    """The dates that are meant; a date that is none of the group's is not found."""
    match form.what.data:
        case JoinWish.DATE:
            return [date] if date else []
        case JoinWish.DATES:
            return [queries.date_of(group, when) for when in form.dates.data[:400]]
        case JoinWish.FREE:
            return [one for one in queries.dates_ahead(group) if seats_free(one.capacity, one.taken) != 0]
        case _:
            return []


def _refused(uid: str, form: JoinForm, refused: Conflict) -> Response | tuple[str, int]:
    """The page again with what stands in the way. A lost race goes on by a redirect: no write lock while a page is drawn."""
    if refused.code == "full":
        return redirect(url_for("enrolment.gone", uid=uid, **form.as_asked()), 303)
    group = queries.get_own_group(current(), uid)
    date = queries.date_of(group, form.date.data) if form.date.data else None
    return show(group, date, form, problem=refused.message), refused.status


@blueprint.get("/sessions/<uid>/gone")
@requires(Permission.ENROL_SELF)
def gone(uid: str) -> str:
    """The last place just went: the line, and two sessions like it; what was chosen is still chosen."""
    group = queries.get_own_group(current(), uid)
    form = JoinForm(formdata=request.args, meta={"csrf": False})
    date = queries.date_of(group, form.date.data) if form.date.data else None
    like = date or next(iter(queries.dates_ahead(group)), None)
    others = queries.similar(current(), like, clock.now()) if like else []
    return show(
        group,
        date,
        form,
        gone=_("The last place just went. You can wait for one, or look at two others like it."),
        others=others,
    )


def _say(answer: object, undo: dict[str, object] | None = None) -> None:
    """What came of it, with the way back where it is a single step."""
    match answer:
        case Admitted():
            told = _("Your seat is kept.")
        case Waitlisted(position=position):
            told = _("You’re on the waiting list, number %(n)s", n=position)
        case _:
            told = _("You asked to join. A person answers you, by message and here.")
    flash({"words": told, **(undo or {})})  # type: ignore[arg-type]


def _undo(endpoint: str, uid: str, **fields: str) -> dict[str, object]:
    group = url_for("enrolment.group_page", uid=uid)
    return {"undo": url_for(endpoint, uid=uid), "fields": fields or {"next": group}}


@blueprint.post("/sessions/<uid>/leave")
@requires(Permission.ENROL_SELF)
def leave(uid: str) -> Response:
    """Leave the group, its line, or take a request back."""
    group = queries.get_own_group(current(), uid)
    live = queries.live_of(group.id, current().person or 0)
    if live is not None:
        told = _left(live)
        service.leave(current(), live)
        flash(told)  # type: ignore[arg-type]
    return redirect(_onward(), 303)


def _left(live: Enrolment) -> dict[str, object]:
    """What leaving says: which group, and the way back. A place in a line is given away and has none."""
    group = live.group
    if live.state == EnrolmentState.REQUESTED:
        return {"words": _("Your request to join %(title)s is taken back.", title=group.title)}
    if live.state != EnrolmentState.ACTIVE:
        return {"words": _("You no longer wait for %(title)s.", title=group.title)}
    told = {"words": _("You left %(title)s. You can come back.", title=group.title)}
    given_away = queries.line_length(group.id) > 0
    if live.mode != EnrolmentMode.WHOLE or given_away or group.access not in (Access.OPEN, Access.ENROL):
        return told
    return {**told, **_undo("enrolment.join", group.uid, what=JoinWish.WHOLE, accept_clash="y")}


@blueprint.post("/occurrences/<uid>/cannot-come")
@requires(Permission.ENROL_SELF)
def cannot_come(uid: str) -> Response:
    """Give back the seat of one date."""
    occurrence = queries.own_occurrence(current(), uid)
    service.cannot_come(current(), occurrence, myself())
    undo = url_for("enrolment.can_come", uid=uid)
    when = f"{short_day(occurrence.start, occurrence.timezone)}, {clock_time(occurrence.start, occurrence.timezone)}"
    told = _("Thank you for telling us. Your place in %(title)s, %(when)s, is free for someone else.",
             title=occurrence.group.title, when=when)  # fmt: skip
    flash({  # type: ignore[arg-type]
        "words": told, "undo": undo, "label": _("I can come after all"), "fields": {"next": _onward()}})  # fmt: skip
    return redirect(_onward(), 303)


@blueprint.post("/occurrences/<uid>/can-come")
@requires(Permission.ENROL_SELF)
def can_come(uid: str) -> Response:
    """Come to a date after all."""
    occurrence = queries.own_occurrence(current(), uid)
    answer = service.can_come_again(current(), occurrence, myself())
    if isinstance(answer, Waitlisted):
        _say(answer)
    else:
        flash(_("Good. You have your seat again."))
    return redirect(_onward(), 303)


def _onward() -> str:
    """Back to the page the form stood on, if it is one of ours; else to one's week."""
    return local_path(request.form.get("next")) or url_for("home.my")
