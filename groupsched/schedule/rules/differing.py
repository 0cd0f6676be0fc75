"""What a new rule of a series says otherwise than the old one: other days, other times, another end. Nothing else."""

from dataclasses import dataclass
from datetime import date, timedelta

from groupsched.schedule.rules.choices import Repeats
from groupsched.schedule.rules.dates import last_date, local_dates
from groupsched.schedule.rules.sentence import SentenceParts, sentence_parts
from groupsched.schedule.rules.series import SeriesRule

LOOK_AHEAD = timedelta(days=400)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class LastDates:
    """The last date as it was and as it is; None: there is none."""

    was: date | None
    now: date | None


@dataclass(frozen=True)
class RuleDifference:
    """`rhythm`: it meets on other days; `start`, `end`: at another time. `first` is the first day on which that shows."""

    rhythm: bool
    start: bool
    end: bool
    first: date | None
    last: LastDates | None


def difference(was: SeriesRule, now: SeriesRule, since: date) -> RuleDifference | None:
    """What is said otherwise of the days from `since` on; None where one of the rules cannot be said in words.

    >>> from datetime import time
    >>> thursdays = SeriesRule(date(2026, 12, 3), time(11), 60, "UTC", "FREQ=WEEKLY;BYDAY=TH")
    >>> fridays = SeriesRule(date(2026, 12, 4), time(11), 60, "UTC", "FREQ=WEEKLY;BYDAY=FR")
    >>> difference(thursdays, fridays, date(2026, 12, 1))
    RuleDifference(rhythm=True, start=False, end=False, first=datetime.date(2026, 12, 4), last=None)
    """
    before, after = sentence_parts(was), sentence_parts(now)
    if Repeats.CUSTOM in (before.repeats, after.repeats):
        return None
    start, end = before.start != after.start, before.end != after.end or was.timezone != now.timezone
    own = set(was.dates(since + LOOK_AHEAD))
    ahead = list(local_dates(now, since, since + LOOK_AHEAD))
    until = last_date(was)
    new = [day for day in ahead if day not in own and (until is None or day <= until)]
    rhythm = _rhythm(before) != _rhythm(after) or bool(new)
    shown = [day for day in ahead if day not in own] if rhythm else ahead
    changes = rhythm or start or end
    return RuleDifference(
        rhythm, start, end, next(iter(shown or ahead), None) if changes else None, _last(was, now, since)
    )


def _rhythm(parts: SentenceParts) -> tuple[object, ...]:
    day = parts.starts_on if parts.repeats is Repeats.ONCE else None
    return parts.repeats, parts.interval, parts.weekdays, parts.month_day, parts.nth, day


def _last(was: SeriesRule, now: SeriesRule, since: date) -> LastDates | None:
    """Another end: not one that is another day of about the same week because the rhythm is another."""
    before, after = last_date(was), last_date(now)
    same_until = was.until is not None and was.until == now.until
    if before == after or same_until:
        return None
    as_many = _left(was, since) == _left(now, since) is not None
    if as_many and before is not None and after is not None and abs(after - before) < WEEK:
        return None
    return LastDates(before, after)


def _left(rule: SeriesRule, since: date) -> int | None:
    """How many dates are left of a rule that counts them."""
    recurrence = rule.recurrence
    if recurrence is None or recurrence.count is None:
        return None
    return sum(1 for day in rule.dates() if day >= since)
