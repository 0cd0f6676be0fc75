"""Where the rules of a clock change (a country gives up summer time), coming dates keep their time on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.core.zones import zone_mark
from groupsched.schedule.models import Occurrence, Series, ZoneKnown
from groupsched.schedule.rules import FollowClock
from groupsched.schedule.service.changing import change_dates


def zones_changed() -> list[str]:
    """The zones in which groups meet of which this machine knows otherwise than the worker that was last here, in order."""
    known = {one.zone: one.mark for one in db.session.scalars(select(ZoneKnown))}
    zones = db.session.scalars(select(Series.timezone).distinct().order_by(Series.timezone))
    return [zone for zone in zones if known.get(zone) != zone_mark(zone)]


def groups_off(zone: str, now: datetime) -> list[int]:
    """The groups with a coming date of a zone that begins at another moment than its rule says by now."""
    query = select(Occurrence.group_id, Occurrence.original_local, Occurrence.original_start).where(
        Occurrence.timezone == zone, Occurrence.start > now, Occurrence.frozen.is_(False)
    )
    clock = ZoneInfo(zone)
    off = {
        group_id
        for group_id, local, given in db.session.execute(query)
        if datetime.fromisoformat(local).replace(tzinfo=clock).astimezone(UTC) != given
    }
    return sorted(off)


def follow_clock(group_id: int, zone: str) -> int:
    """Have the coming dates of a group begin when their rules say on the clock of now; returns how many moved. What was
    changed for one date alone stays, and nobody is told: it is at the time that people know."""
    group = db.session.get_one(Group, group_id)
    keep = _("The rules of the clock have changed.")
    done = change_dates(System(program_id=group.program_id), group, FollowClock(zone), keep=keep)
    return len(done.plan.steps)


def remember_zone(zone: str, moved: int, now: datetime) -> None:
    """Write down that the dates of a zone stand as this machine knows it."""
    db.session.merge(ZoneKnown(zone=zone, mark=zone_mark(zone), since=now, moved=moved))
