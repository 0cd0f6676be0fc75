"""What is said before something is given up that cannot be had again by oneself, or that somebody else gets at once."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core import clock
from groupsched.core.events import ask
from groupsched.enrolment import queries, service
from groupsched.enrolment.events import MeetingsOf
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.routes.blueprint import (
    asks_first,
    blueprint,
    entry_to,
    onward,
    own_group,
    way_back_of,
)
from groupsched.enrolment.routes.pages import ahead_of
from groupsched.enrolment.rules import EnrolmentState, EntryMode, StandingState
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming


@blueprint.get("/sessions/<uid>/leave")
@requires(Permission.ENROL_SELF)
def ask_to_leave(uid: str) -> str | Response:
    """What leaving means, said before, where one cannot come back by oneself or the seat goes to somebody else at once."""
    group, now = own_group(uid), clock.now()
    live = queries.live_of(group.id, current().person or 0)
    if live is None:
        return redirect(url_for("enrolment.mine", uid=uid), 303)
    waiting, at_once = service.line_behind_all(live)
    if not asks_first(live) and not at_once:
        return redirect(url_for("enrolment.mine", uid=uid), 303)
    dates = ahead_of(coming(group, now, None))
    where = {key: one.state for key, one in queries.standings(live.person_id, dates).items()}
    following = queries.next_course(group, live.person_id, now)
    return render_template(
        "enrolment/leave.html", group=group, was=live.state, is_final=asks_first(live), waiting=waiting, at_once=at_once,
        next_date=next((one for one in dates if where.get(one.id) == StandingState.ACTIVE), None),
        waits=live.state == EnrolmentState.WAITLISTED, asks_again=way_back_of(group) is EntryMode.ASK,
        leaders=[one.person.first_name for one in group.facilitators], run=queries.progress_of(group, now),
        following=following, asks_to_follow=following is not None and entry_to(following.group) is EntryMode.ASK, meetings=sum(ask(MeetingsOf(live.person_id, group.id))),
        minutes=int(service.UNDO_FOR.total_seconds() // 60),
    )  # fmt: skip


def would_give_away(live: Enrolment) -> bool:
    """Whether a seat of this would go to the line at once, if the person left."""
    return service.line_behind_all(live)[1]


@blueprint.get("/occurrences/<uid>/cannot-come")
@requires(Permission.ENROL_SELF)
def ask_to_give_up(uid: str) -> str | Response:
    """That a seat would go to somebody else at once, said before it is given back."""
    occurrence = queries.own_occurrence(current(), uid)
    onward_to = onward()
    if not goes_on(occurrence):
        return redirect(onward_to, 303)
    waiting = service.line_behind(occurrence)[0]
    return render_template(
        "enrolment/cannot_come.html",
        one=occurrence,
        group=occurrence.group,
        waiting=waiting,
        next=onward_to,
        minutes=int(service.UNDO_FOR.total_seconds() // 60),
    )


def goes_on(occurrence: Occurrence) -> bool:
    """Whether one's seat on this date would go to the line at once."""
    where = queries.standings(current().person, [occurrence]).get(occurrence.id)
    seated = where is not None and where.state == StandingState.ACTIVE
    return seated and service.would_move_up(occurrence)
