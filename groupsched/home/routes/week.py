"""The staff week: what takes place in which room, or led by whom, and a list that says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for

from groupsched.access.identity import Identity, Role, current
from groupsched.access.policy import Facts, Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.attendance.queries import ensure_sheet_right
from groupsched.catalog.models import Place
from groupsched.catalog.queries import facts, places
from groupsched.catalog.rules import AttendanceMode, PlaceMode
from groupsched.core import clock, regions
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _, ngettext
from groupsched.home.queries import week_dates
from groupsched.home.routes.blueprint import blueprint
from groupsched.home.rules import (
    COLUMNS,
    WEEK,
    Meeting,
    TakenSpan,
    WeekView,
    hours_shown,
    monday_of,
    overlapping,
    pages_of,
    taken_spans,
    together,
)
from groupsched.schedule.models import Closure, Occurrence, TimeOff
from groupsched.schedule.queries import away_between, closures_since, date_facts, live_covers
from groupsched.schedule.rules import OccurrenceStatus, overlaps
from groupsched.schedule.service import is_awaited

ONLINE, NOWHERE, NOBODY = "online", "nowhere", "nobody"
SHEET_AHEAD = timedelta(days=1)
"""So long before a date its sheet is of use."""


@dataclass(frozen=True)
class WeekDate:
    """One date of the week: where and by whom, whether it is the reader's, what is taken twice, where its links lead."""

    occurrence: Occurrence
    room: Place | None
    mine: bool
    room_twice: bool
    leaders_twice: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    uncovered: bool = False
    away: tuple[str, ...] = ()

    @property
    def meeting(self) -> Meeting:
        """The date as it is laid out."""
        return _meeting(self.occurrence)

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return not self.meeting.takes_place


@dataclass(frozen=True)
class WeekColumn:
    """A room or a person: what is said above the column, the numbers of its dates, and of those that are at the same time
    as another. What is online or has no room yet is `shared`: it takes nothing from anybody."""

    key: str
    name: str
    note: str
    room: Place | None
    mine: bool
    shared: bool
    dates: frozenset[int]
    twice: frozenset[int]


@dataclass(frozen=True)
class WeekCell:
    """A day of a column: its bar, and its dates in boxes; more than one in a box are at the same time. A room may be closed
    at some hour of it, a person away."""

    closed: bool
    away: bool
    spans: list[TakenSpan]
    boxes: list[list[WeekDate]]


@dataclass(frozen=True)
class WeekDay:
    """A day of the week: what is closed, all that is on it, and its cells."""

    day: date
    closures: list[Closure]
    dates: list[WeekDate]
    cells: list[WeekCell]

    @property
    def planned(self) -> int:
        """How many of its dates take place."""
        return sum(not one.cancelled for one in self.dates)


@blueprint.get("/week")
@requires(Permission.STAFF_PAGES)
def week() -> str:
    """A week by rooms or by people: seven of them side by side, the reader's own first."""
    identity, zone = current(), _zone()
    today = clock.today(zone)
    monday = monday_of(request.args.get("day", ""), today)
    view = WeekView.PEOPLE if request.args.get("by") == WeekView.PEOPLE else WeekView.ROOMS
    rows = week_dates(identity, monday)
    begin = datetime.combine(monday, time(), ZoneInfo(zone))
    off = _off(identity, rows, begin)
    dates = _seen(identity, rows, off)
    columns = _rooms(identity, dates) if view is WeekView.ROOMS else _people(identity, dates)
    page = max(1, min(request.args.get("page", 1, int), pages_of(len(columns))))
    shown = columns[(page - 1) * COLUMNS : page * COLUMNS]
    # A day more on both sides, for sites in other zones: each day looks for its own.
    shut = closures_since(identity, begin - timedelta(1), begin + timedelta(WEEK + 1))
    hours = hours_shown(one.meeting for one in dates)
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
        every_column=len(columns),
        page=page,
        pages=pages_of(len(columns)),
        first_column=(page - 1) * COLUMNS + 1,
        hours=hours,
        ends=[regions.clock(time(hour % 24)) for hour in hours],
        days=[_day(monday + timedelta(n), dates, shown, hours, shut, off, zone) for n in range(WEEK)],
        total=sum(not one.cancelled for one in dates),
        clashes=sum(one.room_twice or bool(one.leaders_twice) for one in dates),
        href=lambda day=monday, by=view, page=1: _href(day, by, page, today),
    )


def _zone() -> str:
    program = current_program(current())
    return program.timezone if program else "UTC"


def _href(day: date, view: str, page: int, today: date) -> str:
    """The address of a week; what goes without saying is left out of it."""
    asked: dict[str, Any] = {} if day == monday_of("", today) else {"day": day.isoformat()}
    asked |= {"by": view} if view == WeekView.PEOPLE else {}
    asked |= {"page": page} if page > 1 else {}
    return url_for("home.week", **asked)


def _off(identity: Identity, rows: Sequence[Occurrence], begin: datetime) -> Sequence[TimeOff]:
    """When those who lead dates of a week are away in it, the reader too."""
    people = {number for one in rows for number in one.leader_ids} | {identity.person or 0}
    return away_between(people, begin, begin + timedelta(WEEK + 1))


def _meeting(one: Occurrence) -> Meeting:
    takes_place = one.status not in (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)
    return Meeting(one.id, one.start, one.end, one.local_minute, takes_place)


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
            links=tuple(_links(identity, one, one.id in covers.gave)),
            uncovered=one.id in covers.looked_for,
            away=tuple(person.first_name for person in one.leaders if _is_away(off, person.id, one)),
        )
        for one in rows
    ]


def _is_away(off: Sequence[TimeOff], person: int, one: Occurrence) -> bool:
    return any(
        row.person_id == person and overlaps(one.start, one.end, row.starts_at, row.ends_at) for row in off
    )


def _twice(rows: Sequence[Occurrence], of: Any) -> dict[int, set[int]]:
    """What a date shares with another at the same time, by the number of the date."""
    by_thing: dict[int, list[Meeting]] = {}
    for one in rows:
        for thing in of(one):
            by_thing.setdefault(thing, []).append(_meeting(one))
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


def _links(identity: Identity, one: Occurrence, gave: bool) -> Iterable[tuple[str, str]]:
    """What a reader may open or do from a date: its sheet, its group, the page that changes it, or brings it back, cancelling it."""
    now, known = clock.now(), facts(one.group)
    planned = _meeting(one).takes_place
    if planned and one.start < now + SHEET_AHEAD and _writes(identity, one):
        yield _("Sheet"), url_for("attendance.sheet", uid=one.uid)
    if can(identity, Permission.GROUP_WRITE, known):
        if planned and not one.frozen and one.start > now:
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


def _rooms(identity: Identity, dates: Sequence[WeekDate]) -> list[WeekColumn]:
    """The rooms of the program's sites and whatever else is used; those of the reader's dates first."""
    used = {one.room.id: one.room for one in dates if one.room}
    own = [place for place in places(identity) if place.site_id is not None or place.id in used]
    own += [room for room in used.values() if room.id not in {place.id for place in own}]
    found = [
        _column(place.uid, place.name, _seats(place), [one for one in dates if one.room is place], place)
        for place in own
    ]
    rest = [one for one in dates if one.room is None]
    online = [one for one in rest if one.occurrence.group.attendance_mode == AttendanceMode.ONLINE]
    found += [_column(ONLINE, _("Online"), "", online)] if online else []
    nowhere = [one for one in rest if one not in online]
    found += [_column(NOWHERE, _("No room"), "", nowhere)] if nowhere else []
    return sorted(found, key=lambda column: not column.mine)


def _seats(place: Place) -> str:
    if place.capacity is None:
        return ""
    return ngettext("%(num)s person", "%(num)s people", place.capacity)


def _people(identity: Identity, dates: Sequence[WeekDate]) -> list[WeekColumn]:
    """Who leads something this week, the reader first, also with nothing."""
    leaders = {person.id: person for one in dates for person in one.occurrence.leaders}
    named = {number: person.short_name for number, person in leaders.items()}
    if identity.person and identity.holds(Role.FACILITATOR, identity.program_id):
        named.setdefault(identity.person, getattr(identity, "name", ""))
    columns = [
        _column(
            str(number),
            named[number],
            _("You") if number == identity.person else "",
            [one for one in dates if number in one.occurrence.leader_ids],
        )
        for number in sorted(named, key=lambda number: (number != identity.person, named[number], number))
    ]
    alone = [one for one in dates if not one.occurrence.leader_ids]
    return columns + ([_column(NOBODY, _("Nobody yet"), "", alone)] if alone else [])


def _column(
    key: str, name: str, note: str, dates: Sequence[WeekDate], room: Place | None = None
) -> WeekColumn:
    shared = key in (ONLINE, NOWHERE, NOBODY)
    return WeekColumn(
        key=key,
        name=name,
        note=note,
        room=room,
        mine=any(one.mine and not one.cancelled for one in dates),
        shared=shared,
        dates=frozenset(one.occurrence.id for one in dates),
        twice=frozenset() if shared else overlapping(one.meeting for one in dates),
    )


def _day(
    day: date,
    dates: Sequence[WeekDate],
    columns: Sequence[WeekColumn],
    hours: tuple[int, int],
    shut: Sequence[Closure],
    off: Sequence[TimeOff],
    zone: str,
) -> WeekDay:
    today = [one for one in dates if one.occurrence.local_date == day]
    closures = [one for one in shut if _touches(one, day)]
    away = {str(row.person_id) for row in off if _lasts_over(row, day, zone)}
    cells = [_cell(today, column, hours, closures, column.key in away) for column in columns]
    return WeekDay(day, closures, today, cells)


def _lasts_over(row: TimeOff, day: date, zone: str) -> bool:
    """Whether somebody is away at some hour of a day."""
    last = (row.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    return row.starts_at.astimezone(ZoneInfo(zone)).date() <= day <= last


def _touches(closure: Closure, day: date) -> bool:
    """Whether something is closed at some hour of that day of its site."""
    zone = ZoneInfo(closure.site.timezone)
    # The end is the first moment that is open again.
    last = (closure.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return closure.starts_at.astimezone(zone).date() <= day <= last


def _closes(closure: Closure, room: Place) -> bool:
    return room.id in closure.rooms if closure.rooms else room.site_id == closure.site_id


def _cell(
    today: Sequence[WeekDate],
    column: WeekColumn,
    hours: tuple[int, int],
    closures: Sequence[Closure],
    away: bool,
) -> WeekCell:
    here = {one.occurrence.id: one for one in today if one.occurrence.id in column.dates}
    meetings = [one.meeting for one in here.values()]
    boxes = [[number] for number in here] if column.shared else together(meetings)
    room = column.room
    closed = room is not None and any(_closes(one, room) for one in closures)
    return WeekCell(
        closed,
        away,
        taken_spans(meetings, hours, column.twice),
        [[here[number] for number in box] for box in boxes],
    )
