"""Verbs of single dates: change or cancel one, and what the sheet says of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from groupsched.access.identity import Identity
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.schedule.events import Impact
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import last_change
from groupsched.schedule.rules import (
    TIMES,
    BringBack,
    CancelDate,
    Change,
    ChangeScope,
    DateField,
    MoveAndSet,
    MoveDate,
    OccurrenceStatus,
    RuleFrom,
    SeriesRule,
    SetOfDate,
)
from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates, plan_in
from groupsched.schedule.service.leading import assign_leaders
from groupsched.schedule.service.rows import may_write, touch
from groupsched.schedule.service.timetable import TimetableRows
from groupsched.schedule.service.topics import lay_again

REASON_LENGTH = 300
MOST = timedelta(days=1)


@dataclass(frozen=True)
class WantedDate:
    """What somebody wants of a date: other times, other things of its own, or that it takes place, or not; from it on, or for
    all, another `rule` of what is ahead. `overwrite`: dates that were changed by hand give it up for that, all or these
    fields. `keep`: the words with which it is done although something is taken then; `rooms`: which of its dates go to another
    room, by when they begin. `version`, or all that is `seen`, is
    what the writer saw, if they say."""

    start: datetime | None = None
    end: datetime | None = None
    values: Mapping[DateField, Any] = field(default_factory=dict)
    status: OccurrenceStatus | None = None
    reason: str = ""
    scope: ChangeScope = ChangeScope.THIS
    overwrite: bool | frozenset[DateField] = False
    keep: str | None = None
    version: int | None = None
    rule: SeriesRule | None = None
    seen: "SeenDates | None" = None
    rooms: Mapping[datetime, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenDates:
    """How the dates of a group stood when somebody began to write: the version of one, of its series, and the number of the
    last change of any."""

    date: int
    series: int
    change: int


def change_occurrence(
    identity: Identity, occurrence: Occurrence, wanted: WantedDate, *, dry_run: bool = False
) -> ChangedDates:
    """Change one date, or with it all that the scope names, and have their people told; a dry run only says what it would do.

    Raises ChangedMeanwhile, DomainError for a reason that is missing or what does not fit, Conflict where it cannot be,
    DatesTaken where something is taken then.
    """
    group, change = occurrence.group, _change_of(occurrence, wanted)
    if dry_run:
        may_write(identity, group)
        _check_length(wanted.reason)
        return plan_dates(group, change, wanted.rooms)

    def made(rows: TimetableRows) -> Change:
        row = rows.dates.get(occurrence.id)
        if wanted.version is not None and row is not None and row.version != wanted.version:
            raise ChangedMeanwhile
        stale = wanted.seen is not None and wanted.seen != seen_dates(occurrence, wanted.scope)
        # What is saved already is not saved again: a second click has the answer of the first.
        if stale and plan_in(rows, change).changes:
            raise ChangedMeanwhile
        if isinstance(change, CancelDate) and plan_in(rows, change).changes:
            check_reason(change.reason)
        return change

    return change_dates(identity, group, made, keep=wanted.keep, rooms=wanted.rooms)


def seen_dates(occurrence: Occurrence, scope: ChangeScope) -> SeenDates:
    """How what a scope names stands now: of one date alone, what became of others does not matter."""
    if scope is ChangeScope.THIS:
        return SeenDates(occurrence.version, 0, 0)
    return SeenDates(occurrence.version, occurrence.series.version, last_change(occurrence.group))


def cancel_occurrence(
    identity: Identity, occurrence: Occurrence, reason: str, *, dry_run: bool = False
) -> Impact:
    """Cancel one date and have its people told; returns whom it touches. Cancelling twice has one effect.

    Raises DomainError without a reason (a dry run needs none), Conflict where the date is over or has attendance.
    """
    wanted = WantedDate(status=OccurrenceStatus.CANCELLED, reason=clean_line(reason))
    return change_occurrence(identity, occurrence, wanted, dry_run=dry_run).impact


def _change_of(occurrence: Occurrence, wanted: WantedDate) -> Change:
    if wanted.status == OccurrenceStatus.CANCELLED:
        return CancelDate(occurrence.id, clean_line(wanted.reason), wanted.scope)
    if wanted.status is not None:
        return BringBack(occurrence.id)
    times = TIMES if wanted.start or wanted.end else frozenset()
    if occurrence.group.has_slots and DateField.SEATS in wanted.values:
        raise DomainError(
            _("The seats of this date are its times."), field="capacity", code="seats-are-slots"
        )
    touched = times | frozenset(wanted.values) | (TIMES if wanted.rule else frozenset())
    given_up = touched if wanted.overwrite is True else frozenset(wanted.overwrite or ()) & touched
    if wanted.rule is not None:
        return RuleFrom(occurrence.id, wanted.rule, wanted.values, wanted.scope, given_up)
    others = SetOfDate(occurrence.id, wanted.values, wanted.scope, given_up)
    if not times:
        return others
    start = wanted.start or occurrence.start
    end = wanted.end or start + (occurrence.end - occurrence.start)
    if not start < end <= start + MOST:
        raise DomainError(_("The end is after the start, and within a day."), field="end", code="end-range")
    move = MoveDate(occurrence.id, start, end, wanted.scope, given_up)
    return MoveAndSet(move, others) if wanted.values else move


def check_reason(words: str) -> None:
    """Raises DomainError for a date to be cancelled without a reason, or with too long a one."""
    if not words:
        raise DomainError(
            _("Say why, in a few words. People will read it."), field="reason", code="reason-missing"
        )
    _check_length(words)


def _check_length(words: str) -> None:
    if len(words) > REASON_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="reason", code="too-long")


def freeze(occurrence: Occurrence) -> None:
    """Attendance exists: time and status of this date no longer follow its series, and who leads it is written down."""
    if not occurrence.frozen:
        occurrence.frozen = True
        touch(occurrence)
        assign_leaders(occurrence, clock.now())


def hold_still(occurrence: Occurrence, met: bool) -> None:
    """Whether the sheet of a scheduled date says that people met: then it stays where it is, else it follows its series."""
    if met:
        freeze(occurrence)
    elif occurrence.frozen and occurrence.status == OccurrenceStatus.SCHEDULED:
        occurrence.frozen = False
        touch(occurrence)


def set_status(occurrence: Occurrence, status: OccurrenceStatus, reason: str = "") -> None:
    """What the sheet found out about a date: finished, did not meet (with a reason), or scheduled again."""
    if (occurrence.status, occurrence.reason) != (status, reason):
        # Where nobody met, its topic passes to the next date.
        occurrence.status, occurrence.reason, occurrence.frozen = status, reason[:REASON_LENGTH], True
        touch(occurrence)
        db.session.flush()
        lay_again(occurrence.group_id)
