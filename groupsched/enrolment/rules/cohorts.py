"""A closed group runs as cohorts: the same people from a first day to a last one, who ask, are screened, and end together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MOST_COHORT_DAYS = 400
ENDS_SOON = timedelta(days=14)
BEGINS_SOON = timedelta(days=3)


class CohortState(StrEnum):
    """Where a cohort is, by its days alone: nothing of it is stored."""

    PLANNED = "planned"
    SCREENING = "screening"
    RUNNING = "running"
    ENDED = "ended"


class RequestAnswer(StrEnum):
    """What somebody is answered who asked to join."""

    YES = "accepted"
    NEXT = "next_cohort"
    NO = "declined"


class CohortNews(StrEnum):
    """What of a group's cohorts waits for who may change it."""

    SCREENING_BEGINS = "screening_begins"
    ENDS_WITHOUT_NEXT = "ends_without_next"
    ENDS = "ends"


class CohortFault(StrEnum):
    """What is wrong with the days of a cohort."""

    ENDS_FIRST = "ends_first"
    TOO_LONG = "too_long"
    SCREENED_BACKWARDS = "screened_backwards"
    SCREENED_TOO_LATE = "screened_too_late"
    JOINS_TOO_EARLY = "joins_too_early"
    JOINS_TOO_LATE = "joins_too_late"
    TWO_AT_ONCE = "two_at_once"
    TWO_OPEN = "two_open"


@dataclass(frozen=True)
class CohortSpan:
    """The days of a cohort, each included: it meets from `begins_on` to `ends_on`, one can ask from `screening_from` to
    `screening_until`, and the last day on which anybody gets in is `joins_until`."""

    begins_on: date
    ends_on: date
    screening_from: date
    screening_until: date
    joins_until: date

    def state(self, today: date) -> CohortState:
        """Where it is on a day."""
        if today > self.ends_on:
            return CohortState.ENDED
        if today >= self.begins_on:
            return CohortState.RUNNING
        return CohortState.SCREENING if today >= self.screening_from else CohortState.PLANNED

    def asks(self, today: date) -> bool:
        """Whether somebody can ask to be screened."""
        return self.screening_from <= today <= self.screening_until

    def takes(self, today: date) -> bool:
        """Whether somebody can get in, by a yes, an offer or the line."""
        return self.screening_from <= today <= self.joins_until

    @property
    def weeks(self) -> int:
        """How many weeks it runs, each begun one counted.

        >>> day = date(2027, 1, 4)
        >>> CohortSpan(day, date(2027, 2, 22), day, day, day).weeks, CohortSpan(day, day, day, day, day).weeks
        (8, 1)
        """
        return (self.ends_on - self.begins_on).days // 7 + 1

    def first_moment(self, zone: str) -> datetime:
        """From when on its dates are its people’s."""
        return _midnight(self.begins_on, zone)

    def end_moment(self, zone: str) -> datetime:
        """The first moment after it: dates from then on are nobody’s of it."""
        return _midnight(self.ends_on + timedelta(days=1), zone)

    def joined_moment(self, zone: str) -> datetime:
        """From when on nobody gets in any more."""
        return _midnight(self.joins_until + timedelta(days=1), zone)


def cohort_news(spans: Sequence[CohortSpan], today: date) -> tuple[CohortNews, CohortSpan] | None:
    """What waits of the cohorts of one group, and of which: the last days of one without a next one; that people can ask soon, or
    since lately; that one ends within a week. Two weeks before the end is time to plan."""
    for one in spans:
        followed = any(other.begins_on > one.ends_on for other in spans)
        runs = one.state(today) is CohortState.RUNNING
        if runs and not followed and one.ends_on - today <= ENDS_SOON:
            return CohortNews.ENDS_WITHOUT_NEXT, one
    for one in spans:
        if abs(one.screening_from - today) <= BEGINS_SOON and one.state(today) is not CohortState.RUNNING:
            return CohortNews.SCREENING_BEGINS, one
    for one in spans:
        if one.state(today) is CohortState.RUNNING and one.ends_on - today <= ENDS_SOON / 2:
            return CohortNews.ENDS, one
    return None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def cohort_faults(span: CohortSpan, others: Iterable[CohortSpan]) -> list[CohortFault]:
    """What is wrong with the days of a cohort beside the `others` of its group: one runs at a time, and one can get into one at
    a time."""
    wrong = {
        CohortFault.ENDS_FIRST: span.ends_on < span.begins_on,
        CohortFault.TOO_LONG: span.ends_on - span.begins_on > timedelta(days=MOST_COHORT_DAYS),
        CohortFault.SCREENED_BACKWARDS: span.screening_until < span.screening_from,
        CohortFault.SCREENED_TOO_LATE: span.screening_from > span.begins_on,
        CohortFault.JOINS_TOO_EARLY: span.joins_until < span.screening_until,
        CohortFault.JOINS_TOO_LATE: span.joins_until > span.ends_on,
    }
    found = [fault for fault, is_wrong in wrong.items() if is_wrong]
    if found:
        return found
    beside = list(others)
    if any(span.begins_on <= one.ends_on and one.begins_on <= span.ends_on for one in beside):
        found.append(CohortFault.TWO_AT_ONCE)
    if any(
        span.screening_from <= one.joins_until and one.screening_from <= span.joins_until for one in beside
    ):
        found.append(CohortFault.TWO_OPEN)
    return found
