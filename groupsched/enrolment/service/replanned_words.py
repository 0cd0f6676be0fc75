"""The sentences about a change of dates, in the language of their person: call it `speaking` to them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.filters import clock_time, elsewhere, local, short_day, time_range
from groupsched.core.i18n import _, listed, ngettext, with_commas
from groupsched.core.regions import clock_range
from groupsched.enrolment.service.besides_in_words import MOST_DATES, besides
from groupsched.enrolment.service.outcomes import Replanned, takes_place
from groupsched.enrolment.service.places_in_words import in_another_place, place_lines, regular_words
from groupsched.schedule import words
from groupsched.schedule.events import DateBefore, RuleChange, Whereabouts
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of
from groupsched.schedule.rules import (
    LastDates,
    RuleDifference,
    SeriesRule,
    difference,
    end_time,
    has_day,
    slot_on,
)


def another_rhythm(outcome: Replanned) -> bool:
    """Whether a rule of the person's dates says other days than before."""
    found = [_difference(one) for one in outcome.rules]
    return any(one is not None and one.rhythm for one in found)


def of_the_rule(outcome: Replanned) -> list[str]:
    """What is otherwise for somebody who has every date, one sentence each, and a line for each date that alone is; none where
    only such lines can say it."""
    lines, not_on = besides(outcome), list[datetime]()
    unsaid = [one for one in outcome.dates if one.id not in outcome.new]
    for change in outcome.rules:
        own = [one for one in unsaid if one.series_id in change.chain]
        unsaid = [one for one in unsaid if one.series_id not in change.chain]
        said, left, sooner = _of_one_rule(outcome, change, own)
        lines, unsaid, not_on = lines + said, unsaid + left, not_on + sooner
    there = place_lines(outcome)
    retimed = [one for one in unsaid if takes_place(one) and _by_itself(one, outcome.was[one.id])]
    if (retimed or there.alone) and not (lines or there.lines):
        return []
    not_on += [(outcome.was[one.id] or one).start for one in unsaid if not takes_place(one)]
    return [
        *lines,
        *([_not_on(sorted(not_on), outcome.dates[0])] if not_on else []),
        *there.lines,
        *_ways_of_rule(outcome),
        *_alone(outcome, retimed, there.alone),
    ]


def _by_itself(one: Occurrence, was: DateBefore | None) -> bool:
    """Whether a date that takes place is at another time, or had not been planned."""
    return was is None or _retimed(one, was)


def _alone(outcome: Replanned, retimed: Sequence[Occurrence], there: Sequence[Occurrence]) -> list[str]:
    """A line for each date that is otherwise by itself; of those in another place whose rule says the time, only that."""
    dates = sorted({*retimed, *there}, key=lambda one: (one.start, one.id))
    place = _("It is in another place.")
    return _first_few([
        _line(one, outcome.was[one.id], True) if one in retimed else f"{_when(one.start, one)}: {place}"
        for one in dates
    ])  # fmt: skip


def _of_one_rule(
    outcome: Replanned, change: RuleChange, dates: Sequence[Occurrence]
) -> tuple[list[str], list[Occurrence], list[datetime]]:
    """What a rule says otherwise, the dates of which that does not say what became of them, and the days before it shows on
    which there was one that is on another day now."""
    found = _difference(change)
    if found is None or not dates:
        return [], list(dates), []
    online = outcome.enrolment.group.reached_online
    retimed = [one for one in dates if takes_place(one) and _retimed(one, outcome.was[one.id])]
    by_rule = found.rhythm or found.start or found.end
    ruled, by_hand = _parted(retimed, lambda one: by_rule and _is_ruled(one, change.now))
    first = _first(ruled, found) if by_rule else None
    lines = [_rhythm(found, change, first, online)] if first is not None else []
    if found.last is not None and (change.alone or change.now.rrule):
        lines.append(_last(found.last, change))
    gone = [one for one in dates if not takes_place(one)]
    left = [*by_hand, *(_left_out(gone, change.now, first) if lines else gone)]
    return lines, left, _sooner(outcome, ruled, first) if found.rhythm and first is not None else []


def _parted(
    dates: Sequence[Occurrence], fits: Callable[[Occurrence], bool]
) -> tuple[list[Occurrence], list[Occurrence]]:
    """Those that fit, and the others."""
    found: dict[bool, list[Occurrence]] = {True: [], False: []}
    for one in dates:
        found[fits(one)].append(one)
    return found[True], found[False]


def _is_ruled(one: Occurrence, rule: SeriesRule) -> bool:
    """Whether a date is when its rule says: not one that was moved by hand, of which the rule tells nothing."""
    day = local(one.start, rule.timezone).date()
    slot = slot_on(rule, day)
    return (one.start, one.end) == (slot.start, slot.end) and has_day(rule, day)


def _sooner(outcome: Replanned, dates: Sequence[Occurrence], first: date) -> list[datetime]:
    """When these dates were, on days before the first one of a new rhythm: nobody should come then."""
    known = [(outcome.was[one.id], one) for one in dates]
    was = [(before.start, one) for before, one in known if before is not None]
    days = [(moment, local(moment, one.timezone).date(), one) for moment, one in was]
    return [
        moment for moment, day, one in days if day < first and day != local(one.start, one.timezone).date()
    ]


def _difference(change: RuleChange) -> RuleDifference | None:
    """What the rule says otherwise than before, if it can be said."""
    return difference(change.was, change.now, clock.today(change.now.timezone))


def of_one_date(one: Occurrence, was: DateBefore) -> list[str]:
    """What is otherwise on a date that takes place."""
    lines, online = [], one.group.reached_online
    if was.start != one.start and was.end - was.start == one.end - one.start:
        lines.append(_("The new time is %(when)s.", when=_when(one.start, one)))
    elif was.start != one.start:
        times = time_range(one.start, one.end, one.timezone, online)
        lines.append(_("The new time is %(when)s.", when=f"{short_day(one.start, one.timezone)}, {times}"))
    elif was.end != one.end:
        end, old = (clock_time(moment, one.timezone, online) for moment in (one.end, was.end))
        lines.append(_("It ends at %(end)s, no longer at %(old)s.", end=end, old=old))
    if in_another_place(was.where, where_of(one)):
        lines.append(_("It is in another place."))
    return lines + reached_otherwise(was.where, where_of(one))


def reached_otherwise(was: Whereabouts, now: Whereabouts) -> list[str]:
    """That it is online, in person or both now, or has another link; the link itself is behind the sign-in."""
    if was.mode == now.mode:
        return [_("There is a new link to join online.")] if was.link != now.link else []
    match was.mode, now.mode:
        case AttendanceMode.IN_PERSON, AttendanceMode.HYBRID:
            return [_("You can also join online now.")]
        case AttendanceMode.ONLINE, AttendanceMode.HYBRID:
            return [_("You can also come in person now.")]
        case _, AttendanceMode.ONLINE:
            return [_("It meets online now, no longer in a room.")]
    return [_("It meets in a room now, no longer online.")]


def of_each_date(outcome: Replanned) -> list[str]:
    """What became of each date, a line each; of many the first few, and how many more there are."""
    return _first_few([_line(one, outcome.was[one.id], takes_place(one)) for one in outcome.dates])


def _first_few(lines: Sequence[str]) -> list[str]:
    shown = lines if len(lines) <= MOST_DATES else lines[: MOST_DATES - 1]
    more = len(lines) - len(shown)
    return [*shown, *([ngettext("And %(num)s more.", "And %(num)s more.", more)] if more else [])]


def _retimed(one: Occurrence, was: DateBefore | None) -> bool:
    """Whether a date that takes place as before begins or ends at another time."""
    return was is not None and (one.start, one.end) != (was.start, was.end)


def _ways(outcome: Replanned) -> list[str]:
    """What is otherwise about how one comes."""
    known = [(one, outcome.was[one.id]) for one in outcome.moved]
    pairs = [(one, was.where, where_of(one)) for one, was in known if was is not None]
    return list(dict.fromkeys(line for _one, was, now in pairs for line in reached_otherwise(was, now)))


def _ways_of_rule(outcome: Replanned) -> list[str]:
    """The same, with when those dates are: who has several appointments knows them by that."""
    which = regular_words(outcome.moved)
    return [f"{which}: {line}" if which else line for line in _ways(outcome)]


def _line(one: Occurrence, was: DateBefore | None, takes_place: bool) -> str:
    again = _("It takes place after all.")
    if was is None:
        return f"{_when(one.start, one)}: {again}"
    said = of_one_date(one, was) if takes_place else [_("It will not take place.")]
    return f"{_when(was.start, one)}: {' '.join(said)}"


def _first(ruled: Sequence[Occurrence], found: RuleDifference) -> date | None:
    """The first day on which it is otherwise: a date changed by hand is as its hand left it, whatever the rule says."""
    days = [local(one.start, one.timezone).date() for one in ruled]
    if found.rhythm and found.first is not None:
        days.append(found.first)
    return min(days, default=found.first)


def _rhythm(found: RuleDifference, change: RuleChange, first: date, online: bool) -> str:
    day = short_day(first, change.now.timezone)
    if not found.rhythm:
        return _times(found, change, first, online)
    retimed = found.start or found.end
    now, again = (_days(change.now, first, online, times=times) for times in (True, retimed))
    old = _days(change.was, first, online, times=retimed)
    if again == old:
        return str(_("From %(day)s on you have one %(rhythm)s.", day=day, rhythm=now))
    return str(_("From %(day)s on you have one %(rhythm)s, no longer %(old)s.", day=day, rhythm=now, old=old))


def _days(rule: SeriesRule, first: date, online: bool, *, times: bool) -> str:
    """On which days a rule meets, with `times` in the zone of its place from that day on, and the reader's own."""
    said = words.rhythm(rule, times=times)
    return with_commas([said, *_elsewhere_at(rule, first, online)]) if times else said


def _times(found: RuleDifference, change: RuleChange, first: date, online: bool) -> str:
    day, was, rule = short_day(first, change.now.timezone), change.was, change.now
    if not found.start and was.timezone == rule.timezone:
        end, old = (clock_time(slot_on(one, first).end, one.timezone, online) for one in (rule, was))
        return str(_("From %(day)s on it ends at %(end)s, no longer at %(old)s.", day=day, end=end, old=old))
    now, old = (_hours(one, first, online) for one in (rule, was))
    return str(_("From %(day)s on the time is %(now)s, no longer %(old)s.", day=day, now=now, old=old))


def _hours(rule: SeriesRule, day: date, online: bool) -> str:
    hours = clock_range(rule.start_time, end_time(rule.start_time, rule.duration_minutes))
    return with_commas([hours, *_elsewhere_at(rule, day, online)])


def _elsewhere_at(rule: SeriesRule, day: date, online: bool) -> list[str]:
    slot = slot_on(rule, day)
    return elsewhere(slot.start, rule.timezone, online, end=slot.end)


def _last(last: LastDates, change: RuleChange) -> str:
    was, now, rule = last.was, last.now, change.now
    rhythm = words.rhythm(rule)
    if not change.alone or (now is None and rhythm):
        return _last_of(rhythm, was, now, rule.timezone)
    if now is None:
        return str(_("There is no last date any more."))
    day = _("%(day)s at %(time)s", day=short_day(now, rule.timezone), time=_hour(rule, now))
    if was is None:
        return str(_("The last date is %(day)s.", day=day))
    return str(_("The last date is %(day)s, no longer %(old)s.", day=day, old=short_day(was, rule.timezone)))


def _hour(rule: SeriesRule, day: date) -> str:
    return clock_time(slot_on(rule, day).start, rule.timezone)


def _last_of(rhythm: str, was: date | None, now: date | None, zone: str) -> str:
    """The same where the group has other dates besides those."""
    if now is None:
        return str(_("The one %(rhythm)s has no last date any more.", rhythm=rhythm))
    days = {"rhythm": rhythm, "day": short_day(now, zone)}
    if was is None:
        return str(_("The last one %(rhythm)s is on %(day)s.", **days))
    return str(
        _("The last one %(rhythm)s is on %(day)s, no longer on %(old)s.", **days, old=short_day(was, zone))
    )


def _left_out(gone: Sequence[Occurrence], rule: SeriesRule, first: date | None) -> list[Occurrence]:
    """Dates that fell away though the other sentences do not say it: left out, or before the new days begin."""
    own = set(rule.dates(max(map(_own_day, gone)))) if gone else set()
    return [one for one in gone if _own_day(one) in own or (first is not None and _own_day(one) < first)]


def _not_on(moments: Sequence[datetime], one: Occurrence) -> str:
    """On which days there is none, with the hour: who has several appointments knows it by that."""
    zone, online = one.timezone, one.group.reached_online
    shown = moments if len(moments) <= MOST_DATES else moments[: MOST_DATES - 1]
    more = len(moments) - len(shown)
    left = [ngettext("%(num)s more date", "%(num)s more dates", more)] if more else []
    hours = {clock_time(moment, zone, online) for moment in moments}
    if len(hours) > 1:
        return str(_("Not on %(days)s.", days=listed([*(_when(moment, one) for moment in shown), *left])))
    days = listed([*(short_day(moment, zone) for moment in shown), *left])
    return str(_("Not on %(days)s at %(time)s.", days=days, time=hours.pop()))


def _own_day(one: Occurrence) -> date:
    return date.fromisoformat(one.original_local[:10])


def _when(moment: datetime, one: Occurrence) -> str:
    return f"{short_day(moment, one.timezone)}, {clock_time(moment, one.timezone, one.group.reached_online)}"


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list in plain text."""
    return "\n".join(f"– {line}" for line in lines)
