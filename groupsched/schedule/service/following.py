"""What becomes of a group's dates when the catalogue changes: its seats and its place, and that it is retired."""

from sqlalchemy import select

from groupsched.access.identity import Identity, System
from groupsched.catalog.events import Reach
from groupsched.catalog.models import Group
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import FollowGroup, OccurrenceStatus, RetireDates
from groupsched.schedule.service.booking import deciding
from groupsched.schedule.service.changing import change_dates, follow
from groupsched.schedule.service.rows import touch
from groupsched.schedule.service.slots import drop_slots, lay_out
from groupsched.schedule.service.telling import announce, told_once


def follow_group(group: Group, reach_was: Reach | None = None, *, by: Identity | None = None) -> None:
    """Take over a group's seats and place into its coming dates, save what was changed for one alone. Where people come to
    it another way now than `reach_was`, all of its coming dates are elsewhere. `by` is who changed the group: what they run into is theirs to decide."""
    with deciding(by or System(program_id=group.program_id)), told_once(group, reach_was):
        found = follow(group, FollowGroup(group.place_id, group.capacity))
        if reach_was is not None:
            _elsewhere(group, {one.key for one, _now in found.plan.moved})
        if reach_was is not None or group.attendance_mode == AttendanceMode.HYBRID:
            _seats_online(group)
        _cut_anew(group)


def _cut_anew(group: Group) -> None:
    """The coming dates have the slots that the group says now, with who leads it now."""
    if not group.has_slots:
        drop_slots(group)
        return
    query = select(Occurrence.id, Occurrence.capacity).where(
        Occurrence.group_id == group.id, Occurrence.start > clock.now(), Occurrence.frozen.is_(False)
    )
    seats = {row.id: row.capacity for row in db.session.execute(query)}
    slots = lay_out(group, list(seats))
    now = {row.id: row.capacity for row in db.session.execute(query)}
    moved = {one.occurrence_id for one in slots}
    if changed := [number for number in seats if number in moved or seats[number] != now[number]]:
        announce(group, changed=changed, slots=slots)


def _seats_online(group: Group) -> None:
    """The coming dates have as many seats online as the group says now."""
    now_online = group.online_seats
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.start > clock.now(),
        Occurrence.online_capacity.is_distinct_from(now_online),
    )
    rows = list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))
    for row in rows:
        row.online_capacity = now_online
        touch(row)
    db.session.flush()
    if rows:
        announce(group, changed=[row.id for row in rows])


def retire_dates(group: Group, *, by: Identity | None = None) -> None:
    """No date of a group after now: coming ones go as they do when a rule changes. `by` is who took it off the list."""
    change_dates(by or System(program_id=group.program_id), group, RetireDates())


def _elsewhere(group: Group, moved: set[int | None]) -> None:
    """The other dates keep their room, and yet one comes to them another way."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start > clock.now(),
    )
    rows = [row for row in db.session.scalars(query.order_by(Occurrence.start)) if row.id not in moved]
    for row in rows:
        row.sequence += 1
        touch(row)
    db.session.flush()
    if rows:
        announce(group, changed=[row.id for row in rows])
