"""Reads of series and dates, always scoped to what the identity may see."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.events import Whereabouts
from groupsched.schedule.models import (
    Occurrence,
    Series,
)
from groupsched.schedule.queries.leading import with_assigned
from groupsched.schedule.rules import (
    LAST_DAY,
    OccurrenceStatus,
    SeriesRule,
    last_date,
    one_line,
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
    query = _coming([group], now)
    if not dropped:
        query = query.where(~Occurrence.dropped)
    return list(db.session.scalars(query.limit(limit)).unique())


def coming_of(groups: Collection[Group], now: datetime) -> list[Occurrence]:
    """The same of several groups, all of them, in order."""
    return list(db.session.scalars(_coming(groups, now).where(~Occurrence.dropped)).unique())


def _coming(groups: Collection[Group], now: datetime) -> Select[Occurrence]:
    query = select(Occurrence).where(
        Occurrence.group_id.in_([one.id for one in groups]), Occurrence.end > now
    )
    query = query.options(
        joinedload(Occurrence.place),
        joinedload(Occurrence.series),
        joinedload(Occurrence.laid_topic),
        with_assigned(),
    )
    return query.order_by(Occurrence.start, Occurrence.id)


def lately(group: Group, now: datetime, limit: int = 4) -> list[Occurrence]:
    """The last dates of a group that are over, the latest first; none that its rule dropped before."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.end <= now, ~Occurrence.dropped
    )
    query = query.options(
        joinedload(Occurrence.place), joinedload(Occurrence.laid_topic), with_assigned()
    ).order_by(Occurrence.start.desc(), Occurrence.id.desc())
    return list(db.session.scalars(query.limit(limit)).unique())


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
    rows = db.session.scalars(query.options(joinedload(Occurrence.place)).order_by(Occurrence.id.desc()))
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


def seats_taken(numbers: Collection[int]) -> dict[int, int]:
    """How many seats are taken on each of these dates, which were loaded in scope, by number."""
    query = select(Occurrence.id, Occurrence.taken).where(Occurrence.id.in_(numbers))
    return {row.id: row.taken for row in db.session.execute(query.order_by(Occurrence.id))}


def only_rule(group: Group, besides: Collection[int] = ()) -> SeriesRule | None:
    """The rule that alone says when a group meets from now on, `besides` the series of these numbers: of a line in parts that of
    the last; None where there are several, or none."""
    query = select(Series).where(Series.group_id == group.id, Series.ended_at.is_(None))
    return _going_on(
        one.rule for one in db.session.scalars(query.order_by(Series.id)) if one.id not in besides
    )


def only_rules(group_ids: Collection[int]) -> dict[int, SeriesRule]:
    """The rule by which each of these groups meets from now on, by group id: the same as `only_rule`, but for single dates
    besides a rule that repeats. One query for a whole list."""
    query = select(Series).where(Series.group_id.in_(group_ids), Series.ended_at.is_(None))
    rules: dict[int, list[SeriesRule]] = {}
    for one in db.session.scalars(query.order_by(Series.id)):
        rules.setdefault(one.group_id, []).append(one.rule)
    alone = {
        group: _going_on([one for one in found if last_date(one) != one.starts_on] or found)
        for group, found in rules.items()
    }
    return {group: rule for group, rule in alone.items() if rule is not None}


def _going_on(rules: Iterable[SeriesRule]) -> SeriesRule | None:
    ahead = [rule for rule in rules if (last_date(rule) or LAST_DAY) >= clock.today(rule.timezone)]
    return one_line(ahead)


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


def series_ahead_of(groups: list[Group]) -> dict[int, list[Series]]:
    """The series of each group by which it meets from now on, in the order in which they begin, by group id; single dates only
    where nothing repeats."""
    query = select(Series).where(
        Series.group_id.in_([group.id for group in groups]), Series.ended_at.is_(None)
    )
    found: dict[int, list[Series]] = {}
    for row in db.session.scalars(query.order_by(Series.starts_on, Series.id)):
        if (last_date(row.rule) or LAST_DAY) >= clock.today(row.timezone):
            found.setdefault(row.group_id, []).append(row)
    return {number: [one for one in rows if one.rrule] or rows[:1] for number, rows in found.items()}


def get_series(identity: Identity, uid: str) -> Series:
    """A series by its public id, for whom may change its group. Raises NotFound."""
    query = select(Series).join(Series.group).options(contains_eager(Series.group))
    found = db.session.scalar(query.where(Series.uid == uid))
    if found is None:
        raise NotFound
    ensure(identity, Permission.GROUP_WRITE, facts(found.group))
    return found


def dates_between(group: Group, first: date, last: date) -> list[Occurrence]:
    """The dates of a group that begin on these days or between, in order, without those that its rule dropped."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id, Occurrence.local_date.between(first, last), ~Occurrence.dropped
    )
    query = query.options(joinedload(Occurrence.place), joinedload(Occurrence.series), with_assigned())
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)).unique())
