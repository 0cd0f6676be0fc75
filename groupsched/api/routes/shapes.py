"""Rows as the interface shows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.queries import current_program, sites
from groupsched.accounts.models import Person
from groupsched.api.schemas import moment
from groupsched.catalog.models import Group, Modality, Place
from groupsched.catalog.rules import TEXTS_OF_A_GROUP
from groupsched.core.i18n import text_of
from groupsched.schedule.models import Occurrence, Series, Topic
from groupsched.schedule.queries import topics_of


def site_of(number: int | None) -> Site | None:
    """A site of the caller's program by its number."""
    return next((site for site in sites(current()) if site.id == number), None)


def where_json(place: Place | None) -> dict[str, Any] | None:
    """Name, room and address of where a group meets."""
    if place is None:
        return None
    site = site_of(place.site_id)
    return {
        "name": site.name if site else place.name,
        "room": place.name if site else None,
        "address": place.address or (site.address if site else ""),
    }


def place_json(place: Place) -> dict[str, Any]:
    """A place."""
    site, plain = (
        site_of(place.site_id),
        ("key", "name", "mode", "address", "capacity", "step_free", "external"),
    )
    return {
        **{name: getattr(place, name) for name in plain},
        "id": place.uid,
        "equipment": things_json(place.equipment),
        "site_id": site.uid if site else None,
        "retired": place.retired_at is not None,
    }


def things_json(things: Mapping[str, int]) -> list[dict[str, Any]]:
    """Things by how many, in their order."""
    return [{"thing": thing, "number": number} for thing, number in things.items()]


def site_json(site: Site) -> dict[str, Any]:
    """A site."""
    return {
        "id": site.uid,
        "equipment": things_json(site.equipment),
        **{name: getattr(site, name) for name in ("key", "name", "timezone", "address", "step_free")},
    }


def modality_json(modality: Modality) -> dict[str, Any]:
    """A kind of session, in the language of the caller."""
    plain = (
        "key",
        "kind",
        "category",
        "setting",
        "minutes",
        "capacity",
        "structure",
        "orientation",
        "complementary",
        "clearance",
    )
    return {
        **{name: getattr(modality, name) for name in plain},
        "id": modality.uid,
        "name": text_of(modality.texts, "name"),
        "summary": text_of(modality.texts, "summary"),
        "retired": modality.retired_at is not None,
    }


def group_json(group: Group, topics: Sequence[Topic] | None = None) -> dict[str, Any]:
    """A group, with its `topics` where they were read already."""
    program = current_program(current())
    plain = ("orientation", "structure", "access", "setting", "texts", "attendance_mode", "capacity", "online_capacity", "min_to_run", "line_mode", "decide_hours", "cancels_if_few", "stays_open", "slot_minutes", "slot_gap", "slot_breaks", "languages", "audience", "published", "hidden", "tags",
             "external", "version")  # fmt: skip
    return {
        **{name: getattr(group, name) for name in plain},
        **{name: getattr(group, f"plain_{name}") for name in TEXTS_OF_A_GROUP},
        "id": group.uid,
        "program_id": program.uid if program else None,
        "modality": group.modality.key,
        "needs": things_json(group.needs),
        **_whereabouts(group.place, group.site_id),
        "facilitators": [{"id": f.person.uid, "name": f.person.short_name} for f in group.facilitators],
        "source": group.source.name if group.source else None,
        "topics": [topic_json(one) for one in (topics_of(group) if topics is None else topics)],
    }


def topic_json(topic: Topic) -> dict[str, Any]:
    """A topic as people read it."""
    return {"id": topic.uid, "name": topic.plain_name, "outline": topic.plain_outline}


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
    seats: dict[str, Any] = {"capacity": occurrence.seats.all, "taken": occurrence.taken, "waiting": waiting}
    if occurrence.group.has_pools:
        seats["room"] = {"capacity": occurrence.capacity, "taken": occurrence.seats.room_taken}
        seats["online"] = {"capacity": occurrence.online_capacity, "taken": occurrence.online_taken}
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
        "version": occurrence.version,
        "title": occurrence.own_title or occurrence.group.plain_title,
        "topic": topic_json(occurrence.topic) if occurrence.topic else None,
        **_whereabouts(
            occurrence.place, occurrence.place.site_id if occurrence.place else occurrence.group.site_id
        ),
        "seats": None if occurrence.external else seats,
    }


def _whereabouts(place: Place | None, site_id: int | None) -> dict[str, Any]:
    """Where something meets, in words and as ids of /places and /sites."""
    site = site_of(site_id)
    return {
        "place": where_json(place),
        "place_id": place.uid if place else None,
        "site_id": site.uid if site else None,
    }


def person_json(person: Person, roles: list[str]) -> dict[str, Any]:
    """A person."""
    site = site_of(person.site_id)
    return {
        "id": person.uid,
        "name": person.name,
        "email": person.email,
        "site_id": site.uid if site else None,
        "roles": roles,
    }


def feed_json(feed: Any, url: str | None = None) -> dict[str, Any]:
    """A calendar link; the address only right after it was made."""
    shown = {
        "id": feed.uid, "name": feed.name, "titles": feed.titles, "kind": feed.kind,
        "last_fetched": moment(feed.fetched_at, "UTC"),
    }  # fmt: skip
    return {**shown, "url": url} if url else shown
