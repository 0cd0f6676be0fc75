"""Find a time: at which times of the week a group could meet, each of which leads to the form filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from flask import render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program, sites
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import leaders, places
from groupsched.catalog.rules import PlaceMode
from groupsched.core import clock
from groupsched.core.filters import local
from groupsched.core.i18n import weekday_name
from groupsched.schedule.forms import FindTimeForm, as_day
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.routes.carried import CarriedForm, carried, found_text
from groupsched.schedule.routes.editor_choices import find_time_choices
from groupsched.schedule.rules import DayPart, FoundTime, WantedTime, found_times, moment_of, until_of
from groupsched.schedule.service import RoomAsked
from groupsched.schedule.taken import Spans, taken_spans

ANY, FAR = "site:", timedelta(days=366)


@dataclass(frozen=True)
class OfferedTime:
    """A time that was found, with its room, and the address of the form that begins with it, or what a form that waits gets."""

    found: FoundTime
    place: Place | None
    day: str
    url: str
    text: str


@blueprint.route("/groups/find-time", methods=["GET", "POST"])
@requires(Permission.GROUP_CREATE)
def find_time() -> str | tuple[str, int]:
    """The times of the week at which a room and those who lead are free on all or most of the next dates. Posted by a form, it
    brings along what was written there."""
    from_form = carried() if request.method == "POST" else None
    said = request.form if request.method == "POST" else request.args
    all_rooms = [one for one in places(current()) if one.mode == PlaceMode.ROOM]
    here, leading = sites(current()), leaders(current().program_id)
    asked = "minutes" in said
    begin = from_form.asks(all_rooms) if from_form and not asked else None
    form = FindTimeForm(formdata=said if asked else None, data=begin, meta={"csrf": False})
    find_time_choices(form, here, all_rooms, leading)
    page: dict[str, Any] = {"form": form, "carried": from_form}
    if asked and not form.validate():
        return render_template("schedule/find_time.html", **page, times=[], wanted=None), 422
    wanted, rooms = _wanted(form, from_form), _rooms(form, here, all_rooms)
    people = [one for one in leading if one.uid in {form.lead.data, *(form.others.data or ())}]
    found = _found(wanted, rooms, people, from_form.group if from_form else None)
    times = [_offer(one, rooms, people, wanted.zone) for one in found]
    return render_template("schedule/find_time.html", **page, wanted=wanted, times=times)


def _found(
    wanted: WantedTime, rooms: Sequence[Place], people: Sequence[Person], group: Group | None
) -> list[FoundTime]:
    start, end = (moment_of(day, time(), wanted.zone) for day in (wanted.since, until_of(wanted)))
    by_place, led = taken_spans(
        current().program_id, start, end, [one.id for one in rooms], [one.id for one in people],
        besides=group.id if group is not None else None,
    )  # fmt: skip
    busy = [span for spans in led.values() for span in spans]
    taken: dict[int | None, Spans] = {one.id: by_place[one.id] for one in rooms} or {None: []}
    return found_times(wanted, taken, busy)


def _wanted(form: FindTimeForm, from_form: CarriedForm | None) -> WantedTime:
    program = current_program(current())
    zone = program.timezone if program else "UTC"
    since = clock.today(zone) + timedelta(days=1)
    first = as_day(from_form.first()) if from_form else None
    if from_form and first:
        since = min(max(since, first - timedelta(days=first.weekday())), since + FAR)
    return WantedTime(
        length=timedelta(minutes=form.minutes.data or 60),
        weekdays=tuple(sorted(form.days.data or ())) or tuple(range(5)),
        parts=tuple(DayPart(part) for part in form.parts.data or ()) or tuple(DayPart),
        since=since,
        weeks=form.weeks.data or 8,
        zone=zone,
    )


def _rooms(form: FindTimeForm, here: Sequence[Site], rooms: Sequence[Place]) -> list[Place]:
    """The rooms that are asked about: one, or all of a site with seats enough."""
    chosen, asked = form.room.data or "", RoomAsked(form.seats.data)
    if chosen.startswith(ANY):
        site = next((one.id for one in here if one.uid == chosen.removeprefix(ANY)), None)
        return [one for one in rooms if one.site_id == site and asked.seated_in(one)]
    return [one for one in rooms if one.uid == chosen]


def _offer(found: FoundTime, rooms: Sequence[Place], people: Sequence[Person], zone: str) -> OfferedTime:
    place = next((one for one in rooms if one.id == found.place), None)
    start, end = found.first
    asked: dict[str, Any] = {"from": "none", "begin": start.isoformat(), "until": end.isoformat()}
    asked |= {"room": place.uid if place else None, "lead": [one.uid for one in people]}
    url = url_for("schedule.new_group", **asked)
    text = found_text(local(start, zone), local(end, zone), place)
    return OfferedTime(found, place, weekday_name(found.weekday), url, text)
