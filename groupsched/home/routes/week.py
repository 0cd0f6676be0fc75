"""The staff week: what takes place in which room, or led by whom, and a list that says the same."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Facts, Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts.service import keep_week_columns
from groupsched.attendance.queries import ensure_sheet_right
from groupsched.catalog.models import Place
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import AttendanceMode, PlaceMode
from groupsched.core import clock, regions
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.home.queries import week_dates
from groupsched.home.routes.blueprint import blueprint
from groupsched.home.routes.week_columns import (
    WeekColumn,
    WeekDate,
    chosen_columns,
    columns_of,
    meeting_of,
    shown_columns,
)
from groupsched.home.routes.week_days import WeekFrame, day_of
from groupsched.home.rules import (
    COLUMNS,
    WEEK,
    Meeting,
    WeekView,
    hours_shown,
    monday_of,
    overlapping,
    pages_of,
)
from groupsched.schedule.models import Occurrence, TimeOff
from groupsched.schedule.queries import (
    away_between,
    away_facts,
    closures_since,
    date_facts,
    hours_of,
    live_covers,
)
from groupsched.schedule.rules import OccurrenceStatus, overlaps
from groupsched.schedule.service import is_awaited

SHEET_AHEAD = timedelta(days=1)
"""So long before a date its sheet is of use."""


@blueprint.get("/week")
@requires(Permission.STAFF_PAGES)
def week() -> str:
    """A week by rooms or by people: seven of them side by side, the reader's own first, or those that they chose."""
    identity, zone = current(), _zone()
    today = clock.today(zone)
    monday = monday_of(request.args.get("day", ""), today)
    view = _view(request.args.get("by"))
    rows = week_dates(identity, monday)
    begin = datetime.combine(monday, time(), ZoneInfo(zone))
    dates = _seen(identity, rows, _off(rows, begin))
    columns, chosen = columns_of(identity, dates, view), chosen_columns(identity, view)
    standing = shown_columns(columns, chosen)
    page = max(1, min(request.args.get("page", 1, int), pages_of(len(standing))))
    shown = standing[(page - 1) * COLUMNS : page * COLUMNS]
    hours = hours_shown(one.meeting for one in dates)
    frame = _frame(identity, shown, hours, begin, zone)
    return render_template(
        "home/staff_week.html",
        zone=zone,
        today=today,
        monday=monday,
        sunday=monday + timedelta(WEEK - 1),
        before=monday - timedelta(WEEK),
        after=monday + timedelta(WEEK),
        this_monday=monday_of("", today),
        any_dates=bool(dates),
        sees_all=can(identity, Permission.GROUP_READ, Facts(program=identity.program_id)),
        view=view,
        columns=shown,
        to_choose=columns,
        standing=frozenset(one.key for one in standing),
        chosen=chosen,
        every_column=len(standing),
        page=page,
        pages=pages_of(len(standing)),
        first_column=(page - 1) * COLUMNS + 1,
        hours=hours,
        ends=[regions.clock(time(hour % 24)) for hour in hours],
        days=[day_of(monday + timedelta(n), dates, frame) for n in range(WEEK)],
        total=sum(not one.cancelled for one in dates),
        clashes=sum(one.room_twice or bool(one.leaders_twice) for one in dates),
        href=lambda day=monday, by=view, page=1: _href(day, by, page, today),
    )


@blueprint.post("/week/columns")
@requires(Permission.STAFF_PAGES)
def week_columns() -> Response:
    """Keep which rooms or people a reader wants side by side; nothing ticked, or all of them again: as it is by itself."""
    today = clock.today(_zone())
    view = _view(request.form.get("by"))
    keys = [] if request.form.get("all") else request.form.getlist("column")
    keep_week_columns(current(), view.value, keys)
    return redirect(_href(monday_of(request.form.get("day", ""), today), view, 1, today), 303)


def _view(asked: str | None) -> WeekView:
    return WeekView.PEOPLE if asked == WeekView.PEOPLE else WeekView.ROOMS


def _frame(
    identity: Identity, shown: Sequence[WeekColumn], hours: tuple[int, int], begin: datetime, zone: str
) -> WeekFrame:
    """What the days are drawn with; when people are there is asked where they stand side by side."""
    # A day more on both sides, for sites in other zones: each day looks for its own.
    shut = closures_since(identity, begin - timedelta(1), begin + timedelta(WEEK + 1))
    people = [one.person.id for one in shown if one.person]
    if not people:
        return WeekFrame(shown, hours, shut, (), zone)
    off = away_between(people, begin, begin + timedelta(WEEK + 1))
    return WeekFrame(shown, hours, shut, off, zone, hours_of(people))


def _zone() -> str:
    program = current_program(current())
    return program.timezone if program else "UTC"


def _href(day: date, view: str, page: int, today: date) -> str:
    """The address of a week; what goes without saying is left out of it."""
    asked: dict[str, Any] = {} if day == monday_of("", today) else {"day": day.isoformat()}
    asked |= {"by": view} if view == WeekView.PEOPLE else {}
    asked |= {"page": page} if page > 1 else {}
    return url_for("home.week", **asked)


def _off(rows: Sequence[Occurrence], begin: datetime) -> Sequence[TimeOff]:
    """When those who lead dates of a week are away in it."""
    people = {number for one in rows for number in one.leader_ids}
    return away_between(people, begin, begin + timedelta(WEEK + 1)) if people else []


def _seen(identity: Identity, rows: Sequence[Occurrence], off: Sequence[TimeOff] = ()) -> list[WeekDate]:
    covers = live_covers(identity, [one.id for one in rows])
    rooms = {one.id: _room(one) for one in rows}
    full = _twice(rows, lambda one: [room.id for room in [rooms[one.id]] if room])
    busy = _twice(rows, lambda one: one.leader_ids)
    return [
        WeekDate(
            occurrence=one,
            room=rooms[one.id],
            mine=identity.person in one.leader_ids,
            room_twice=bool(full.get(one.id)),
            leaders_twice=tuple(p.short_name for p in one.leaders if p.id in busy.get(one.id, ())),
            links=(*_links(identity, one, one.id in covers.gave), *_to_time_off(identity, one, off)),
            uncovered=one.id in covers.looked_for,
            moves=_moves(identity, one),
            away=tuple(person.first_name for person in one.leaders if _is_away(off, person.id, one)),
        )
        for one in rows
    ]


def _to_time_off(identity: Identity, one: Occurrence, off: Sequence[TimeOff]) -> Iterable[tuple[str, str]]:
    """Where all dates of whoever is away then can be given away at once, for whom they are theirs to see to."""
    for person in one.leaders if is_awaited(one) else ():
        if _is_away(off, person.id, one) and can(identity, Permission.AWAY_WRITE, away_facts(person)):
            yield (
                _("Time off of %(name)s", name=person.short_name),
                url_for("schedule.time_off", person=person.uid),
            )


def _is_away(off: Sequence[TimeOff], person: int, one: Occurrence) -> bool:
    return any(
        row.person_id == person and overlaps(one.start, one.end, row.starts_at, row.ends_at) for row in off
    )


def _twice(rows: Sequence[Occurrence], of: Any) -> dict[int, set[int]]:
    """What a date shares with another at the same time, by the number of the date."""
    by_thing: dict[int, list[Meeting]] = {}
    for one in rows:
        for thing in of(one):
            by_thing.setdefault(thing, []).append(meeting_of(one))
    found: dict[int, set[int]] = {}
    for thing, meetings in by_thing.items():
        for number in overlapping(meetings):
            found.setdefault(number, set()).add(thing)
    return found


def _room(one: Occurrence) -> Place | None:
    """Where a date is; what meets online alone takes no room, only an online one."""
    place = one.place
    online = one.group.attendance_mode == AttendanceMode.ONLINE
    return None if place is None or (online and place.mode != PlaceMode.ONLINE) else place


def _moves(identity: Identity, one: Occurrence) -> bool:
    """Whether a reader may change when and where a date is."""
    awaited = meeting_of(one).takes_place and not one.frozen and one.start > clock.now()
    return awaited and can(identity, Permission.GROUP_WRITE, facts(one.group))


def _links(identity: Identity, one: Occurrence, gave: bool) -> Iterable[tuple[str, str]]:
    """What a reader may open or do from a date: its sheet, its group, the page that changes it, or brings it back, cancelling it."""
    now, known = clock.now(), facts(one.group)
    planned = meeting_of(one).takes_place
    if planned and one.start < now + SHEET_AHEAD and _writes(identity, one):
        yield _("Sheet"), url_for("attendance.sheet", uid=one.uid)
    if can(identity, Permission.GROUP_WRITE, known):
        if _moves(identity, one):
            yield _("Change"), url_for("schedule.edit_date", uid=one.uid)
        elif one.status == OccurrenceStatus.CANCELLED and one.start > now:
            yield _("Bring back"), url_for("schedule.bring_back", uid=one.uid)
        else:
            yield _("Change the group"), url_for("schedule.edit_group", uid=one.group.uid)
        if one.status == OccurrenceStatus.SCHEDULED and not one.frozen and one.end > now:
            yield _("Cancel"), url_for("schedule.cancel_occurrence", uid=one.uid)
    if is_awaited(one) and (gave or can(identity, Permission.COVER_ASK, date_facts(one))):
        yield _cover_words(identity, one), url_for("schedule.cover", uid=one.uid)
    if can(identity, Permission.GROUP_READ, known):
        yield _("Group"), url_for("schedule.group", uid=one.group.uid)


def _cover_words(identity: Identity, one: Occurrence) -> str:
    if identity.person in one.leader_ids:
        return _("I can’t lead this")
    return _("Cover") if one.substitutes else _("Find cover")


def _writes(identity: Identity, one: Occurrence) -> bool:
    try:
        ensure_sheet_right(identity, one)
    except NotFound:
        return False
    return True
