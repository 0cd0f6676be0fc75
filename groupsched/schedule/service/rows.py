"""The rows behind a series: made from slots, moved, dropped, cancelled, and what is told of it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from groupsched.access.identity import Identity, System
from groupsched.access.policy import Permission, ensure
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import GroupState
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.core.errors import NotFound
from groupsched.core.events import publish
from groupsched.core.tokens import public_id
from groupsched.schedule.events import OccurrenceCancelled
from groupsched.schedule.models import FORMER_LENGTH, Occurrence, Series
from groupsched.schedule.rules import OccurrenceStatus, RuleDate, SeriesRule, expand, last_date

HORIZON_DAYS = 400
SLACK_DAYS = 7  # made beyond the horizon, so that a series is extended once a week and not every night
FOR_GOOD = date(9999, 12, 31)


def may_write(identity: Identity, group: Group) -> None:
    """Own groups, by the policy; listings of others only for the product itself (an import)."""
    ensure(identity, Permission.GROUP_WRITE, facts(group))
    if not isinstance(identity, System):
        refuse_external(group)


def lock(group_id: int) -> None:
    """Lock the group's row: every change of dates or seats does this first, so that bulk changes cannot deadlock.

    SQLite has no such lock and needs none: a transaction that writes holds the whole file from its first statement.
    """
    if db.engine.dialect.name != "sqlite":
        db.session.execute(select(Group.id).where(Group.id == group_id).with_for_update())


def hold_date(occurrence: Occurrence) -> None:
    """Lock a date, and before it its group, and take over what became of the date while somebody else had them.

    Raises NotFound where it is gone.
    """
    known = (
        Occurrence.status,
        Occurrence.frozen,
        Occurrence.start,
        Occurrence.end,
        Occurrence.version,
    )
    query = select(*known).join(Occurrence.group).where(Occurrence.id == occurrence.id)
    # Both, though the group would keep everybody away: a row that is not locked is read as it was before the wait for it.
    found = db.session.execute(query.with_for_update(of=(Group, Occurrence))).one_or_none()
    if found is None:
        raise NotFound
    for column, value in zip(known, found, strict=True):
        set_committed_value(occurrence, column.key, value)


def horizon() -> date:
    return clock.now().date() + timedelta(days=HORIZON_DAYS + SLACK_DAYS)


def expanded_to(rule: SeriesRule) -> date:
    """The last date looked at; for good where the rule has no further one."""
    last = last_date(rule)
    return FOR_GOOD if last is not None and last <= horizon() else horizon()


def slots_from(rule: SeriesRule, first: date) -> dict[date, RuleDate]:
    return {slot.original_local.date(): slot for slot in expand(rule, first, horizon())}


def slots_after(group: Group, rule: SeriesRule, kept: date | None) -> dict[date, RuleDate]:
    """The dates of a rule after the last kept one that are to come; of a draft, any."""
    slots = slots_from(rule, rule.starts_on if kept is None else kept + timedelta(days=1))
    if group.state == GroupState.DRAFT:
        return slots
    return {day: slot for day, slot in slots.items() if slot.start > clock.now()}


def last_kept(series: Series) -> date | None:
    """The last date that a change must not touch: it has begun or has attendance. A draft keeps only attendance."""
    kept: list[ColumnElement[bool]] = [Occurrence.frozen.is_(True)]
    if series.group.state != GroupState.DRAFT:
        kept.append(Occurrence.start <= clock.now())
    latest = db.session.scalar(
        select(Occurrence.original_local)
        .where(Occurrence.series_id == series.id, or_(*kept))
        .order_by(Occurrence.original_local.desc())
        .limit(1)
    )
    return date.fromisoformat(latest[:10]) if latest else None


def replaceable(series: Series, kept: date | None) -> list[Occurrence]:
    """The dates of a series after the last kept one that are to come (of a draft: any) and without attendance."""
    query = select(Occurrence).where(Occurrence.series_id == series.id, Occurrence.frozen.is_(False))
    if series.group.state != GroupState.DRAFT:
        query = query.where(Occurrence.start > clock.now())
    if kept is not None:
        query = query.where(Occurrence.original_local >= (kept + timedelta(days=1)).isoformat())
    return list(db.session.scalars(query.order_by(Occurrence.original_start)))


def rows_by_day(series: Series, kept: date | None) -> dict[date, Occurrence]:
    """The dates of a series after the last kept one by the day that their rule gave them: a date that was moved is still
    the one of that day. Those that fell away with an earlier series of its group are among them."""
    own = replaceable(series, kept)
    return {date.fromisoformat(row.original_local[:10]): row for row in [*_left_behind(series, kept), *own]}


def _left_behind(series: Series, kept: date | None) -> list[Occurrence]:
    query = (
        select(Occurrence)
        .join(Occurrence.series)
        .where(
            Occurrence.group_id == series.group_id,
            Occurrence.series_id != series.id,
            Series.ended_at.is_not(None),
            Occurrence.status == OccurrenceStatus.CANCELLED,
            Occurrence.dropped,
            ~Occurrence.frozen,
            Occurrence.start > clock.now(),
        )
    )
    if kept is not None:
        query = query.where(Occurrence.original_local >= (kept + timedelta(days=1)).isoformat())
    return list(db.session.scalars(query.order_by(Occurrence.id)))


def restore(row: Occurrence) -> None:
    """Let a date that fell away take place, as its group is now. Its people are to be counted anew."""
    group = row.group
    row.status, row.dropped, row.edited, row.cancelled_at = OccurrenceStatus.SCHEDULED, False, False, None
    row.capacity, row.place_id = group.capacity, group.place_id
    row.sequence += 1
    touch(row)


def insert_dates(series: Series, group: Group, slots: list[RuleDate]) -> list[int]:
    """Rows for these meetings in one statement; returns their ids, in order."""
    if not slots:
        return []
    shared = {
        "program_id": group.program_id, "group_id": group.id, "series_id": series.id, "external": group.external,
        "timezone": series.timezone, "place_id": group.place_id, "capacity": group.capacity,
        "changed_at": clock.now(),
    }  # fmt: skip
    rows = [{**shared, **times_of(slot, series.timezone), "uid": public_id()} for slot in slots]
    # RETURNING alone promises no order: the numbers would be those of other dates.
    query = insert(Occurrence).returning(Occurrence.id, sort_by_parameter_order=True)
    return list(db.session.scalars(query, rows))


def times_of(slot: RuleDate, timezone: str) -> dict[str, Any]:
    # What the clock shows then; `original_local` is what the rule says. They differ where an hour is left out, and a date
    # keeps the name that its rule gave it.
    local = slot.start.astimezone(ZoneInfo(timezone))
    return {
        "original_start": slot.start,
        "original_local": f"{slot.original_local:%Y-%m-%dT%H%M}",
        "start": slot.start,
        "end": slot.end,
        "local_date": local.date(),
        "local_minute": local.hour * 60 + local.minute,
    }


def follow_slot(row: Occurrence, series: Series, slot: RuleDate) -> bool:
    """Anchor a row in its series again; its time moves too unless it was changed by hand. Says whether time changed."""
    times = times_of(slot, series.timezone)
    changed = not row.edited and (row.start, row.end) != (slot.start, slot.end)
    kept = times if not row.edited else {name: times[name] for name in ("original_start", "original_local")}
    if row.original_local != times["original_local"]:
        row.former_local = f"{row.former_local} {row.original_local}"[-FORMER_LENGTH:]
    for name, value in kept.items():
        setattr(row, name, value)
    row.series_id, row.timezone = series.id, series.timezone
    if changed:
        row.sequence += 1
        touch(row)
    return changed


def drop(rows: Iterable[Occurrence]) -> list[int]:
    """Delete the dates that nothing refers to; cancel the others and return their ids, for `announce`. Cancelled ones
    stay as they are."""
    left = [
        row
        for row in rows
        if row.status == OccurrenceStatus.SCHEDULED and not (row.taken == 0 and _deleted(row))
    ]
    for row in left:
        _set_cancelled(row, "")
    db.session.flush()
    return [row.id for row in left]


def _deleted(row: Occurrence) -> bool:
    """Whether the row could go: a seat given up, a mark, a message may still point to it, and the constraint knows."""
    try:
        with savepoint():
            db.session.execute(delete(Occurrence).where(Occurrence.id == row.id))
    except IntegrityError:
        return False
    return True


def cancel(row: Occurrence, reason: str) -> None:
    _set_cancelled(row, reason)
    db.session.flush()
    publish(OccurrenceCancelled(row.group_id, row.id, reason))


def _set_cancelled(row: Occurrence, reason: str) -> None:
    row.status, row.reason, row.cancelled_at, row.edited = (
        OccurrenceStatus.CANCELLED,
        reason,
        clock.now(),
        True,
    )
    row.sequence += 1
    touch(row)


def touch(row: Occurrence) -> None:
    row.version += 1
    row.changed_at = clock.now()
