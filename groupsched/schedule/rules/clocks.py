"""What becomes of coming dates where the clocks of their zone turn otherwise than they were known to."""

from dataclasses import replace
from datetime import datetime

from groupsched.schedule.rules.changing import DateChange, FollowClock
from groupsched.schedule.rules.dates import RuleDate, slot_on
from groupsched.schedule.rules.laying import at_slot, in_order
from groupsched.schedule.rules.series import SeriesRule
from groupsched.schedule.rules.timetable import Timetable, TimetableDate


def with_clock(change: FollowClock, timetable: Timetable, now: datetime) -> DateChange:
    """Each date of the zone that is to come and without marks keeps its day and its time on the wall, save what was changed for it
    alone."""
    series = {one.key: one for one in timetable.series if one.rule.timezone == change.zone}

    def then(one: TimetableDate) -> TimetableDate:
        if one.series not in series or not timetable.changeable(one, now):
            return one
        slot = _slot_by_now(one, series[one.series].rule)
        return one if slot.start == one.given else at_slot(one, series[one.series], slot)

    return DateChange(timetable, replace(timetable, dates=in_order(map(then, timetable.dates))))


def _slot_by_now(one: TimetableDate, rule: SeriesRule) -> RuleDate:
    """One that was left out may have another time than its rule by now."""
    return slot_on(replace(rule, start_time=one.original.time()), one.day)
