"""Another room for single dates of a change: chosen beside its clashes, sent with the form, and shown again until it is saved."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from flask import request

from groupsched.catalog.models import Place
from groupsched.schedule.rules import TimetableDate

FIELD, MOMENT = "room-", "%Y%m%dT%H%M"


def room_field(start: datetime) -> str:
    """What the field for the room of the date is called that begins then."""
    return f"{FIELD}{start.astimezone(UTC):{MOMENT}}"


def rooms_chosen(rooms: Iterable[Place]) -> dict[datetime, int]:
    """The rooms that were chosen, by when their dates begin; nonsense is left out."""
    known, found = {one.uid: one.id for one in rooms}, {}
    for name, uid in request.form.items():
        if name.startswith(FIELD) and uid in known:
            try:
                start = datetime.strptime(name.removeprefix(FIELD), MOMENT).replace(tzinfo=UTC)
            except ValueError:
                continue
            found[start] = known[uid]
    return found


def rooms_given(
    dates: Iterable[TimetableDate], chosen: Mapping[datetime, int], rooms: Iterable[Place]
) -> tuple[tuple[datetime, Place], ...]:
    """The dates that have a room by choice, with it."""
    known = {one.id: one for one in rooms}
    starts = sorted(one.start for one in dates if one.takes_place and one.start in chosen)
    return tuple((start, known[chosen[start]]) for start in starts if chosen[start] in known)
