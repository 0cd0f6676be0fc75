"""The sentences about a change of dates, in the language of their person: call it `speaking` to them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.filters import clock_time, local, short_day, time_range
from groupsched.core.i18n import _, listed, ngettext
from groupsched.core.regions import clock as wall_clock
from groupsched.core.regions import clock_range
from groupsched.enrolment.service.outcomes import Replanned
from groupsched.schedule import words
from groupsched.schedule.events import DateBefore, Whereabouts
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of
from groupsched.schedule.rules import RuleDifference, SeriesRule, difference, end_time

MOST_DATES = 8


def rule_difference(outcome: Replanned) -> RuleDifference | None:
    """What the rule of the person's dates says otherwise than before, if rules say it."""
    if outcome.rule_was is None or outcome.rule is None:
        return None
    return difference(outcome.rule_was, outcome.rule, clock.today(outcome.rule.timezone))


def of_the_rule(outcome: Replanned) -> list[str]:
    """What is otherwise for somebody who has every date, one sentence each; none where only the dates can say it."""
    found, rule, was = rule_difference(outcome), outcome.rule, outcome.rule_was
    retimed = [one for one in outcome.moved if _retimed(one, outcome.was[one.id])]
    by_rule = found is not None and (found.rhythm or found.start or found.end)
    if retimed and not by_rule:
        return []
    lines: list[str] = []
    first = _first(outcome, retimed, found) if found is not None and by_rule else None
    if first is not None and rule is not None and was is not None and found is not None:
        lines.append(_rhythm(found, was, rule, first))
    if found is not None and found.last is not None:
        lines.append(_last(found.last.was, found.last.now, outcome.dates[0].timezone))
    left_out = _left_out(outcome, first, explained=bool(lines))
    if left_out:
        lines.append(_not_on(left_out))
    return lines + _elsewhere(outcome)


def of_one_date(one: Occurrence, was: DateBefore) -> list[str]:
    """What is otherwise on a date that takes place."""
    lines = []
    if was.start != one.start and was.end - was.start == one.end - one.start:
        lines.append(_("The new time is %(when)s.", when=_when(one.start, one.timezone)))
    elif was.start != one.start:
        times = time_range(one.start, one.end, one.timezone)
        lines.append(_("The new time is %(when)s.", when=f"{short_day(one.start, one.timezone)}, {times}"))
    elif was.end != one.end:
        ends = {"end": clock_time(one.end, one.timezone), "old": clock_time(was.end, one.timezone)}
        lines.append(_("It ends at %(end)s, no longer at %(old)s.", **ends))
    if in_another_place(was.where, where_of(one)):
        lines.append(_("It is in another place."))
    return lines + reached_otherwise(was.where, where_of(one))


def in_another_place(was: Whereabouts, now: Whereabouts) -> bool:
    """Whether those who come in person go somewhere else."""
    online = AttendanceMode.ONLINE in (was.mode, now.mode)
    return not online and (was.place_id, was.site_id) != (now.place_id, now.site_id)


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
    shown = outcome.dates if len(outcome.dates) <= MOST_DATES else outcome.dates[: MOST_DATES - 1]
    lines = [_line(one, outcome.was[one.id], one in outcome.moved) for one in shown]
    more = len(outcome.dates) - len(shown)
    return lines + ([ngettext("And %(num)s more.", "And %(num)s more.", more)] if more else [])


def _retimed(one: Occurrence, was: DateBefore | None) -> bool:
    """Whether a date that takes place as before begins or ends at another time."""
    return was is not None and (one.start, one.end) != (was.start, was.end)


def _elsewhere(outcome: Replanned) -> list[str]:
    """The first day of another place; what is said of the way there holds for every date."""
    known = [(one, outcome.was[one.id]) for one in outcome.moved]
    pairs = [(one, was.where, where_of(one)) for one, was in known if was is not None]
    first = next((one for one, was, now in pairs if in_another_place(was, now)), None)
    place = [_("From %(day)s on it is in another place.", day=_day(first))] if first else []
    ways = dict.fromkeys(line for _one, was, now in pairs for line in reached_otherwise(was, now))
    return [*place, *ways]


def _line(one: Occurrence, was: DateBefore | None, takes_place: bool) -> str:
    again = _("It takes place after all.")
    if was is None:
        return f"{_when(one.start, one.timezone)}: {again}"
    said = of_one_date(one, was) if takes_place else [_("It will not take place.")]
    return f"{_when(was.start, one.timezone)}: {' '.join(said)}"


def _first(outcome: Replanned, retimed: Sequence[Occurrence], found: RuleDifference) -> date | None:
    """The first day on which it is otherwise: a date changed by hand stays as it was, whatever the rule says."""
    days = [local(one.start, one.timezone).date() for one in retimed]
    if found.rhythm and found.first is not None:
        days.append(found.first)
    return min(days, default=found.first)


def _rhythm(found: RuleDifference, was: SeriesRule, rule: SeriesRule, first: date) -> str:
    day = short_day(first, rule.timezone)
    if not found.rhythm:
        return _times(found, was, rule, day)
    now, old = words.rhythm(rule), words.rhythm(was, times=found.start or found.end)
    if words.rhythm(rule, times=found.start or found.end) == old:
        return str(_("From %(day)s on you have one %(rhythm)s.", day=day, rhythm=now))
    return str(_("From %(day)s on you have one %(rhythm)s, no longer %(old)s.", day=day, rhythm=now, old=old))


def _times(found: RuleDifference, was: SeriesRule, rule: SeriesRule, day: str) -> str:
    end, old_end = (end_time(one.start_time, one.duration_minutes) for one in (rule, was))
    if not found.start:
        ends = {"end": wall_clock(end), "old": wall_clock(old_end)}
        return str(_("From %(day)s on it ends at %(end)s, no longer at %(old)s.", day=day, **ends))
    times = {"now": clock_range(rule.start_time, end), "old": clock_range(was.start_time, old_end)}
    return str(_("From %(day)s on the time is %(now)s, no longer %(old)s.", day=day, **times))


def _last(was: date | None, now: date | None, zone: str) -> str:
    if now is None:
        return str(_("There is no last date any more."))
    if was is None:
        return str(_("The last date is %(day)s.", day=short_day(now, zone)))
    days = {"day": short_day(now, zone), "old": short_day(was, zone)}
    return str(_("The last date is %(day)s, no longer %(old)s.", **days))


def _left_out(outcome: Replanned, first: date | None, *, explained: bool) -> list[Occurrence]:
    """Dates that fell away though the other sentences do not say it: left out, or before the new days begin."""
    gone = [one for one in outcome.dates if one not in outcome.moved]
    if not explained or outcome.rule is None or not gone:
        return gone
    last = max(_own_day(one) for one in gone)
    own = set(outcome.rule.dates(last))
    return [one for one in gone if _own_day(one) in own or (first is not None and _own_day(one) < first)]


def _not_on(dates: Sequence[Occurrence]) -> str:
    shown = dates if len(dates) <= MOST_DATES else dates[: MOST_DATES - 1]
    days = [_day(one) for one in shown]
    more = len(dates) - len(shown)
    days += [ngettext("%(num)s more date", "%(num)s more dates", more)] if more else []
    return str(_("Not on %(days)s.", days=listed(days)))


def _own_day(one: Occurrence) -> date:
    return date.fromisoformat(one.original_local[:10])


def _day(one: Occurrence) -> str:
    return short_day(one.start, one.timezone)


def _when(moment: datetime, zone: str) -> str:
    return f"{short_day(moment, zone)}, {clock_time(moment, zone)}"


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list in plain text."""
    return "\n".join(f"– {line}" for line in lines)
