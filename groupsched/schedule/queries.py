"""Reads of series and dates, always scoped to what the identity may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Facilitator, Group, Place
from groupsched.catalog.queries import facts, groups_led_by
from groupsched.catalog.rules import AttendanceMode, GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.outbox.service import anybody_heard
from groupsched.schedule.events import Whereabouts
from groupsched.schedule.models import (
    Assignment,
    ChangeMade,
    Closure,
    Curriculum,
    Occurrence,
    SavedPattern,
    Series,
    Topic,
)
from groupsched.schedule.rules import (
    LAST_DAY,
    ClosedDays,
    ClosedSpan,
    OccurrenceStatus,
    SeriesRule,
    last_date,
)

DAYS_AHEAD = 63
"""So far ahead a weekday of a group is looked for: what comes every other month is among it."""


def get_occurrence(
    identity: Identity, uid: str, permission: Permission = Permission.GROUP_READ
) -> Occurrence:
    """A date by its public id. Raises NotFound where it is unknown or its group may not be touched so."""
    return _allowed(identity, Occurrence.uid == uid, permission)


def _allowed(identity: Identity, clause: object, permission: Permission) -> Occurrence:
    return _first(identity, _with_group().where(clause), permission)  # type: ignore[arg-type]


def _with_group() -> Select[Occurrence]:
    return select(Occurrence).join(Occurrence.group).options(
        contains_eager(Occurrence.group).joinedload(Group.modality), joinedload(Occurrence.place),
        joinedload(Occurrence.laid_topic),
    )  # fmt: skip


def _first(identity: Identity, query: Select[Occurrence], permission: Permission) -> Occurrence:
    found = db.session.scalars(query.limit(1)).unique().first()
    if found is None:
        raise NotFound
    ensure(identity, permission, facts(found.group))
    return found


def coming(group: Group, now: datetime, limit: int | None = 12, *, dropped: bool = False) -> list[Occurrence]:
    """The dates of a group that have not ended, in order, cancelled ones too that its rule still has; with those that it
    `dropped`, if asked. The group itself was loaded in scope."""
    query = select(Occurrence).where(Occurrence.group_id == group.id, Occurrence.end > now)
    if not dropped:
        query = query.where(~Occurrence.dropped)
    query = query.options(
        joinedload(Occurrence.place),
        joinedload(Occurrence.series),
        joinedload(Occurrence.laid_topic),
        with_assigned(),
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id).limit(limit)).unique())


def lately(group: Group, now: datetime, limit: int = 4) -> list[Occurrence]:
    """The last dates of a group that are over, the latest first; none that its rule dropped before."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.end <= now, ~Occurrence.dropped
    )
    query = query.options(joinedload(Occurrence.place), joinedload(Occurrence.laid_topic)).order_by(
        Occurrence.start.desc(), Occurrence.id.desc()
    )
    return list(db.session.scalars(query.limit(limit)))


def next_starts(groups: list[Group], now: datetime) -> dict[int, Occurrence]:
    """The next scheduled date of each group, by group id; one query for a whole list."""
    ids = [group.id for group in groups]
    first = (
        select(Occurrence.group_id, func.min(Occurrence.start).label("start"))
        .where(
            Occurrence.group_id.in_(ids),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.end > now,
        )
        .group_by(Occurrence.group_id)
        .subquery()
    )
    query = select(Occurrence).join(
        first, (Occurrence.group_id == first.c.group_id) & (Occurrence.start == first.c.start)
    )
    # From behind: where two dates of a group begin alike, the dictionary keeps the last it is given, which is the older.
    rows = db.session.scalars(query.order_by(Occurrence.id.desc()))
    return {row.group_id: row for row in rows}


def next_of_series(series_ids: Sequence[int], now: datetime) -> dict[int, Occurrence]:
    """The next date of each of these series that can be changed still, by the number of the series."""
    query = select(Occurrence).where(
        Occurrence.series_id.in_(series_ids), Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED, Occurrence.frozen.is_(False),
    )  # fmt: skip
    first = query.with_only_columns(func.min(Occurrence.start)).group_by(Occurrence.series_id)
    rows = db.session.scalars(query.where(Occurrence.start.in_(first)).order_by(Occurrence.start.desc()))
    return {row.series_id: row for row in rows}


def where_of(occurrence: Occurrence) -> Whereabouts:
    """Where a date is now, as far as it matters to people."""
    group, place = occurrence.group, occurrence.place
    link = occurrence.own_link or group.online_link or (place.online_link if place else "")
    return Whereabouts.of(group.attendance_mode, occurrence.place_id, place.site_id if place else None, link)


def series_of(group: Group) -> list[Series]:
    """The series of a group, those that go on first, then by their start."""
    query = select(Series).where(Series.group_id == group.id)
    return list(db.session.scalars(query.order_by(Series.ended_at.is_not(None), Series.starts_on, Series.id)))


def current_series(group: Group, *, anew: bool = False) -> Series | None:
    """The series of a group that goes on, None before there is one; read `anew` although it is known.

    Where there are several, one that repeats comes before single dates, then the latest.
    """
    query = select(Series).where(Series.group_id == group.id, Series.ended_at.is_(None))
    latest = (Series.rrule == "", Series.starts_on.desc(), Series.id.desc())
    query = query.order_by(*latest).limit(1).execution_options(populate_existing=anew)
    return db.session.scalars(query).first()


def only_rule(group: Group) -> SeriesRule | None:
    """The rule that alone says when a group meets from now on; None where there are several, or none."""
    query = select(Series).where(Series.group_id == group.id, Series.ended_at.is_(None))
    rules = [series.rule for series in db.session.scalars(query.order_by(Series.id))]
    ahead = [rule for rule in rules if (last_date(rule) or LAST_DAY) >= clock.today(rule.timezone)]
    return ahead[0] if len(ahead) == 1 else None


def meets_on(weekday: int, now: datetime) -> ColumnElement[bool]:
    """The condition on Group that it has a date on that weekday (0 Monday) within the next weeks."""
    # The day before in UTC may still be today at the place.
    ahead = [now.date() + timedelta(days) for days in range(-1, DAYS_AHEAD)]
    dates = select(Occurrence.group_id).where(
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.end > now,
        Occurrence.local_date.in_([day for day in ahead if day.weekday() == weekday]),
    )
    return Group.id.in_(dates)


def current_series_of(groups: list[Group]) -> dict[int, Series]:
    """The same series as `current_series`, by group id; one query for a whole list."""
    query = select(Series).where(
        Series.group_id.in_([group.id for group in groups]), Series.ended_at.is_(None)
    )
    # The other way round than there: the dictionary keeps the last that it is given.
    rows = db.session.scalars(query.order_by(Series.rrule != "", Series.starts_on, Series.id))
    return {row.group_id: row for row in rows}


def leads(person_id: int | None) -> ColumnElement[bool]:
    """The condition on Occurrence that a person leads that date: the same as `Occurrence.leaders`, as SQL."""
    assigned = exists().where(Assignment.occurrence_id == Occurrence.id)
    return or_(
        assigned.where(Assignment.person_id == person_id),
        and_(~assigned, Occurrence.group_id.in_(groups_led_by(person_id))),
    )


def with_assigned() -> ORMOption:
    """What to load with dates of a group whose leaders are known: those assigned to the date itself. Ask for `unique()`."""
    return joinedload(Occurrence.assignments).joinedload(Assignment.person)


def with_leaders() -> tuple[ORMOption, ...]:
    """What to load with dates whose `leaders` are asked for, in the same statement. Rows come more than once where several
    lead: ask for `unique()`."""
    return (
        with_assigned(),
        joinedload(Occurrence.group).joinedload(Group.facilitators).joinedload(Facilitator.person),
    )


def changes_made(group: Group, limit: int = 6) -> list[ChangeMade]:
    """The latest changes of a group's dates, the last first, with who made them. The group itself was loaded in scope."""
    return list(db.session.scalars(history_of(group).limit(limit)))


def history_of(group: Group) -> Select[ChangeMade]:
    """All changes of a group's dates, the last first, with who made them."""
    query = select(ChangeMade).where(ChangeMade.group_id == group.id).options(joinedload(ChangeMade.by))
    return query.order_by(ChangeMade.id.desc())


def last_change(group: Group) -> int:
    """The number of the last change of a group's dates; 0 before there is one."""
    query = select(func.max(ChangeMade.id)).where(ChangeMade.group_id == group.id)
    return db.session.scalar(query) or 0


def changes_since(group: Group, number: int) -> list[ChangeMade]:
    """The changes of a group's dates after the one of this number, the first of them first."""
    return [one for one in reversed(changes_made(group)) if one.id > number]


def get_series(identity: Identity, uid: str) -> Series:
    """A series by its public id, for whom may change its group. Raises NotFound."""
    query = select(Series).join(Series.group).options(contains_eager(Series.group))
    found = db.session.scalar(query.where(Series.uid == uid))
    if found is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, facts(found.group))
    return found


def get_change(identity: Identity, uid: str) -> ChangeMade:
    """A change of dates by its public id. Raises NotFound where it is unknown, or its group is not theirs to change."""
    found = db.session.scalar(
        select(ChangeMade).where(ChangeMade.uid == uid).options(joinedload(ChangeMade.group))
    )
    if found is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, facts(found.group))
    return found


def can_be_undone(changes: Sequence[ChangeMade]) -> ChangeMade | None:
    """The change, of the latest of a group, that may be undone still: the last one, while nobody has heard of it."""
    last = changes[0] if changes else None
    if last is None or last.final or anybody_heard(last.group_id, last.at):
        return None
    return last


def closures(program_id: int, since: datetime) -> list[Closure]:
    """The closures of a program that stand and are not over by then, in order."""
    query = select(Closure).where(
        Closure.program_id == program_id, Closure.taken_back_at.is_(None), Closure.ends_at > since
    )
    query = query.options(joinedload(Closure.site), joinedload(Closure.created_by))
    return list(db.session.scalars(query.order_by(Closure.starts_at, Closure.id)))


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


def curriculum_of(group: Group) -> Curriculum | None:
    """How the topics of a group go on, None where it never had any."""
    return db.session.get(Curriculum, group.id)


def topics_of(group: Group, *, removed: bool = False) -> list[Topic]:
    """The topics of a group in order, with those that were taken off it if asked. The group itself was loaded in scope."""
    return topics_of_groups([group.id], removed=removed).get(group.id, [])


def topics_of_groups(group_ids: Sequence[int], *, removed: bool = False) -> dict[int, list[Topic]]:
    """The topics of groups in order, by group id; one query for a whole list."""
    query = select(Topic).where(Topic.group_id.in_(group_ids))
    if not removed:
        query = query.where(Topic.removed_at.is_(None))
    found: dict[int, list[Topic]] = {}
    for one in db.session.scalars(query.order_by(Topic.position, Topic.id)):
        found.setdefault(one.group_id, []).append(one)
    return found


def get_topic(group: Group, uid: str) -> Topic:
    """A topic on the list of a group. Raises NotFound."""
    found = next((one for one in topics_of(group) if one.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def come_round(group: Group, now: datetime) -> dict[int, Occurrence]:
    """The next date of each topic of a group, by the number of the topic."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.topic_id.is_not(None),
    )
    # From behind: the dictionary keeps the last that it is given, which is the nearest.
    rows = db.session.scalars(query.order_by(Occurrence.start.desc(), Occurrence.id.desc()))
    return {row.topic_id: row for row in rows if row.topic_id is not None}


def saved_patterns(identity: Identity) -> list[SavedPattern]:
    """The templates that a program saved of its own groups, by name."""
    mine = SavedPattern.program_id == (identity.program_id or 0)
    query = select(SavedPattern).where(mine, SavedPattern.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(SavedPattern.name, SavedPattern.id)))


def get_saved_pattern(identity: Identity, uid: str) -> SavedPattern:
    """A saved template of the identity's program by its public id. Raises NotFound."""
    found = next((one for one in saved_patterns(identity) if one.uid == uid), None)
    if found is None:
        raise NotFound
    return found
