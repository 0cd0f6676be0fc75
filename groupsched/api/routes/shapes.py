"""Rows as the interface shows them."""

from datetime import date
from typing import Any

from groupsched.access.models import Program, Site
from groupsched.accounts.models import Person
from groupsched.api.schemas import moment
from groupsched.catalog.models import Group, Place
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series


def place_json(place: Place | None) -> dict[str, Any] | None:
    """Name, room and address of a place."""
    if place is None:
        return None
    site = db.session.get(Site, place.site_id) if place.site_id else None
    return {
        "name": site.name if site else place.name,
        "room": place.name if site else None,
        "address": place.address or (site.address if site else ""),
    }


def group_json(group: Group) -> dict[str, Any]:
    """A group."""
    program = db.session.get(Program, group.program_id)
    plain = ("title", "description", "not_asked", "orientation", "tradition", "structure", "access", "setting",
             "attendance_mode", "capacity", "min_to_run", "languages", "audience", "published", "hidden", "tags",
             "external", "version")  # fmt: skip
    return {
        **{name: getattr(group, name) for name in plain},
        "id": group.uid,
        "program_id": program.uid if program else None,
        "modality": group.modality.key,
        "place": place_json(group.place),
        "facilitators": [{"id": f.person.uid, "name": f.person.short_name} for f in group.facilitators],
        "source": group.source.name if group.source else None,
    }


def series_json(series: Series) -> dict[str, Any]:
    """A series."""
    return {
        "id": series.uid,
        "starts_on": series.starts_on,
        "start_time": series.start_time,
        "duration_minutes": series.duration_minutes,
        "timezone": series.timezone,
        "rrule": series.rrule or None,
        "until": series.until,
        "skip": [date.fromisoformat(text) for text in series.skip],
    }


def occurrence_json(occurrence: Occurrence, waiting: int = 0) -> dict[str, Any]:
    """A date; a listing of somebody else has no seats."""
    zone = occurrence.timezone
    seats = {"capacity": occurrence.capacity, "taken": occurrence.taken, "waiting": waiting}
    return {
        "id": occurrence.uid,
        "group_id": occurrence.group.uid,
        "series_id": occurrence.series.uid,
        "original_start": moment(occurrence.original_start, zone),
        "start": moment(occurrence.start, zone),
        "end": moment(occurrence.end, zone),
        "status": occurrence.status,
        "reason": occurrence.reason,
        "moved": occurrence.moved,
        "title": occurrence.group.title,
        "place": place_json(occurrence.place),
        "seats": None if occurrence.external else seats,
    }


def person_json(person: Person, roles: list[str]) -> dict[str, Any]:
    """A person."""
    return {"id": person.uid, "name": person.name, "email": person.email, "roles": roles}


def feed_json(feed: Any, url: str | None = None) -> dict[str, Any]:
    """A calendar link; the address only right after it was made."""
    shown = {
        "id": feed.uid, "name": feed.name, "titles": feed.titles, "kind": feed.kind,
        "last_fetched": moment(feed.fetched_at, "UTC"),
    }  # fmt: skip
    return {**shown, "url": url} if url else shown
