"""When a series meets, in one sentence, in the language of the page."""

from collections.abc import Sequence
from datetime import date, time

from groupsched.catalog.rules import GroupFields
from groupsched.core.i18n import (
    _,
    listed,
    month_name,
    ngettext,
    pgettext,
    weekday_name,
    with_commas,
)
from groupsched.core.regions import clock_range, dated, month_first, zone_name
from groupsched.schedule.rules import (
    Repeats,
    SentenceParts,
    SeriesRule,
    sentence_parts,
)


def sentence(rule: SeriesRule, *, since: date | None = None) -> str:
    """Say when a series meets, from when until when, and what it leaves out, without a full stop. Skipped dates before
    `since` are not said. A rule that is not understood is a "Custom schedule"; its dates have to say the rest.

    >>> from datetime import date, time
    >>> weekly, off = "FREQ=WEEKLY;BYDAY=WE;COUNT=12", frozenset([date(2026, 12, 24), date(2026, 12, 31)])
    >>> sentence(SeriesRule(date(2026, 12, 2), time(10), 90, "America/New_York", weekly, skip=off))
    'Every Wednesday 10:00–11:30, New York time, 12 times from 2 December 2026 until 17 February 2027, not on 24 and 31 December 2026'
    """
    parts = sentence_parts(rule, since)
    if parts.repeats is Repeats.CUSTOM:
        return _("Custom schedule")
    said = _repeats(parts, _times(parts))
    clauses = (said, zone_name(parts.timezone), _first_and_last(parts), _short(parts), _skipped(parts))
    return with_commas([clause for clause in clauses if clause])


def rhythm(rule: SeriesRule, *, times: bool = True) -> str:
    """On which days a series meets, and at which times, as words within a sentence; empty for a rule that is not
    understood.

    >>> from datetime import date, time
    >>> rhythm(SeriesRule(date(2026, 12, 2), time(10), 90, "UTC", "FREQ=MONTHLY;BYDAY=1WE"), times=False)
    'every month on the first Wednesday'
    """
    parts = sentence_parts(rule)
    if parts.repeats is Repeats.CUSTOM:
        return ""
    said = _repeats(parts, _times(parts) if times else "").strip(" ,")
    return said[:1].lower() + said[1:]


def _times(parts: SentenceParts) -> str:
    start, _dash, end = clock_range(parts.start, parts.end).partition("–")
    return pgettext("from one time to another", "%(start)s–%(end)s", start=start, end=end)


def _repeats(parts: SentenceParts, times: str) -> str:
    match parts.repeats:
        case Repeats.ONCE:
            return _("Once, on %(day)s, %(times)s", day=dated(parts.starts_on, "yMMMMEEEEd"), times=times)
        case Repeats.DAILY:
            return _daily(parts.interval, times)
        case Repeats.WEEKDAYS:
            return _("Every weekday %(times)s", times=times)
        case Repeats.WEEKLY:
            return _weekly(parts.interval, listed([weekday_name(day) for day in parts.weekdays]), times)
    return _monthly(parts, times)


def _daily(interval: int, times: str) -> str:
    # "Every day" is no singular of "Every 3 days": where 21 days are grammatically one, the singular serves them too.
    if interval == 1:
        return _("Every day %(times)s", times=times)
    return ngettext("Every %(num)s day %(times)s", "Every %(num)s days %(times)s", interval, times=times)


def _weekly(interval: int, days: str, times: str) -> str:
    if interval == 1:
        return _("Every %(days)s %(times)s", days=days, times=times)
    return ngettext(
        "Every %(num)s week on %(days)s %(times)s",
        "Every %(num)s weeks on %(days)s %(times)s",
        interval,
        days=days,
        times=times,
    )


def _monthly(parts: SentenceParts, times: str) -> str:
    if parts.nth is None:
        return _monthly_by_day(parts.interval, parts.month_day, times)
    day = nth_weekday(parts.nth, parts.weekdays[0])
    if parts.interval == 1:
        return _("Every month on the %(day)s %(times)s", day=day, times=times)
    return ngettext(
        "Every %(num)s month on the %(day)s %(times)s",
        "Every %(num)s months on the %(day)s %(times)s",
        parts.interval,
        day=day,
        times=times,
    )


def _monthly_by_day(interval: int, day: int | None, times: str) -> str:
    if interval == 1:
        return _("Every month on day %(day)s, %(times)s", day=day, times=times)
    return ngettext(
        "Every %(num)s month on day %(day)s, %(times)s",
        "Every %(num)s months on day %(day)s, %(times)s",
        interval,
        day=day,
        times=times,
    )


def nth_weekday(nth: int, weekday: int) -> str:
    """A weekday by its place in the month; `nth` is 1 to 5, or -1 for the last.

    >>> nth_weekday(2, 2), nth_weekday(-1, 4)
    ('second Wednesday', 'last Friday')
    """
    name = weekday_name(weekday)
    return {
        1: _("first %(weekday)s", weekday=name),
        2: _("second %(weekday)s", weekday=name),
        3: _("third %(weekday)s", weekday=name),
        4: _("fourth %(weekday)s", weekday=name),
        5: _("fifth %(weekday)s", weekday=name),
        -1: _("last %(weekday)s", weekday=name),
    }[nth]


def _first_and_last(parts: SentenceParts) -> str:
    """From when until when; a single date has said that already."""
    if parts.repeats is Repeats.ONCE:
        return ""
    first = dated(parts.starts_on, "yMMMMd")
    if parts.until is None:
        return (
            _("since %(first)s, without an end", first=first)
            if parts.begun
            else _("from %(first)s, without an end", first=first)
        )
    last = dated(parts.until, "yMMMMd")
    if parts.count is None:
        return _("from %(first)s until %(last)s", first=first, last=last)
    return ngettext(
        "%(num)s time from %(first)s until %(last)s",
        "%(num)s times from %(first)s until %(last)s",
        parts.count,
        first=first,
        last=last,
    )


def _short(parts: SentenceParts) -> str:
    """That there are months without such a day, and what becomes of them."""
    if not parts.short:
        return ""
    if parts.nth is not None:
        return _("not in months without a %(weekday)s", weekday=nth_weekday(parts.nth, parts.weekdays[0]))
    return _("not in months without a day %(day)s", day=parts.month_day)


def _skipped(parts: SentenceParts) -> str:
    months = list(parts.skipped)
    dates = [
        _of_month(days, year=place + 1 == len(months) or months[place + 1][0].year != days[0].year)
        for place, days in enumerate(months)
    ]
    if parts.more:
        dates.append(ngettext("%(num)s more date", "%(num)s more dates", parts.more))
    return _("not on %(dates)s", dates=listed(dates)) if dates else ""


def _of_month(days: Sequence[date], *, year: bool) -> str:
    """Some days of one month, with its year where the next is another.

    >>> from datetime import date
    >>> _of_month([date(2026, 12, 24), date(2026, 12, 31)], year=True)
    '24 and 31 December 2026'
    """
    first, *others = [str(day.day) for day in days]
    numbers = [first, *(pgettext("one more day of the same month", "%(day)s", day=day) for day in others)]
    month, which = month_name(days[0].month), listed(numbers)
    if month_first():
        return f"{month} {which}, {days[0].year}" if year else f"{month} {which}"
    if not year:
        return pgettext("days of a month", "%(days)s %(month)s", days=which, month=month)
    return pgettext(
        "days of a month of a year",
        "%(days)s %(month)s %(year)s",
        days=which,
        month=month,
        year=str(days[0].year),
    )


def slots_sentence(fields: GroupFields, each: int) -> str:
    """What a date in slots offers, where `each` who treats has so many: "12 slots of 20 minutes, 3 people"."""
    people = len(fields.facilitators)
    slots = ngettext("%(num)s slot", "%(num)s slots", each * people)
    minutes = fields.slot_minutes or 0
    parts = [
        ngettext("%(slots)s of %(num)s minute", "%(slots)s of %(num)s minutes", minutes, slots=slots),
        ngettext("%(num)s person who treats", "%(num)s people who treat", people),
    ]
    if fields.slot_gap:
        parts.append(
            ngettext("%(num)s minute of change-over", "%(num)s minutes of change-over", fields.slot_gap)
        )
    for one in fields.slot_breaks:
        begins, ends = map(time.fromisoformat, one.split("-"))
        parts.append(_("break %(hours)s", hours=clock_range(begins, ends)))
    return with_commas(parts)
