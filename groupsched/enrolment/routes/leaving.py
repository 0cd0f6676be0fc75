"""Leaving a group, giving back one date, and taking either back: plain forms that lead on to a page."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.queries import is_public
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.asking import goes_on, would_give_away
from groupsched.enrolment.routes.blueprint import (
    asks_first,
    blueprint,
    myself,
    onward,
    say,
    tell,
    way_back_of,
)
from groupsched.enrolment.routes.pages import ahead_of
from groupsched.enrolment.rules import (
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    EntryMode,
    JoinWish,
    Waitlisted,
)
from groupsched.schedule.models import Occurrence

MOST_IN_A_FORM = 12
# Sent by the undo beside "Your seat is kept.": who taps that takes a step back, and did not mean to leave.
TAKES_BACK = "takes_back"


@blueprint.post("/sessions/<uid>/leave")
@requires(Permission.ENROL_SELF)
def leave(uid: str) -> Response:
    """Leave the group, its line, or take a request back; asked before where there is no way back, or the seat goes at once."""
    group = queries.get_own_group(current(), uid, ever=True)
    live = queries.live_of(group.id, current().person or 0)
    if live is not None and _got_a_seat(live):
        tell(_("Meanwhile a seat came free: you’re in. Nothing was given back."), "warn")
        return redirect(url_for("enrolment.mine", uid=uid), 303)
    asks = live is not None and not request.form.get("sure") and (asks_first(live) or would_give_away(live))
    if asks:
        return redirect(url_for("enrolment.ask_to_leave", uid=uid), 303)
    if live is not None:
        was = live.state
        given_away = service.seat_gone(service.leave(current(), live))
        if TAKES_BACK in request.form and was == EnrolmentState.ACTIVE and not given_away:
            tell(_("Undone. With %(title)s, all is as it was.", title=live.group.title))
        else:
            _say_left(live, was, given_away=given_away)
    return redirect(onward(), 303)


def _got_a_seat(live: Enrolment) -> bool:
    """Whether the page on which somebody left a line, or took a request back, was drawn before they had a seat."""
    shown = request.form.get("was")
    return live.state == EnrolmentState.ACTIVE and shown in (
        EnrolmentState.WAITLISTED,
        EnrolmentState.REQUESTED,
    )


def _say_left(enrolment: Enrolment, was: EnrolmentState, *, given_away: bool) -> None:
    """Which group was left, and the way back: undoing it, or the line where a seat has gone."""
    title = enrolment.group.title
    if was == EnrolmentState.REQUESTED:
        words = _("Your request to join %(title)s is taken back.", title=title)
    elif was != EnrolmentState.ACTIVE:
        words = _("You no longer wait for %(title)s.", title=title)
    elif given_away:
        words = _("You left %(title)s. Your seat went to the next person who waited.", title=title)
    elif way_back_of(enrolment.group) is EntryMode.WALK_IN:
        words = _("You left %(title)s. You can come back.", title=title)
    else:
        words = _("You left %(title)s.", title=title)
    if was == EnrolmentState.ACTIVE and given_away:
        tell(words, **rejoin(enrolment, _("Put me on the waiting list")))
    else:
        tell(words, **_undo(enrolment))


def _undo(enrolment: Enrolment) -> dict[str, Any]:
    return {"undo": url_for("enrolment.undo", uid=enrolment.uid)}


def rejoin(enrolment: Enrolment, label: str) -> dict[str, Any]:
    """The form that joins again what was left, where a person may do that by themselves."""
    if way_back_of(enrolment.group) is not EntryMode.WALK_IN:
        return {}
    fields: dict[str, Any] = {"what": JoinWish.WHOLE, "wait": "1", "accept_clash": "y"}
    if enrolment.mode == EnrolmentMode.DATES:
        wanted = (DateSeatState.HELD, DateSeatState.WAITING)
        dates = [one.occurrence for one in enrolment.date_seats if one.left_as in wanted]
        chosen = [one.original_local for one in ahead_of(dates)]
        if not 0 < len(chosen) <= MOST_IN_A_FORM:
            return {}
        fields |= {"what": JoinWish.DATES, "dates": chosen}
    return {"undo": url_for("enrolment.join", uid=enrolment.group.uid), "label": label, "fields": fields}


@blueprint.post("/occurrences/<uid>/cannot-come")
@requires(Permission.ENROL_SELF)
def cannot_come(uid: str) -> Response:
    """Give back the seat of one date, or the place in its line; asked before where the seat goes on at once."""
    occurrence = queries.own_occurrence(current(), uid)
    full = occurrence.seats.free == 0
    if full and not request.form.get("sure") and goes_on(occurrence):
        return redirect(url_for("enrolment.ask_to_give_up", uid=uid, next=onward()), 303)
    happened = service.cannot_come(current(), occurrence, myself())
    enrolment = happened[0].enrolment if happened else None
    if enrolment is not None and enrolment.undo_until:
        tell(_("You no longer wait for %(title)s, %(when)s.", **_named(occurrence)), **_undo(enrolment))
    else:
        say_given_up(occurrence)
    over = enrolment is not None and enrolment.state not in LIVE and not is_public(enrolment.group)
    return redirect(url_for("home.my") if over else onward(), 303)


def say_given_up(occurrence: Occurrence, *, back: bool = True) -> None:
    """Where the seat is now, and the way back to it, if that is not said otherwise (`back`)."""
    gone = occurrence.seats.free == 0
    if gone and occurrence.id in queries.keeping([occurrence.id], clock.now()):
        gone, minutes = False, int(service.UNDO_FOR.total_seconds() // 60)
        words = _(
            "Thank you for telling us. Your seat in %(title)s, %(when)s, is offered to who waits, in %(count)s minutes. "
            "Until then you can take it back.",
            count=minutes,
            **_named(occurrence),
        )
    elif gone:
        words = _("Thank you for telling us. Your seat in %(title)s, %(when)s, went to the next person who waited.",
                  **_named(occurrence))  # fmt: skip
    else:
        words = _("Thank you for telling us. Your seat in %(title)s, %(when)s, is free for someone else.",
                  **_named(occurrence))  # fmt: skip
    tell(words, **(come_again(occurrence, gone=gone) if back else {}))


def come_again(occurrence: Occurrence, *, gone: bool) -> dict[str, Any]:
    """The form that takes a given-up date again, or its line where the seat is gone."""
    undo = url_for("enrolment.can_come", uid=occurrence.uid)
    label = _("Put me back on the list") if gone else _("I can come after all")
    return {"undo": undo, "label": label, "fields": {"next": onward()}}


def _named(occurrence: Occurrence) -> dict[str, str]:
    start, zone = occurrence.start, occurrence.timezone
    when = f"{short_day(start, zone)}, {clock_time(start, zone)}"
    return {"title": occurrence.title, "when": when}


@blueprint.post("/occurrences/<uid>/can-come")
@requires(Permission.ENROL_SELF)
def can_come(uid: str) -> Response:
    """Come to a date after all; what stands in the way is said on the page where one was."""
    occurrence = queries.own_occurrence(current(), uid)
    try:
        answer = service.can_come_again(current(), occurrence, myself())
    except Conflict as refused:
        db.session.rollback()
        tell(refused.message, "warn")
        return redirect(onward(), 303)
    if isinstance(answer, Waitlisted):
        say(answer)
    else:
        tell(_("Good. You have your seat again."))
    return redirect(onward(), 303)
