"""Copying the dates of a week of a group into another week, as dates besides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.errors import DomainError
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import (
    AddDates,
    BookingClash,
    ClosedSpan,
    DateField,
    ExtraDate,
    SeriesRule,
    closure_over,
    slot_on,
)
from groupsched.schedule.service.changing import ChangedDates, change_dates, plan_dates

MOST = 40


@dataclass(frozen=True)
class CopiedDate:
    """A date and its copy in the other week; `why_not` is empty where it can be made. `closed`: why it is closed then, if it is;
    the copy is called off for that, or `stays` as its group does on closed days."""

    date: Occurrence
    extra: ExtraDate
    why_not: str = ""
    closed: str = ""
    stays: bool = True

    @property
    def start(self) -> Any:
        """When the copy begins."""
        return slot_on(self.extra.rule, self.extra.rule.starts_on).start


@dataclass(frozen=True)
class CopiedWeek:
    """What becomes of each date of a week, who hears of the copies, and what they run into."""

    copies: Sequence[CopiedDate] = ()
    clashes: tuple[BookingClash, ...] = ()
    people: frozenset[Person] = frozenset()


def copy_of(
    group: Group, dates: Sequence[Occurrence], weeks: int, rooms: Mapping[datetime, int] | None = None
) -> CopiedWeek:
    """What copying dates so many weeks on would make of each; those that begin at the moments of `rooms` go there. Nothing is
    written."""
    copies = [CopiedDate(one, _extra(one, weeks)) for one in dates]
    planned = plan_dates(group, AddDates(tuple(one.extra for one in copies)), rooms)
    after = planned.plan.after
    added = {one.start: (closure_over(after, one), one.takes_place) for one in planned.plan.added}
    return CopiedWeek(
        [_copied(one, added.get(one.start)) for one in copies], planned.clashes, planned.impact.people
    )


def copy_dates(
    identity: Identity,
    group: Group,
    dates: Sequence[Occurrence],
    weeks: int,
    *,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
) -> ChangedDates:
    """Make them, as one change with one undo; where the group meets then already, none is made. With the words `keep` they are
    made although something is taken then; those that begin at the moments of `rooms` go there.

    Raises DomainError where none is chosen, or none of them can be, DatesTaken.
    """
    if not dates or len(dates) > MOST:
        raise DomainError(_("Choose at least one date."), field="dates", code="no-date")
    change = AddDates(tuple(_extra(one, weeks) for one in dates))
    done = change_dates(identity, group, change, keep=keep, rooms=rooms)
    if not done.plan.added:
        raise DomainError(_("None of them can be added to that week."), field="to", code="none-free")
    return done


def _copied(one: CopiedDate, made: tuple[ClosedSpan | None, bool] | None) -> CopiedDate:
    """A copy as it would be made; `made` is None where it would not."""
    if made is None:
        return _refused(one)
    over, stays = made
    return replace(one, closed=over.name, stays=stays) if over is not None else one


def _refused(one: CopiedDate) -> CopiedDate:
    past = one.start <= clock.now()
    words = _("This time has passed.") if past else _("The group meets at that time already.")
    return replace(one, why_not=words)


def _extra(one: Occurrence, weeks: int) -> ExtraDate:
    start = local(one.start, one.timezone)
    minutes = int((one.end - one.start).total_seconds()) // 60
    day = start.date() + timedelta(weeks=weeks)
    rule = SeriesRule(day, start.time().replace(second=0, microsecond=0), minutes, one.timezone, "")
    return ExtraDate(rule, _own(one))


def _own(one: Occurrence) -> dict[DateField, Any]:
    """What a date has otherwise than its group, whether alone or with its series; not its note: that was for one day."""
    series = {DateField(name) for name in one.series.own}
    values: dict[DateField, Any] = {
        DateField.PLACE: one.place_id, DateField.SEATS: one.capacity, DateField.TITLE: one.own_title,
        DateField.LINK: one.own_link, DateField.LEADS: tuple(row.person_id for row in one.assignments),
    }  # fmt: skip
    return {name: value for name, value in values.items() if name in one.own | series}
