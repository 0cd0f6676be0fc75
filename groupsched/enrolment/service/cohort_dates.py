"""Of which dates seats are given in a group that runs as cohorts, and from when until when a seat there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groupsched.catalog.models import Group
from groupsched.enrolment.models import Cohort, Enrolment
from groupsched.enrolment.queries import cohorts_of, open_cohort, running_cohort
from groupsched.enrolment.service.seats import ComingDate, ahead


@dataclass(frozen=True)
class SeatSpell:
    """From when on somebody has their seats, and in a cohort until when, and in which."""

    from_start: datetime
    until_start: datetime | None = None
    cohort_id: int | None = None

    def begin(self, enrolment: Enrolment) -> None:
        """Somebody has them from now on."""
        enrolment.from_start, enrolment.until_start = self.from_start, self.until_start
        enrolment.cohort_id = self.cohort_id


def to_give(group: Group, now: datetime) -> list[ComingDate]:
    """The coming dates of a group of which seats are given: where it runs as cohorts, those of the one into which people can
    get, and none after the day on which joining closed: what comes free then stays free."""
    dates = ahead(group.id, now)
    cohorts = cohorts_of(group)
    return _within(open_cohort(cohorts), dates) if cohorts else dates


def to_give_late(group: Group, now: datetime) -> list[ComingDate]:
    """Those of the cohort that runs, although joining it has closed: for who may let somebody in all the same."""
    cohorts = cohorts_of(group)
    return _within(open_cohort(cohorts) or running_cohort(cohorts), ahead(group.id, now))


def _within(cohort: Cohort | None, dates: Sequence[ComingDate]) -> list[ComingDate]:
    if cohort is None:
        return []
    first, end = _moments(cohort)
    return [one for one in dates if first <= one.start < end]


def _moments(cohort: Cohort) -> tuple[datetime, datetime]:
    return cohort.span.first_moment(cohort.timezone), cohort.span.end_moment(cohort.timezone)


def spell_over(group: Group, dates: Sequence[ComingDate], begins: datetime) -> SeatSpell:
    """From when until when seats on all of these dates are, from `begins` on: in a cohort, not before its first day."""
    for cohort in cohorts_of(group) if dates else ():
        first, end = _moments(cohort)
        if first <= dates[0].start < end:
            return SeatSpell(max(begins, first), end, cohort.id)
    return SeatSpell(begins)


def next_opens(group: Group) -> datetime | None:
    """From when on somebody who waits for the next cohort may be asked: not for the one that people can get into now. None
    where there is none of that kind."""
    cohort = open_cohort(cohorts_of(group))
    return cohort.span.joined_moment(cohort.timezone) if cohort is not None else None


def takes_nobody(group: Group) -> bool:
    """Whether a group runs as cohorts and nobody can get into any of them today."""
    cohorts = cohorts_of(group)
    return bool(cohorts) and open_cohort(cohorts) is None
