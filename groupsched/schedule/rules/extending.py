"""Time goes on: the dates of a series that have come within the horizon."""

from dataclasses import replace
from datetime import datetime, timedelta

from groupsched.schedule.rules.changing import DateChange
from groupsched.schedule.rules.dates import expand
from groupsched.schedule.rules.laying import in_order, made_until, without_met
from groupsched.schedule.rules.timetable import Timetable, TimetableSeries

BACK = timedelta(days=731)
"""How long ago dates may have been of which rows are made."""


def extended(timetable: Timetable, series: TimetableSeries, now: datetime) -> DateChange:
    """The dates of a series until the horizon, as far as there are none yet."""
    if series.expanded_to is not None and series.expanded_to >= timetable.horizon:
        return DateChange(timetable, timetable, series.key)
    rule = without_met(timetable, series.rule, now, series.key)
    first = max((series.expanded_to or rule.starts_on) + timedelta(days=1), now.date() - BACK)
    made = replace(series, rule=rule, expanded_to=made_until(rule, timetable.horizon))
    # What was undone, and somebody holds, has its row already.
    known = {one.given for one in timetable.dates if one.series == series.key}
    slots = [slot for slot in expand(rule, first, timetable.horizon) if slot.start not in known]
    dates = [timetable.made(made, slot) for slot in slots]
    after = replace(
        timetable,
        series=tuple(made if one.key == made.key else one for one in timetable.series),
        dates=in_order([*timetable.dates, *dates]),
    )
    return DateChange(timetable, after, made.key)
