"""The dates of a person as a message names them: one, a rhythm, or a line each."""

from collections.abc import Sequence
from datetime import datetime

from groupsched.core.filters import clock_time, short_day
from groupsched.core.i18n import _, ngettext
from groupsched.core.regions import speaking
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service.outcomes import AnyDate, Joined
from groupsched.enrolment.service.replanned_words import MOST_DATES
from groupsched.enrolment.service.rhythms import days_in_words, weekly_and_more, weekly_words
from groupsched.outbox.service import when_fields


def rhythm_and_more(outcome: Joined) -> list[str]:
    """The weekdays, and the one or two dates besides, a line each; none where no rhythm can be said."""
    enrolment, online = outcome.enrolment, outcome.enrolment.group.reached_online
    days, regular, more = weekly_and_more(outcome)
    if not days:
        return []
    time = words_of(enrolment, regular.original_start, regular.timezone)["time"]
    with speaking(enrolment.person.language, enrolment.person.program_id):
        said = {"days": days_in_words(days), "time": time, "day": when(enrolment, regular)["date"]}
        return [
            _("Every %(days)s at %(time)s, from %(day)s on", **said),
            *(named(one, online) for one in more),
        ]


def those_that_ended(enrolment: Enrolment, dates: Sequence[AnyDate]) -> list[str]:
    """Which dates they have no more: the rhythm where it can be said in a word, else each of the first."""
    first, online = dates[0], enrolment.group.reached_online
    words = when(enrolment, first) | {
        "time": words_of(enrolment, first.original_start, first.timezone)["time"]
    }
    with speaking(enrolment.person.language, enrolment.person.program_id):
        if rhythm := weekly_words(Joined(enrolment, dates)):
            said = {"days": rhythm, "time": words["time"], "day": words["date"]}
            return [_("Every %(days)s at %(time)s, from %(day)s on", **said)]
        shown = dates if len(dates) <= MOST_DATES else dates[: MOST_DATES - 1]
        lines = [named(one, online) for one in shown]
        more = len(dates) - len(shown)
        return lines + ([ngettext("And %(num)s more.", "And %(num)s more.", more)] if more else [])


def named(date: AnyDate, online: bool) -> str:
    """A date and its time, in the language of the moment."""
    return named_moment(date.start, date.timezone, online)


def named_moment(moment: datetime, zone: str, online: bool) -> str:
    """A day and its time, in the language of the moment."""
    return f"{short_day(moment, zone)}, {clock_time(moment, zone, online)}"


def when(enrolment: Enrolment, date: AnyDate) -> dict[str, str]:
    """The words for when a date begins, as its person reads them."""
    return words_of(enrolment, date.start, date.timezone)


def words_of(enrolment: Enrolment, moment: datetime, zone: str) -> dict[str, str]:
    """The words for a moment in a zone, as the person of an enrolment reads them."""
    words = when_fields(enrolment.person, moment, zone, online=enrolment.group.reached_online)
    return {name: words[name] for name in ("date", "time")}
