"""What dates take of what rooms have: added up for each room, or for all that share what their site has.

What a room counts itself is its own; what it does not count it shares with the other rooms of its site that do not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, insert, or_, select

from groupsched.access.models import Site
from groupsched.catalog.models import Group, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import EquipmentBooking, Occurrence
from groupsched.schedule.rules import (
    BookingClash,
    TakenThing,
    WantedBooking,
    WantedThing,
    lacking,
    things_of,
)

Shelf = tuple[bool, int | None, str]
"""Where things are counted: whether of a room or else of a site, its number, and which."""


def things_there(group: Group) -> dict[WantedThing, int]:
    """What the coming dates of a group take, with the numbers of their rows."""
    query = (
        select(EquipmentBooking)
        .join(EquipmentBooking.occurrence)
        .where(Occurrence.group_id == group.id, EquipmentBooking.end > clock.now())
        .order_by(EquipmentBooking.id)
    )
    return {
        WantedThing(
            WantedBooking(row.occurrence_id, row.place_id, None, row.start, row.end), row.thing, row.number
        ): row.id
        for row in db.session.scalars(query)
    }


def new_things(group: Group, wanted: Iterable[WantedBooking]) -> list[WantedThing]:
    """What the coming dates take that has no row yet; rows of what they take no longer are deleted."""
    there, things = things_there(group), things_of(wanted, group.needs)
    if gone := [number for one, number in there.items() if one not in set(things)]:
        db.session.execute(delete(EquipmentBooking).where(EquipmentBooking.id.in_(gone)))
    return [one for one in things if one not in there]


def hold_rooms(things: Sequence[WantedThing]) -> None:
    """Lock the rooms of these things, and the sites with which they share: two who add up at once go one after the other."""
    rooms = {one.booking.place for one in things}
    if not rooms:
        return
    for table, rows in ((Place, Place.id), (Site, Place.site_id)):
        numbers = select(rows).where(Place.id.in_(rooms))
        held = select(table.id).where(table.id.in_(numbers)).order_by(table.id)
        # Whoever books a room refers to its row, and may go on.
        db.session.execute(held.with_for_update(key_share=True)).all()


def lacks(things: Sequence[WantedThing], *, besides: int | None = None) -> list[BookingClash]:
    """Of which of these there are not enough, with what other groups than `besides` take."""
    if not things:
        return []
    rooms, sites = _rooms(things)
    taken = _taken(things, rooms, besides)
    found = []
    for one in things:
        place = rooms[one.booking.place or 0]
        shelf = _shelf(place, one.thing)
        counted = place.equipment if shelf[0] else sites.get(place.site_id, {})
        short = lacking(one, taken[shelf], counted.get(one.thing, 0))
        if short is not None:
            found.append(
                BookingClash(one.booking, 0, short.start, short.end, one.thing, short.there, short.needed)
            )
    return found


def write_things(things: Sequence[WantedThing], clashes: Iterable[BookingClash], reason: str) -> None:
    """Have dates take these; of what there are not enough is kept, with the reason."""
    kept = {(one.wanted, one.thing) for one in clashes if one.thing}
    rows = [
        {
            "place_id": one.booking.place, "occurrence_id": one.booking.date, "thing": one.thing, "number": one.number,
            "start": one.booking.start, "end": one.booking.end, "kept": (one.booking, one.thing) in kept,
            "reason": reason if (one.booking, one.thing) in kept else "",
        }
        for one in things
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(EquipmentBooking), rows)


def _shelf(place: Place, thing: str) -> Shelf:
    own = thing in place.equipment or place.site_id is None
    return own, place.id if own else place.site_id, thing


def _rooms(things: Sequence[WantedThing]) -> tuple[dict[int, Place], Mapping[int | None, Mapping[str, int]]]:
    """The rooms of these things, and all that share with them; what each of their sites has."""
    asked = {one.booking.place for one in things}
    here = select(Place.site_id).where(Place.id.in_(asked), Place.site_id.is_not(None))
    query = select(Place).where(or_(Place.id.in_(asked), Place.site_id.in_(here))).order_by(Place.id)
    rooms = {one.id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}
    shared = select(Site.id, Site.equipment).where(Site.id.in_({one.site_id for one in rooms.values()}))
    return rooms, {row.id: row.equipment for row in db.session.execute(shared)}


def _taken(
    things: Sequence[WantedThing], rooms: Mapping[int, Place], besides: int | None
) -> Mapping[Shelf, Collection[TakenThing]]:
    """What is taken while these are wanted, by where it is counted."""
    row = EquipmentBooking
    query = (
        select(row.place_id, row.thing, row.number, row.start, row.end)
        .join(row.occurrence)
        .where(
            row.place_id.in_(rooms),
            row.thing.in_({one.thing for one in things}),
            row.start < max(one.booking.end for one in things),
            row.end > min(one.booking.start for one in things),
            Occurrence.group_id != (besides or 0),
        )
    )
    found = defaultdict[Shelf, list[TakenThing]](list)
    for place_id, thing, number, start, end in db.session.execute(query.order_by(row.id)):
        found[_shelf(rooms[place_id], thing)].append(TakenThing(number, start, end))
    return found
