"""Three kinds in two weeks: begin, see how far one is, another day, stop; by oneself, or by staff with the person."""

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.care import queries, service
from groupsched.care.queries import TrialProgress
from groupsched.care.routes.blueprint import blueprint
from groupsched.care.routes.trial_beside import note_all, secular_beside
from groupsched.care.routes.trial_choosing import asked_for, choose_page
from groupsched.care.routes.trial_pages import (
    UID,
    Trier,
    going_page,
    myself,
    other_day_page,
    progress_of,
    with_person,
)
from groupsched.care.rules import TrialState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line

AGAIN = "again"
"""With this in the address, three others are chosen while the last three are still told."""


@blueprint.get("/my/try-three")
@requires(Permission.ENROL_SELF)
def trial() -> str:
    """How far one is with three kinds, or the choice of them."""
    return _page(myself())


@blueprint.post("/my/try-three")
@requires(Permission.ENROL_SELF)
def begin_trial() -> Response:
    """A seat on three dates."""
    return _begin(myself())


@blueprint.get("/my/try-three/<date>")
@requires(Permission.ENROL_SELF)
def other_day(date: str) -> str:
    """Another day, or another kind, for one of the three."""
    return _other_day(myself(), date)


@blueprint.post("/my/try-three/<date>")
@requires(Permission.ENROL_SELF)
def change_day(date: str) -> Response:
    """Come on another day."""
    return _change(myself(), date)


@blueprint.post("/my/try-three/stop")
@requires(Permission.ENROL_SELF)
def stop_trial() -> Response:
    """Stop trying for now."""
    return _stop(myself())


@blueprint.get("/people/<uid>/try-three")
@requires(Permission.ENROL_OTHERS)
def their_trial(uid: str) -> str:
    """The same for staff, with the person."""
    return _page(with_person(uid))


@blueprint.post("/people/<uid>/try-three")
@requires(Permission.ENROL_OTHERS)
def their_begin_trial(uid: str) -> Response:
    """A seat on three dates for a person."""
    return _begin(with_person(uid))


@blueprint.get("/people/<uid>/try-three/<date>")
@requires(Permission.ENROL_OTHERS)
def their_other_day(uid: str, date: str) -> str:
    """Another day for one of the three of a person."""
    return _other_day(with_person(uid), date)


@blueprint.post("/people/<uid>/try-three/<date>")
@requires(Permission.ENROL_OTHERS)
def their_change_day(uid: str, date: str) -> Response:
    """Move one of the three of a person."""
    return _change(with_person(uid), date)


@blueprint.post("/people/<uid>/try-three/stop")
@requires(Permission.ENROL_OTHERS)
def their_stop_trial(uid: str) -> Response:
    """Stop it for a person."""
    return _stop(with_person(uid))


def _page(trier: Trier) -> str:
    progress = progress_of(trier)
    over = progress is None or progress.state is TrialState.OVER
    again = AGAIN in request.args and progress is not None and progress.state is not TrialState.GOING
    if progress is None or over or again:
        return choose_page(trier, again=again)
    return going_page(trier, progress)


def _begin(trier: Trier) -> Response:
    chosen, uid, again = asked_for().dates, trier.person.uid, AGAIN in request.form
    beside = secular_beside(queries.dates_to_try(current(), trier.person, clock.now()).shown_of(chosen))
    try:
        service.begin_trial(current(), trier.person, chosen)
    except DomainError as refused:
        if isinstance(refused, NotFound):
            raise
        # What was read before belongs to what is taken back.
        db.session.rollback()
        back = with_person(uid) if trier.with_them else myself()
        return make_response(choose_page(back, refused.message, again=again), refused.status)
    note_all(trier.person, beside)
    words = _("Three dates are yours. Each can be given back with one tap.")
    flash({"words": words, "undo": trier.url("stop_trial")})  # type: ignore[arg-type]
    return redirect(trier.url("trial"), 303)  # type: ignore[return-value]


def _other_day(trier: Trier, date: str) -> str:
    return other_day_page(trier, _progress(trier), clean_line(date, UID))


def _change(trier: Trier, date: str) -> Response:
    person, old, chosen = trier.person, clean_line(date, UID), clean_line(request.form.get("date", ""), UID)
    uid = person.uid
    beside = secular_beside(queries.dates_to_try(current(), person, clock.now()).shown_of([chosen]))
    try:
        row = service.change_day(current(), person, old, chosen)
    except DomainError as refused:
        if isinstance(refused, NotFound):
            raise
        db.session.rollback()
        back = with_person(uid) if trier.with_them else myself()
        return make_response(other_day_page(back, _progress(back), old, refused.message), refused.status)
    note_all(person, beside)
    when = row.occurrence
    words = _(
        "A seat is kept: %(title)s, %(day)s, %(time)s.",
        title=when.title,
        day=short_day(when.start, when.timezone),
        time=clock_time(when.start, when.timezone),
    )
    flash(words)
    return redirect(trier.url("trial"), 303)  # type: ignore[return-value]


def _progress(trier: Trier) -> TrialProgress:
    found = progress_of(trier)
    if found is None:
        raise NotFound
    return found


def _stop(trier: Trier) -> Response:
    progress_of(trier)
    given_back = service.stop_trial(current(), trier.person)
    words = ngettext(
        "%(num)d seat is given back. You can begin again at any time.",
        "%(num)d seats are given back. You can begin again at any time.",
        len(given_back),
    )
    flash(words if given_back else _("You stopped for now. You can begin again at any time."))
    to = url_for("register.person", uid=trier.person.uid) if trier.with_them else url_for("home.my")
    return redirect(to, 303)  # type: ignore[return-value]
