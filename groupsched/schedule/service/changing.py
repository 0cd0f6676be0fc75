"""The one way to change dates: plan, ask whom it touches, and do exactly the plan.

The page, the interface, an import, the worker and what follows from the catalogue all come through here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from groupsched.access.identity import Identity, System
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.schedule.events import Impact
from groupsched.schedule.models import ChangeMade, Series, TimeOff
from groupsched.schedule.rules import (
    AddBackDay,
    AddDates,
    AddSeries,
    BookingClash,
    BringBack,
    CancelDate,
    Change,
    ChangeRefused,
    ChangeScope,
    ChosenDates,
    CloseDates,
    DateChange,
    EndAfter,
    ExtendSeries,
    FollowClock,
    FollowGroup,
    MoveAndSet,
    MoveDate,
    NewRule,
    RuleFrom,
    SetOfDate,
    SkipDay,
    UndoOf,
    WhyNot,
    in_rooms,
    plan,
    slot_plan,
)
from groupsched.schedule.service.applying import apply
from groupsched.schedule.service.away import away_then
from groupsched.schedule.service.booking import clashes_of, deciding, keeps_clashes, rooms_decided
from groupsched.schedule.service.conflicts import people_elsewhere
from groupsched.schedule.service.history import remember
from groupsched.schedule.service.rows import lock, may_write
from groupsched.schedule.service.slots import cut_of, who_loses
from groupsched.schedule.service.telling import booked_once, impact_of, told_once, who_comes_to_all
from groupsched.schedule.service.timetable import TimetableRows, timetable_of

OF_A_SERIES = (NewRule, SkipDay, AddBackDay, EndAfter)
OF_A_DATE = (MoveDate, SetOfDate, MoveAndSet, RuleFrom, CancelDate, ChosenDates, BringBack)
OF_A_RULE = (*OF_A_SERIES, MoveDate, MoveAndSet, RuleFrom, UndoOf)
BESIDES = (AddSeries, AddDates)
"""Changes whose new dates are news to whoever comes to every date."""
QUIET = (AddSeries, AddDates, ExtendSeries, FollowClock, CancelDate, CloseDates)
"""Changes that move no date for those who look at a clock: nothing has to be compared."""


@dataclass(frozen=True)
class ChangedDates:
    """What a change of dates does, or has done: the plan, and the series that goes on once it has. `impact`: whom a
    change of single dates touches; `clashes`: what it runs into; `elsewhere`: how many of its
    people are in another group then, by date, before it is made; `made`: its row in the history; who leads and is `away` on
    dates that come or move is warned of where it is only planned."""

    plan: DateChange
    series: Series | None = None
    made: ChangeMade | None = None
    impact: Impact = field(default_factory=Impact)
    clashes: tuple[BookingClash, ...] = ()
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    away: tuple[TimeOff, ...] = ()


def plan_dates(group: Group, change: Change, rooms: Mapping[datetime, int] | None = None) -> ChangedDates:
    """What a change would do to the dates of a group, and whom it would touch; the dates that begin at the moments of `rooms` go
    there. Nothing is written. Raises Conflict where it cannot be."""
    rows = timetable_of(group)
    found = in_rooms(plan_in(rows, change), rooms or {}, clock.now())
    impact = _impact(group, change, rows, found)
    if not found.changes:
        return ChangedDates(found, impact=impact)
    clashes, elsewhere = tuple(clashes_of(group, found)), people_elsewhere(group, found)
    moving = [*found.added, *found.restored, *(now for _was, now in found.moved)]
    away = away_then(group, (row.person_id for row in group.facilitators), moving)
    return ChangedDates(found, impact=impact, clashes=clashes, elsewhere=elsewhere, away=away)


def change_dates(
    identity: Identity,
    group: Group,
    change: Change | Callable[[TimetableRows], Change],
    *,
    keep: str | None = None,
    rooms: Mapping[datetime, int] | None = None,
) -> ChangedDates:
    """Change the dates of a group, have its people told, and write down who did it. A change that depends on how the dates
    stand is made of that, once nobody else can change them. With the words `keep` it is made although something is taken then;
    the dates that begin at the moments of `rooms` go there.

    Raises Conflict where it cannot be, DatesTaken where something is taken, NotFound for whom it is not theirs to change.
    """
    may_write(identity, group)
    with deciding(identity, keep, rooms):
        return change_for(identity, group, change)


def change_for(
    identity: Identity,
    group: Group,
    change: Change | Callable[[TimetableRows], Change],
) -> ChangedDates:
    """The same for somebody of whom it is known that they may: who closes a house changes groups that are not theirs."""
    with deciding(identity):
        return _change(identity, group, change)


def _change(
    identity: Identity, group: Group, change: Change | Callable[[TimetableRows], Change]
) -> ChangedDates:
    lock(group.id)
    rows = timetable_of(group, hold=True)
    made = change(rows) if callable(change) else change
    found = plan_in(rows, made)
    if not isinstance(made, FollowGroup | ExtendSeries):
        # What follows from the group comes first, and its dates are not where they will be yet.
        found = in_rooms(found, rooms_decided(), clock.now())
    impact = _impact(group, made, rows, found)
    if not found.changes:
        return ChangedDates(found, rows.series.get(found.goes_on or 0), impact=impact)
    clashes = tuple(clashes_of(group, found)) if keeps_clashes() else ()
    with booked_once(group) if isinstance(made, QUIET) else told_once(group):
        applied = apply(
            group, rows, found, by_rule=isinstance(made, OF_A_RULE), besides=isinstance(made, BESIDES)
        )
        kept = remember(identity, group, made, found, applied)
        series = applied.goes_on
        _record(identity, group, made, rows, series or _of_change(rows, made), len(impact.people))
    return ChangedDates(found, series, kept, impact, clashes)


def _impact(group: Group, change: Change, rows: TimetableRows, plan: DateChange) -> Impact:
    """Whom a change of single dates touches, or dates besides; of others it is asked where it is shown."""
    if isinstance(change, BESIDES):
        return Impact(people=who_comes_to_all(group, (one.start for one in plan.added if one.takes_place)))
    if isinstance(change, CancelDate) and change.scope is ChangeScope.THIS:
        return impact_of([change.date])
    if not isinstance(change, OF_A_DATE):
        return Impact()
    found = impact_of(plan.told, whole_line=True) if plan.told else Impact()
    return replace(found, losing=_losing(rows, plan))


def _losing(rows: TimetableRows, plan: DateChange) -> frozenset[Person]:
    """Whose slot falls away by it: the date is shorter, or fewer people treat."""
    group = next((one.group for one in rows.dates.values()), None)
    cut = (
        slot_plan(group.slot_minutes, group.slot_gap, group.slot_breaks)
        if group and group.has_slots
        else None
    )
    if group is None or cut is None:
        return frozenset()
    usual = [one.person_id for one in group.facilitators]
    cuts = {now.key or 0: cut_of(plan, was, now, now.leads or usual) for was, now in plan.moved}
    return who_loses(cuts, cut)[1]


def _of_change(rows: TimetableRows, change: Change) -> Series | None:
    """The series that a change is about."""
    return rows.series.get(getattr(change, "series", 0))


def follow(group: Group, change: Change) -> ChangedDates:
    """Change dates because of what was done to their group, or because time goes on."""
    return change_dates(System(program_id=group.program_id), group, change)


def plan_in(rows: TimetableRows, change: Change) -> DateChange:
    """The plan of a change for dates that stand so. Raises Conflict where it cannot be."""
    try:
        return plan(rows.timetable, change, clock.now())
    except ChangeRefused as refusal:
        raise Conflict(_why(refusal.why), code=refusal.why) from refusal


def _why(why: WhyNot) -> str:
    return {
        WhyNot.ENDED: _("This series has ended. Its dates stay as they were."),
        WhyNot.OVER: _("This date has begun or is over. On its sheet you can say that you did not meet."),
        WhyNot.PAST: _("This time has passed. The earliest a date can move to is now."),
        WhyNot.AT_THE_SAME_TIME: _("The group meets at that time already."),
        WhyNot.NOT_CANCELLED: _("This date is not cancelled."),
        WhyNot.CHANGED_SINCE: _(
            "Something of this was changed since, or has begun. It cannot be undone any more."
        ),
        WhyNot.OTHER_PERIOD: _(
            "All dates from here on cannot move that far. Change how the group repeats instead."
        ),
    }[why]


def _record(
    identity: Identity, group: Group, change: Change, rows: TimetableRows, series: Series | None, people: int
) -> None:
    """Write down who did it, where it is not written down already as what was done to the group."""
    if isinstance(change, AddSeries) and series is not None:
        record(identity, AuditAction.SERIES_CREATED, series, group=group.uid)
    elif isinstance(change, AddDates):
        record(identity, AuditAction.GROUP_CHANGED, group, added=len(change.each))
    elif isinstance(change, OF_A_SERIES):
        before = rows.series[change.series].uid
        record(
            identity,
            AuditAction.SERIES_CHANGED,
            series or rows.series[change.series],
            group=group.uid,
            before=before,
        )
    elif isinstance(change, RuleFrom):
        touched = series or rows.dates[change.date].series
        record(identity, AuditAction.SERIES_CHANGED, touched, group=group.uid)
    elif isinstance(change, UndoOf):
        touched = series or rows.series[min(rows.series)]
        record(identity, AuditAction.SERIES_CHANGED, touched, group=group.uid, undone=True)
    elif isinstance(change, CancelDate):
        record(identity, AuditAction.OCCURRENCE_CANCELLED, rows.dates[change.date], people=people)
    elif isinstance(change, ChosenDates):
        for one in change.each:
            record(identity, AuditAction.OCCURRENCE_CHANGED, rows.dates[one.date])
    elif isinstance(change, MoveDate | SetOfDate | MoveAndSet | BringBack):
        record(identity, AuditAction.OCCURRENCE_CHANGED, rows.dates[change.date])
