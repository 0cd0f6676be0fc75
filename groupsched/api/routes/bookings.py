"""/bookings and /free: what is taken between two moments, and what is not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program, get_site
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_start
from groupsched.api.routes.refusing import refuse
from groupsched.api.schemas import BookingQuery, BookingSchema, FreeQuery, FreeSpansSchema, moment, paged
from groupsched.catalog.models import Group
from groupsched.catalog.queries import leaders, places, readable
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.rules import free_spans
from groupsched.schedule.service import rooms_for
from groupsched.schedule.taken import bookings_between, taken_spans

blueprint = NounBlueprint("bookings-api", __name__, description="What is taken, what is free")
WEEK = timedelta(days=7)


@blueprint.route("/bookings")
class Bookings(MethodView):
    """Rooms and people that are taken."""

    @requires(Permission.CATALOG_READ)
    @blueprint.arguments(BookingQuery, location="query")
    @blueprint.response(200, paged(BookingSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List what is taken."""
        start = (query["from_"] or clock.now()).astimezone(UTC)
        end = query["to"].astimezone(UTC) if query["to"] else start + WEEK
        rooms, people = _rooms(query["place"]), _people(query["person"])
        taken = bookings_between(current().program_id, start, end, list(rooms), list(people))
        page = by_start(taken, Booking.start, Booking.id, query["limit"], query["cursor"])
        seen = _seen(row.occurrence_id for row in page.items)
        items = [booking_json(row, row.occurrence_id in seen) for row in page.items]
        return {"items": items, "next_cursor": page.next_cursor}


@blueprint.route("/free")
class Free(MethodView):
    """Rooms and people that are free together."""

    @requires(Permission.CATALOG_READ)
    @blueprint.arguments(FreeQuery, location="query")
    @blueprint.response(200, FreeSpansSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List what is free for so long; where it is closed, it is not."""
        start, end = query["from_"].astimezone(UTC), query["to"].astimezone(UTC)
        rooms, people = _rooms(query["place"]), _people(query["person"])
        if query["site"]:
            rooms |= {one.id: one.uid for one in rooms_for(current(), _site(query["site"]))}
        taken, led = taken_spans(current().program_id, start, end, list(rooms), list(people))
        busy, length = [span for spans in led.values() for span in spans], timedelta(minutes=query["minutes"])
        asked: list[tuple[int, str | None]] = [*rooms.items()] or [(0, None)]
        return {
            "items": [
                {"place_id": uid, "start": _told(begins), "end": _told(ends)}
                for number, uid in asked
                for begins, ends in free_spans([*busy, *taken.get(number, [])], start, end, length)
            ]
        }


def booking_json(row: Booking, is_seen: bool) -> dict[str, Any]:
    """A booking; by what something is taken only where its reader may see the group."""
    zone, date = row.occurrence.timezone, row.occurrence
    return {
        "start": moment(row.start, zone),
        "end": moment(row.end, zone),
        "place_id": row.place.uid if row.place else None,
        "person_id": row.person.uid if row.person else None,
        "occurrence_id": date.uid if is_seen else None,
        "title": date.title if is_seen else None,
        "kept": row.kept,
        "reason": row.reason if is_seen else None,
    }


def _seen(numbers: Iterable[int]) -> frozenset[int]:
    """The dates, of these, whose groups this identity may see."""
    query = select(Occurrence.id).join(Group, Group.id == Occurrence.group_id)
    return frozenset(
        db.session.scalars(
            query.where(Occurrence.id.in_(list(numbers)), readable(current())).order_by(Occurrence.id)
        )
    )


def _rooms(uids: list[str]) -> dict[int, str]:
    return _known("place", uids, {one.uid: one.id for one in places(current(), retired=True)} if uids else {})


def _people(uids: list[str]) -> dict[int, str]:
    known = {one.uid: one.id for one in leaders(current().program_id)} if uids else {}
    return _known("person", uids, known)


def _known(name: str, uids: list[str], known: dict[str, int]) -> dict[int, str]:
    """The numbers of these ids, each with it. One that nobody knows is refused: an answer without it helps nobody."""
    for uid in uids:
        if uid not in known:
            refuse({name: [_("Nothing here is called “%(value)s”.", value=uid)]})
    return {known[uid]: uid for uid in uids}


def _site(uid: str) -> int:
    try:
        return get_site(current(), uid).id
    except NotFound:
        refuse({"site": [_("Nothing here is called “%(value)s”.", value=uid)]})


def _told(value: datetime) -> str | None:
    program = current_program(current())
    return moment(value, program.timezone if program else "UTC")
