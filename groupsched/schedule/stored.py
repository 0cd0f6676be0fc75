"""Between a series as a row and its rule."""

from datetime import date, time
from typing import Any

from groupsched.schedule.models import Series
from groupsched.schedule.rules import SeriesRule


def rule_of(series: Series) -> SeriesRule:
    """The rule that a series keeps."""
    return SeriesRule(
        starts_on=series.starts_on,
        start_time=time.fromisoformat(series.start_time),
        duration_minutes=series.duration_minutes,
        timezone=series.timezone,
        rrule=series.rrule,
        until=series.until,
        skip=frozenset(date.fromisoformat(day) for day in series.skip),
    )


def as_columns(rule: SeriesRule) -> dict[str, Any]:
    """The columns of a series for a rule."""
    return {
        "starts_on": rule.starts_on,
        "start_time": f"{rule.start_time:%H:%M}",
        "duration_minutes": rule.duration_minutes,
        "timezone": rule.timezone,
        "rrule": rule.rrule,
        "until": rule.until,
        "skip": sorted(day.isoformat() for day in rule.skip),
    }
