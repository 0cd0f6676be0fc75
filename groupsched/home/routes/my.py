"""A person's own week: what comes next, the seven days, their groups and places in line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.attendance.queries import OwnMark, door_code_of, own_marks
from groupsched.attendance.rules import AttendanceStatus
from groupsched.attendance.words import status_words
from groupsched.care.queries import TrialProgress, call_under_way, next_reflection, trial_progress
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.filters import local, relative_day
from groupsched.core.i18n import _, ngettext
from groupsched.enrolment import queries
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import DateStanding
from groupsched.enrolment.rules import (
    MOST_ALONE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    StandingState,
)
from groupsched.enrolment.service import see_moved_up
from groupsched.home.routes.blueprint import blueprint
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

WEEK = timedelta(days=7)
FAR = timedelta(days=120)
PAST = 12
MARKS = 40  # more than a week holds


@dataclass(frozen=True)
class StripDay:
    """One day of the strip with a dot for each date: on (been), next, plan."""

    day: date
    today: bool
    dots: list[str]


@blueprint.get("/my")
@requires(Permission.RECORD_READ_OWN)
def my() -> str:
    """My week."""
    identity, program = current(), current_program(current())
    if not isinstance(identity, Member) or program is None:
        raise NotFound
    now, zone = clock.now(), program.timezone
    groups = queries.live_enrolments(identity.person_id)
    since = min([_monday(now, zone), *(one.moved_up_at for one in groups if one.moved_up_at)])
    sunday_ends, next_ends = _monday(now, zone, 1), _monday(now, zone, 2)
    dates = queries.own_dates(identity.person_id, since, now + FAR, given_up=True)
    where = queries.standings(identity.person_id, dates, groups)
    dates = queries.in_own_slots(identity.person_id, dates)
    following = _following(dates, where, now)
    next_week = [one for one in dates if sunday_ends <= one.start < next_ends]
    marks, proposed = own_marks(identity.person_id, now, MARKS), [one for one in groups if one.is_proposal]
    offers = queries.offers_to(identity.person_id, now) if _waits(groups) else []
    asked_for = {(one.enrolment_id, one.occurrence_id) for one in offers}
    return render_template(
        "home/my.html",
        person=db.session.get_one(Person, identity.person_id),
        door_code=door_code_of(identity.person_id) if program.self_sign_in else None,
        greeting=_greeting(local(now, zone).hour),
        zone=zone,
        call=call_under_way(identity.person_id),
        following=following,
        rooms={one.id: queries.room_of(one, where.get(one.id)) for one in dates},
        ways={key: one.pool for key, one in where.items()},
        unsaid=[
            one
            for one in groups
            if one.group.has_pools and one.pool is None and one.state == EnrolmentState.ACTIVE
        ],
        running=following is not None and following.start <= now,
        reflection=next_reflection(identity.person_id, now),
        trying=_trying(identity.person_id, groups, now),
        now=now,
        soon=_soon(following, now, zone) if following else "",
        strip=_strip(dates, where, following, _been(marks), now, zone),
        this_week=[(one, where.get(one.id)) for one in dates if one.end > now and one.start < sunday_ends],
        next_week=[(one, where.get(one.id)) for one in next_week],
        planned=sum(_planned(one, where) for one in next_week),
        at_once=_at_once([one for one in dates if now < one.end and one.start < next_ends], where),
        inside=[one for one in groups if one.state == EnrolmentState.ACTIVE],
        last_dates=_last_dates(groups, dates, now),
        guests=queries.guests_in_my_week(identity.person_id, now),
        offers=offers,
        news=list(queries.moved_up(groups, dates, now)),
        until=int(now.timestamp()) + 1,
        adds_only=_adds_only(identity.person_id, dates, where, now),
        undoable=queries.undoable(groups, identity.person_id, now),
        asked=[one for one in groups if one.state == EnrolmentState.REQUESTED and not one.is_proposal],
        declined=queries.declined(identity.person_id, now),
        proposed=proposed,
        secular=queries.beside_proposed(identity, proposed, now),
        lines=[line for line in queries.own_lines(groups, now) if _line_key(line) not in asked_for],
        free=queries.free_now(groups),
        past=_past(marks, now),
    )


def _last_dates(groups: Sequence[Enrolment], dates: Sequence[Occurrence], now: datetime) -> frozenset[int]:
    """The last dates of the cohorts that somebody is in, as far as they are among these dates."""
    found = []
    for one in groups:
        if one.until_start is not None and one.until_start < now + FAR:
            own = [o for o in dates if o.group_id == one.group_id and o.status == OccurrenceStatus.SCHEDULED]
            found += [own[-1].id] if own else []
    return frozenset(found)


def _line_key(line: tuple[Enrolment, Occurrence | None, int]) -> tuple[int, int | None]:
    enrolment, date, _place = line
    return enrolment.id, date.id if date is not None else None


def _trying(person_id: int, groups: Sequence[Enrolment], now: datetime) -> TrialProgress | None:
    """Three kinds that somebody tries, or is asked about; of who has no single dates that is not asked."""
    by_dates = any(one.mode == EnrolmentMode.DATES for one in groups)
    progress = trial_progress(person_id, now) if by_dates else None
    return progress if progress is not None and progress.asks else None


def _adds_only(
    person_id: int, dates: Sequence[Occurrence], where: dict[int, DateStanding], now: datetime
) -> bool:
    """Whether somebody has several dates that add to other care and nothing to which they are added, and no clinician confirmed it."""
    ahead = [one for one in dates if one.end > now and not one.external and _planned(one, where)]
    alone = len(ahead) > MOST_ALONE and all(one.group.modality.complementary for one in ahead)
    return alone and queries.confirmation_of(person_id) is None


def _waits(groups: Sequence[Enrolment]) -> bool:
    """Whether somebody stands in any line where people are asked first."""
    return any(
        one.group.line_mode is not LineMode.AT_ONCE
        and (
            one.state == EnrolmentState.WAITLISTED
            or any(seat.state == DateSeatState.WAITING for seat in one.date_seats)
        )
        for one in groups
    )


@blueprint.post("/my/seen")
@requires(Permission.RECORD_READ_OWN)
def seen() -> Response:
    """The person has seen that places came free, as their week said up to `until`, in seconds since 1970."""
    identity, until = current(), request.form.get("until", "")
    if isinstance(identity, Member) and re.fullmatch(r"[0-9]{1,10}", until):
        see_moved_up(identity, datetime.fromtimestamp(int(until), UTC))
    return redirect(url_for("home.my"), 303)


def _monday(now: datetime, zone: str, weeks: int = 0) -> datetime:
    """The beginning of the week of a moment, or of one so many weeks later, by the clocks of a zone."""
    today = local(now, zone).date()
    monday = today - timedelta(days=today.weekday()) + weeks * WEEK
    return datetime.combine(monday, time(), ZoneInfo(zone)).astimezone(now.tzinfo)


def _following(
    dates: Sequence[Occurrence], where: dict[int, DateStanding], now: datetime
) -> Occurrence | None:
    """The date that runs or comes next, of those with a seat."""
    return next((one for one in dates if one.end > now and _planned(one, where)), None)


def _soon(following: Occurrence, now: datetime, zone: str) -> str:
    minutes = int((following.start - now).total_seconds() // 60)
    if minutes < 0:
        return _("Now")
    if minutes < 60:
        return ngettext("In %(num)s minute", "In %(num)s minutes", max(1, minutes))
    return relative_day(following.start, zone)


def _strip(
    dates: Sequence[Occurrence],
    where: dict[int, DateStanding],
    following: Occurrence | None,
    been: set[int],
    now: datetime,
    zone: str,
) -> list[StripDay]:
    first = local(_monday(now, zone), zone).date()
    week = [(local(one.start, zone).date(), one) for one in dates]
    days = [first + timedelta(days=n) for n in range(7)]
    dots = {day: [_dot(one, where, following, been, now) for on, one in week if on == day] for day in days}
    today = local(now, zone).date()
    return [StripDay(day, day == today, [dot for dot in dots[day] if dot]) for day in days]


def _dot(
    one: Occurrence,
    where: dict[int, DateStanding],
    following: Occurrence | None,
    been: set[int],
    now: datetime,
) -> str:
    if one.id in been:
        return "on"
    if one == following:
        return "next"
    return "plan" if one.end > now and _planned(one, where) else ""


def _planned(one: Occurrence, where: dict[int, DateStanding]) -> bool:
    """Whether a date takes place and the person has a seat on it that they did not give back; one of others needs no seat."""
    standing = where.get(one.id)
    seated = one.external or (standing is not None and standing.state == StandingState.ACTIVE)
    return one.status == OccurrenceStatus.SCHEDULED and seated


def _at_once(dates: Sequence[Occurrence], where: dict[int, DateStanding]) -> dict[int, list[str]]:
    """What else the person has at the same time, by date."""
    ours = [one for one in dates if _planned(one, where)]
    return {
        one.id: [two.title for two in ours if two != one and two.start < one.end and one.start < two.end]
        for one in ours
    }


def _past(marks: Sequence[OwnMark], now: datetime) -> list[tuple[Occurrence, str]]:
    """The last dates that are over, each with the word that stands on its sheet."""
    over = [one for one in marks if one.occurrence.end <= now]
    return [(one.occurrence, status_words(one.status)) for one in over[:PAST]]


def _been(marks: Sequence[OwnMark]) -> set[int]:
    """The dates a person was at, as their sheets say."""
    return {one.occurrence.id for one in marks if one.status is AttendanceStatus.PRESENT}


def _greeting(hour: int) -> str:
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 17 else _("Good evening")
