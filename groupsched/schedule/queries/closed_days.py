"""Closed days, and what they do to which series."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, can
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import AttendanceMode, GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import (
    Closure,
    Occurrence,
    Series,
)
from groupsched.schedule.queries.leading import with_leaders
from groupsched.schedule.rules import (
    ClosedDays,
    ClosedSpan,
    OccurrenceStatus,
    SeriesRule,
    expand,
    overlaps,
)


def closures(program_id: int, since: datetime) -> list[Closure]:
    """The closures of a program that stand and are not over by then, in order."""
    query = select(Closure).where(
        Closure.program_id == program_id, Closure.taken_back_at.is_(None), Closure.ends_at > since
    )
    query = query.options(joinedload(Closure.site), joinedload(Closure.created_by))
    return list(db.session.scalars(query.order_by(Closure.starts_at, Closure.id)))


def days_closed(program_id: int, since: datetime, zone: str) -> dict[int, frozenset[date]]:
    """The whole days of a zone on which a site is closed, from a moment on, by site; a few rooms close no site."""
    found: dict[int, set[date]] = {}
    for one in closures(program_id, since):
        first = one.starts_at.astimezone(ZoneInfo(zone))
        day = first.date() + timedelta(days=first.time() > time())
        last = one.ends_at.astimezone(ZoneInfo(zone)).date()
        while not one.rooms and day < last:
            found.setdefault(one.site_id, set()).add(day)
            day += timedelta(days=1)
    return {site: frozenset(days) for site, days in found.items()}


def get_closure(identity: Identity, uid: str) -> Closure:
    """A closure of the identity's program that stands. Raises NotFound."""
    query = select(Closure).where(Closure.uid == uid, Closure.program_id == identity.program_id)
    found = db.session.scalars(query.where(Closure.taken_back_at.is_(None))).first()
    if found is None:
        raise NotFound
    return found


def spans_over(group: Group) -> tuple[ClosedSpan, ...]:
    """The closures that stand, as they concern the dates of a group. What is in no place is where its group is."""
    if group.external:
        return ()
    standing = closures(group.program_id, clock.now())
    if not standing:
        return ()
    rooms = rooms_by_site(group.program_id)
    return tuple(
        ClosedSpan(one.id, one.name, one.starts_at, one.ends_at, closed_rooms(one, rooms, group.site_id))
        for one in standing
    )


def closed_on(
    program_id: int, rule: SeriesRule, place_id: int | None, site_id: int | None
) -> dict[date, str]:
    """The coming days of a rule on which this place is closed, or, where it is none, the site, each with why."""
    standing = closures(program_id, clock.now())
    if not standing:
        return {}
    rooms, found = rooms_by_site(program_id), dict[date, str]()
    last = max(one.ends_at for one in standing).astimezone(rule.zone).date()
    for slot in expand(rule, clock.today(rule.timezone), last):
        for one in standing:
            covered = overlaps(one.starts_at, one.ends_at, slot.start, slot.end)
            if covered and place_id in closed_rooms(one, rooms, site_id):
                found.setdefault(slot.original_local.date(), one.name)
    return found


def moved_out_of(closure: Closure) -> list[Occurrence]:
    """The coming dates of a site whose series has them while it is closed, and that are at another time: taking the closure back
    leaves them there."""
    query = select(Occurrence).join(Occurrence.group).options(*with_leaders()).where(
        Occurrence.program_id == closure.program_id, Group.site_id == closure.site_id, Group.state != GroupState.RETIRED,
        Occurrence.status == OccurrenceStatus.SCHEDULED, Occurrence.start > clock.now(),
        Occurrence.original_start >= closure.starts_at, Occurrence.original_start < closure.ends_at,
        or_(Occurrence.start < closure.starts_at, Occurrence.start >= closure.ends_at),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique())


def rooms_by_site(program_id: int) -> dict[int | None, frozenset[int]]:
    """The numbers of the places of a program, by that of their site."""
    found: dict[int | None, set[int]] = {}
    for number, site in db.session.execute(
        select(Place.id, Place.site_id).where(Place.program_id == program_id).order_by(Place.id)
    ):
        found.setdefault(site, set()).add(number)
    return {site: frozenset(numbers) for site, numbers in found.items()}


def closed_rooms(
    closure: Closure, rooms: Mapping[int | None, frozenset[int]], group_site: int | None
) -> frozenset[int | None]:
    """The places that a closure closes for a group of this site; None among them: where the group meets in no place."""
    if closure.rooms:
        return frozenset(closure.rooms)
    whole: frozenset[int | None] = rooms.get(closure.site_id, frozenset())
    return whole | {None} if group_site == closure.site_id else whole


def usual_answer(group: Group) -> ClosedDays:
    """What a series does on closed days that does not say so itself: what is online alone goes on."""
    online = group.attendance_mode == AttendanceMode.ONLINE
    return ClosedDays.KEEP if online else ClosedDays.SKIP


def closures_since(identity: Identity, since: datetime, until: datetime | None = None) -> list[Closure]:
    """The closures that stand of the identity's program and touch this time, in order."""
    found = closures(identity.program_id or 0, since)
    return [one for one in found if until is None or one.starts_at < until]


def asked_dates(identity: Identity) -> list[tuple[Occurrence, Closure]]:
    """The coming dates on closed days whose series asks, and of which nobody has decided yet, each with its closure: those that
    came, or moved there, after it was closed. In order of time; nothing for whom it is not to decide."""
    if not can(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id)):
        return []
    query = select(Occurrence).join(Occurrence.group).join(Occurrence.series).options(
        *with_leaders(), joinedload(Occurrence.place), joinedload(Occurrence.group).joinedload(Group.modality)
    ).where(*_on_closed_days(identity))  # fmt: skip
    dates = db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique().all()
    standing = closures(identity.program_id or 0, clock.now()) if dates else []
    rooms = rooms_by_site(identity.program_id or 0) if dates else {}
    return [(one, found) for one in dates if (found := _undecided(one, standing, rooms)) is not None]


def some_asked(identity: Identity) -> ColumnElement[bool]:
    """Whether there can be such dates, as a condition: to be asked together with something else."""
    if not can(identity, Permission.CLOSURE_WRITE, Facts(program=identity.program_id)):
        return false()
    dates = select(Occurrence.id).join(Occurrence.group).join(Occurrence.series)
    return dates.where(*_on_closed_days(identity)).exists()


def _on_closed_days(identity: Identity) -> tuple[ColumnElement[bool], ...]:
    """The coming dates of series that ask, while anything at all is closed in their program."""
    shut = exists().where(
        Closure.program_id == Occurrence.program_id, Closure.taken_back_at.is_(None),
        Closure.starts_at < Occurrence.end, Closure.ends_at > Occurrence.start,
    )  # fmt: skip
    return (
        Occurrence.program_id == identity.program_id, ~Occurrence.external, Series.closed_days == ClosedDays.ASK,
        Occurrence.awaited(clock.now()), ~Occurrence.frozen, Group.state != GroupState.RETIRED, shut,
    )  # fmt: skip


def _undecided(
    one: Occurrence, standing: Sequence[Closure], rooms: Mapping[int | None, frozenset[int]]
) -> Closure | None:
    """The first closure that a date falls under; None where there is none, or somebody decided that it takes place."""
    over = [
        row
        for row in standing
        if one.start < row.ends_at and one.end > row.starts_at
        and one.place_id in closed_rooms(row, rooms, one.group.site_id)
    ]  # fmt: skip
    return over[0] if over and one.kept_closure not in {row.id for row in over} else None


def asked_series(identity: Identity) -> list[tuple[Series, ClosedDays]]:
    """The series with dates to come of the groups of a program, each with what it does on closed days where it says nothing."""
    query = select(Series).join(Series.group).options(contains_eager(Series.group)).where(
        Group.program_id == identity.program_id, Group.source_id.is_(None), Group.state != GroupState.RETIRED,
        Series.ended_at.is_(None), exists().where(Occurrence.series_id == Series.id, Occurrence.start > clock.now()),
    )  # fmt: skip
    rows = db.session.scalars(query.order_by(Series.starts_on, Series.id))
    return [
        (one, usual_answer(one.group)) for one in sorted(rows, key=lambda one: one.group.title.casefold())
    ]
