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
from groupsched.catalog.models import Place
from groupsched.catalog.queries import leaders, places
from groupsched.catalog.rules import PlaceMode
from groupsched.core import clock
from groupsched.core.i18n import weekday_name
from groupsched.schedule.forms import FindTimeForm
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.routes.editor_choices import find_time_choices
from groupsched.schedule.rules import DayPart, FoundTime, WantedTime, found_times, moment_of, until_of
from groupsched.schedule.taken import Spans, taken_spans

ANY = "site:"


@dataclass(frozen=True)
class OfferedTime:
    """A time that was found, with its room and the address of the form that begins with it."""

    found: FoundTime
    place: Place | None
    day: str
    url: str


@blueprint.get("/groups/find-time")
@requires(Permission.GROUP_CREATE)
def find_time() -> str | tuple[str, int]:
    """The times of the week at which a room and those who lead are free on all or most of the next dates."""
    form = FindTimeForm(formdata=request.args if "minutes" in request.args else None, meta={"csrf": False})
    all_rooms = [one for one in places(current()) if one.mode == PlaceMode.ROOM]
    here, leading = sites(current()), leaders(current().program_id)
    find_time_choices(form, here, all_rooms, leading)
    if "minutes" in request.args and not form.validate():
        return render_template("schedule/find_time.html", form=form, times=[], wanted=None), 422
    wanted, rooms = _wanted(form), _rooms(form.room.data or "", here, all_rooms)
    people = [one for one in leading if one.uid in {form.lead.data, *(form.others.data or ())}]
    start, end = (
        moment_of(wanted.since, time(), wanted.zone),
        moment_of(until_of(wanted), time(), wanted.zone),
    )
    by_place, led = taken_spans(
        current().program_id, start, end, [one.id for one in rooms], [one.id for one in people]
    )
    busy = [span for spans in led.values() for span in spans]
    taken: dict[int | None, Spans] = {one.id: by_place[one.id] for one in rooms} or {None: []}
    found = found_times(wanted, taken, busy)
    return render_template(
        "schedule/find_time.html",
        form=form,
        wanted=wanted,
        times=[_offer(one, rooms, people) for one in found],
    )


def _wanted(form: FindTimeForm) -> WantedTime:
    program = current_program(current())
    zone = program.timezone if program else "UTC"
    return WantedTime(
        length=timedelta(minutes=form.minutes.data or 60),
        weekdays=tuple(sorted(form.days.data or ())) or tuple(range(5)),
        parts=tuple(DayPart(part) for part in form.parts.data or ()) or tuple(DayPart),
        since=clock.today(zone) + timedelta(days=1),
        weeks=form.weeks.data or 8,
        zone=zone,
    )


def _rooms(chosen: str, here: Sequence[Site], rooms: Sequence[Place]) -> list[Place]:
    """The rooms that are asked about: one, or all of a site."""
    if chosen.startswith(ANY):
        site = next((one.id for one in here if one.uid == chosen.removeprefix(ANY)), None)
        return [one for one in rooms if one.site_id == site]
    return [one for one in rooms if one.uid == chosen]


def _offer(found: FoundTime, rooms: Sequence[Place], people: Sequence[Person]) -> OfferedTime:
    place = next((one for one in rooms if one.id == found.place), None)
    start, end = found.first
    asked: dict[str, Any] = {"from": "none", "begin": start.isoformat(), "until": end.isoformat()}
    asked |= {"room": place.uid if place else None, "lead": [one.uid for one in people]}
    url = url_for("schedule.new_group", **asked)
    return OfferedTime(found, place, weekday_name(found.weekday), url)
