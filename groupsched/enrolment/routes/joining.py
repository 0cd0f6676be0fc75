"""Joining: a plain form that leads on to one's own page of the group."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.core.i18n import _, ngettext
from groupsched.enrolment import queries, service
from groupsched.enrolment.forms import JoinForm
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import asks_first, blueprint, myself, own_group, say, tell
from groupsched.enrolment.routes.leaving import TAKES_BACK, say_given_up
from groupsched.enrolment.routes.pages import show
from groupsched.enrolment.routes.question import question_sent
from groupsched.enrolment.routes.undoing import ASKED
from groupsched.enrolment.rules import Admitted, EnrolmentMode, EnrolmentState, JoinWish, ShownAt
from groupsched.enrolment.service import JoinOutcome
from groupsched.schedule.models import Occurrence


@blueprint.post("/sessions/<uid>/join")
@requires(Permission.ENROL_SELF)
def join(uid: str) -> Response | tuple[str, int]:
    """Take a seat on every date or on some, wait, or ask; then one's own page of the group."""
    group = own_group(uid)
    form = JoinForm()
    date = queries.date_of(group, form.date.data) if form.date.data else None
    if not form.validate():
        return show(group, date, form), 422
    dates = _dates(group, form, date)
    if form.what.data != JoinWish.WHOLE and not dates:
        form.dates.errors = [_("Choose at least one date.")]
        return show(group, date, form), 422
    said = question_sent(group)
    if said is not None and said.comes_back:
        return show(group, date, form), 200
    before = queries.live_of(group.id, current().person or 0)
    beside = queries.beside_joined(current(), group, date, clock.now())
    try:
        outcome = service.enrol(
            current(), group, myself(), mode=EnrolmentMode.WHOLE if form.what.data == JoinWish.WHOLE else EnrolmentMode.DATES, occurrences=dates,
            accept_clash=form.accept_clash.data, wait=form.wait.data, pool=form.way(),
        )  # fmt: skip
    except Conflict as refused:
        # What comes of it may be a redirect, and that would commit what was done before the refusal.
        db.session.rollback()
        return _refused(uid, form, refused)
    if said is not None:
        service.say_with_request(current(), outcome.enrolment, said.version, said.given)
    service.note_beside(current(), myself(), group, beside, ShownAt.JOINING)
    say(outcome.answer, _way_back(uid, before, outcome))
    return redirect(url_for("enrolment.mine", uid=uid), 303)


def _way_back(uid: str, before: Enrolment | None, outcome: JoinOutcome) -> dict[str, Any]:
    """The form that takes it back: a first join by leaving, what was joined besides by itself."""
    if before is None:
        to_group = {"next": url_for("enrolment.group_page", uid=uid), TAKES_BACK: "y"}
        return {"undo": url_for("enrolment.leave", uid=uid), "fields": to_group}
    undo = {"undo": url_for("enrolment.undo", uid=before.uid)}
    if outcome.enrolment.state == EnrolmentState.REQUESTED and outcome.enrolment.undo_until:
        return undo | {"fields": {ASKED: "y"}}
    return undo if any(one.until for one in outcome.happened) else {}


def _dates(group: Group, form: JoinForm, date: Occurrence | None) -> list[Occurrence]:
    """The dates that are meant; a date that is none of the group's is not found."""
    match form.what.data:
        case JoinWish.DATE:
            return [date] if date else []
        case JoinWish.DATES:
            return [queries.date_of(group, when) for when in form.dates.data[:400]]
        case JoinWish.FREE:
            return [one for one in queries.dates_ahead(group) if one.seats.free_in(form.way()) != 0]
        case JoinWish.NO_CLASH:
            ahead = queries.dates_ahead(group)
            clash = {one.wanted.key for one in service.preview(group, current().person, ahead)}
            return [one for one in ahead if one.id not in clash]
        case _:
            return []


def _refused(uid: str, form: JoinForm, refused: Conflict) -> Response | tuple[str, int]:
    """The page again with what stands in the way. A lost race goes on by a redirect: no write lock while a page is drawn."""
    if refused.code == "full":
        return redirect(url_for("enrolment.gone", uid=uid, **form.as_asked()), 303)
    group = own_group(uid)
    date = queries.date_of(group, form.date.data) if form.date.data else None
    return show(group, date, form, problem=refused.message), refused.status


@blueprint.post("/sessions/<uid>/free-dates")
@requires(Permission.ENROL_SELF)
def take_free_dates(uid: str) -> Response:
    """Take the free dates of a group for all of which one waits, and wait for each of the others by itself."""
    group = own_group(uid)
    live = queries.live_of(group.id, current().person or 0)
    try:
        if live is None:
            raise NotFound
        had = service.take_free_dates(current(), live)
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
    else:
        words = ngettext(
            "You have %(num)s date, and wait for each of the others.",
            "You have %(num)s dates, and wait for each of the others.",
            had,
        )
        tell(words)
    return redirect(url_for("enrolment.mine", uid=uid), 303)


@blueprint.post("/sessions/<uid>/proposal")
@requires(Permission.ENROL_SELF)
def answer_proposal(uid: str) -> Response:
    """Yes or no thanks to a group for which one was proposed; where that is answered already, one's own page says so. What stands
    in the way of a yes is said there, and the proposal stays."""
    group = own_group(uid)
    live = queries.live_of(group.id, current().person or 0)
    if live is None or not live.is_proposal:
        return redirect(url_for("enrolment.mine", uid=uid), 303)
    if request.form.get("answer") != "yes":
        title = group.title
        service.decline_request(current(), live)
        undo = {"undo": url_for("enrolment.undo", uid=live.uid)}
        tell(_("You are not in %(title)s. Nobody asks why.", title=title), **undo)
        return redirect(url_for("home.my"), 303)
    beside = queries.beside_joined(current(), group, queries.first_proposed(live), clock.now())
    try:
        outcome = service.accept_request(current(), live)
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
        return redirect(url_for("enrolment.group_page", uid=uid), 303)
    service.note_beside(current(), myself(), group, beside, ShownAt.PROPOSED)
    say(outcome.answer, {} if asks_first(live) else _way_back(uid, None, outcome))
    return redirect(url_for("enrolment.mine", uid=uid), 303)


@blueprint.post("/occurrences/<uid>/switch")
@requires(Permission.ENROL_SELF)
def switch(uid: str) -> Response:
    """Come to this date instead of what one has at the same time; without a free seat here the old one stays."""
    occurrence = queries.own_occurrence(current(), uid)
    group_uid, when = occurrence.group.uid, occurrence.original_local
    try:
        instead = service.switch(current(), occurrence, myself())
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
        return redirect(url_for("enrolment.date_page", uid=group_uid, when=when), 303)
    gone = any(one.seats.free == 0 for one in instead)
    old = queries.live_of(instead[0].group_id, current().person or 0) if instead and not gone else None
    say(Admitted(), {"undo": url_for("enrolment.undo", uid=old.uid)} if old else {})
    for one in instead:
        say_given_up(one, back=gone)
    return redirect(url_for("enrolment.mine", uid=group_uid), 303)


@blueprint.get("/sessions/<uid>/gone")
@requires(Permission.ENROL_SELF)
def gone(uid: str) -> str:
    """The last seat just went: the line, and two sessions like it; what was chosen is still chosen."""
    group = own_group(uid)
    form = JoinForm(formdata=request.args, meta={"csrf": False})
    date = queries.date_of(group, form.date.data) if form.date.data else None
    like = date or next(iter(queries.dates_ahead(group)), None)
    others = queries.similar(current(), like, clock.now()) if like else []
    return show(
        group,
        date,
        form,
        gone=_("The last seat just went. You can wait for one, or look at two others like it."),
        others=others,
    )
