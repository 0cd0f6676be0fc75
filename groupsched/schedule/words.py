"""When a series meets, in one sentence, in the language of the page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from groupsched.catalog.models import Group
from groupsched.catalog.rules import GroupFields
from groupsched.core import clock
from groupsched.core.filters import clock_time, day, short_day
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
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import come_round, curriculum_of, topics_of
from groupsched.schedule.rules import (
    AssignmentRole,
    CoverFitness,
    Repeats,
    SentenceParts,
    SeriesRule,
    TimetableDate,
    TimetablePart,
    TopicOrder,
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


def what_changed(before: TimetablePart, after: TimetablePart, zone: str) -> list[str]:
    """What a change of dates did, a sentence each; of an old and a new standing of the same dates."""
    was = {one.key: one for one in before.dates}
    both = [(was[one.key], one) for one in after.dates if one.key in was]
    stays = [(old, now) for old, now in both if old.takes_place and now.takes_place]
    off = [now for old, now in both if old.takes_place and not now.takes_place]
    counts = {
        "gone": len(before.dates) - len(both) + sum(1 for one in off if not one.reason),
        "new": sum(1 for one in after.dates if one.key not in was and one.takes_place),
        "back": sum(1 for old, now in both if now.takes_place and not old.takes_place),
    }
    shut = [one for one in off if one.closure is not None]
    said = [*_moved(stays, zone), *_closed(shut, zone)]
    said += [
        *_cancelled([one for one in off if one.reason and one.closure is None], zone),
        *_otherwise(stays),
    ]
    said += [words for words in (_counted(how, number) for how, number in counts.items() if number) if words]
    return said or [_("Changed when it meets.")]


def _moved(dates: Sequence[tuple[TimetableDate, TimetableDate]], zone: str) -> list[str]:
    moved = [(was, now) for was, now in dates if (was.start, was.end) != (now.start, now.end)]
    if not moved:
        return []
    if len(moved) == 1:
        was, now = moved[0]
        when, then = (f"{short_day(one.start, zone)}, {clock_time(one.start, zone)}" for one in (was, now))
        return [_("Moved %(old)s to %(new)s.", old=when, new=then)]
    hours = {(clock_time(was.start, zone), clock_time(now.start, zone)) for was, now in moved}
    if len(hours) > 1 or len(set(next(iter(hours)))) == 1:
        return [ngettext("Moved %(num)s date.", "Moved %(num)s dates.", len(moved))]
    ((old, new),) = hours
    return [
        ngettext(
            "Moved %(num)s date from %(old)s to %(new)s.",
            "Moved %(num)s dates from %(old)s to %(new)s.",
            len(moved),
            old=old,
            new=new,
        )
    ]


def _cancelled(dates: Sequence[TimetableDate], zone: str) -> list[str]:
    if len(dates) > 1:
        return [ngettext("Cancelled %(num)s date.", "Cancelled %(num)s dates.", len(dates))]
    return [_("Cancelled %(day)s: %(why)s", day=short_day(one.start, zone), why=one.reason) for one in dates]


def _closed(dates: Sequence[TimetableDate], zone: str) -> list[str]:
    if len(dates) > 1:
        return [ngettext("%(num)s date is closed.", "%(num)s dates are closed.", len(dates))]
    return [_("Closed %(day)s: %(why)s", day=short_day(one.start, zone), why=one.reason) for one in dates]


def _otherwise(dates: Sequence[tuple[TimetableDate, TimetableDate]]) -> list[str]:
    """What is otherwise of dates beside their times."""
    places = sum(1 for was, now in dates if was.place != now.place)
    seats = sum(1 for was, now in dates if was.seats != now.seats)
    words = [
        ngettext("Another place for %(num)s date.", "Another place for %(num)s dates.", places)
        if places
        else "",
        ngettext("Other seats on %(num)s date.", "Other seats on %(num)s dates.", seats) if seats else "",
    ]
    return [one for one in words if one]


def _counted(how: str, number: int) -> str:
    return {
        "gone": ngettext("%(num)s date fell away.", "%(num)s dates fell away.", number),
        "new": ngettext("%(num)s new date.", "%(num)s new dates.", number),
        "back": ngettext(
            "%(num)s date takes place after all.", "%(num)s dates take place after all.", number
        ),
    }[how]


def topics_and_cycle(group: Group) -> dict[str, Any]:
    """The topics of a group for a page, the next date of each, and a sentence that says when the list starts next; nothing
    of the rest where it has no topics."""
    topics = topics_of(group)
    found = come_round(group, clock.now()) if topics else {}
    return {
        "topics": topics,
        "next_topics": found,
        "cycle": _cycle(group, topics[0].id, found) if topics else "",
    }


def _cycle(group: Group, first: int, found: Mapping[int, Occurrence]) -> str:
    curriculum, starts = curriculum_of(group), found.get(first)
    if curriculum is None or starts is None:
        return _("The list has begun and goes on in order.") if found else ""
    when = short_day(starts.start, starts.timezone)
    if curriculum.mode is TopicOrder.ROLLING:
        return _("The next round of topics starts on %(day)s.", day=when)
    return _("The topics start on %(day)s.", day=when)


def age(since: datetime, now: datetime) -> str:
    """For how long something waits, in the largest unit that says it.

    >>> from datetime import UTC
    >>> age(datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 11, 50, tzinfo=UTC))
    '2 hours'
    """
    minutes = max(0, int((now - since).total_seconds()) // 60)
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    if minutes < 48 * 60:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    return ngettext("%(num)s day", "%(num)s days", minutes // (24 * 60))


def for_and_against(fitness: CoverFitness, zone: str, last: datetime | None, meets: str) -> str:
    """What speaks for somebody who could lead a date, and what against; `meets` names what they lead then."""
    said = []
    if fitness.led and last is not None:
        times = ngettext("Has led it %(num)s time", "Has led it %(num)s times", fitness.led)
        said.append(_("%(times)s, last on %(day)s.", times=times, day=day(last, zone)))
    elif fitness.co_leads:
        said.append(_("Leads this group too."))
    if meets:
        said.append(_("Leads %(group)s then.", group=meets))
    if fitness.away:
        said.append(_("Is away then."))
    if not fitness.works:
        said.append(_("Does not work then."))
    if fitness.free:
        said.append(_("Free then."))
    if not fitness.qualified:
        said.append(_("Holds another credential, or none."))
    return " ".join(said)


def away_words(start: datetime, end: datetime, zone: str) -> str:
    """The days of some time off: one day, or from the first to the last.

    >>> from datetime import UTC
    >>> away_words(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC), "UTC")
    'Tuesday 3 March'
    """
    last = end - timedelta(microseconds=1)
    if day(start, zone) == day(last, zone):
        return day(start, zone)
    return _("%(first)s to %(last)s", first=short_day(start, zone), last=short_day(last, zone))


def beside_words() -> dict[AssignmentRole, str]:
    """As what somebody is at a date who does not lead it."""
    return {AssignmentRole.OBSERVER: _("Observer"), AssignmentRole.HOST: _("Host")}


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
