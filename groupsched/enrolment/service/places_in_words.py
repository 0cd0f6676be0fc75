"""From which day on regular dates are in another place, and which of them alone are, in the language of their person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from groupsched.catalog.rules import AttendanceMode
from groupsched.core.filters import short_day
from groupsched.core.i18n import _, listed
from groupsched.enrolment.service.outcomes import Replanned
from groupsched.schedule import words
from groupsched.schedule.events import Whereabouts
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import where_of

MOST_ALONE, MOST_STAY = 8, 4


@dataclass(frozen=True)
class PlaceLines:
    """What is said of regular dates in another place, a sentence each, and the dates there of which none says it."""

    lines: Sequence[str] = ()
    alone: Sequence[Occurrence] = ()


def in_another_place(was: Whereabouts, now: Whereabouts) -> bool:
    """Whether those who come in person go somewhere else."""
    online = AttendanceMode.ONLINE in (was.mode, now.mode)
    return not online and (was.place_id, was.site_id) != (now.place_id, now.site_id)


def elsewhere_dates(outcome: Replanned) -> list[Occurrence]:
    """The dates that take place somewhere else than their person knows."""
    known = [(one, outcome.was[one.id]) for one in outcome.moved]
    return [one for one, was in known if was is not None and in_another_place(was.where, where_of(one))]


def place_lines(outcome: Replanned) -> PlaceLines:
    """Of each series from when on it is in another place, where it is from some day on; all other dates there are alone."""
    by_series: dict[int, list[Occurrence]] = defaultdict(list)
    for one in elsewhere_dates(outcome):
        by_series[one.series_id].append(one)
    found = [
        _of_series(dates, [one for one in outcome.ahead if one.series_id == number])
        for number, dates in by_series.items()
    ]
    return PlaceLines(
        [line for one in found for line in one.lines], [row for one in found for row in one.alone]
    )


def regular_words(dates: Iterable[Occurrence]) -> str:
    """`Every Thursday 11:00 AM–12:30 PM`: when the series of these dates meet; empty where it cannot be said in short."""
    series = {one.series_id: one.series for one in dates}
    said = [words.rhythm(one.rule) for one in series.values() if one.rrule]
    text = listed(said) if len(said) == len(series) <= 2 and all(said) else ""
    return text[:1].upper() + text[1:]


def _of_series(dates: Sequence[Occurrence], ahead: Sequence[Occurrence]) -> PlaceLines:
    """The same of one series, of which these dates are elsewhere now and all those `ahead` take place."""
    there = {one.place_id for one in dates}
    stay = [one for one in ahead if one not in dates and one.place_id not in there]
    last = max((one.start for one in stay), default=None)
    run = [one for one in dates if last is None or one.start > last]
    alone = [one for one in dates if one not in run]
    between = [one for one in stay if one.start > dates[0].start]
    if len(alone) > MOST_ALONE and len(between) <= MOST_STAY:
        days = listed([short_day(one.start, one.timezone) for one in between])
        return PlaceLines([_from_on(dates[0]), _("It stays where it was on %(days)s.", days=days)])
    if len(run) < 2 or not run[0].series.rrule:
        return PlaceLines(alone=dates)
    return PlaceLines([_from_on(run[0])], alone)


def _from_on(first: Occurrence) -> str:
    day, rhythm = short_day(first.start, first.timezone), words.rhythm(first.series.rule)
    if not rhythm:
        return str(_("From %(day)s on it is in another place.", day=day))
    return str(_("From %(day)s on the one %(rhythm)s is in another place.", day=day, rhythm=rhythm))
