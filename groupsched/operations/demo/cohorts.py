"""The cohorts of the story: one is half way, for the next one people are screened."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from groupsched.accounts.cookie import member
from groupsched.core import clock
from groupsched.enrolment.rules import CohortSpan
from groupsched.enrolment.service import CohortPlan, enrol, plan_cohort
from groupsched.operations.demo.cast import DemoCast
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_series

JOINS_FOR = timedelta(days=13)


def begin_cohort(cast: DemoCast, key: str, first: date, last: date) -> None:
    """Whoever came until its first date is in it."""
    span = CohortSpan(first, last, first, first, first + JOINS_FOR)
    plan_cohort(cast.system, cast.groups[key], CohortPlan("1", span))


def screen_next(cast: DemoCast, told: Mapping[str, Any], like: Occurrence) -> None:
    """The next one, with as many dates, some weeks after the last date (`like`) of the one before; one can ask from today."""
    group, zone = cast.groups[told["series"]], cast.program.timezone
    here = like.start.astimezone(ZoneInfo(zone))
    first = here.date() + timedelta(weeks=told["next_weeks_later"])
    last = first + timedelta(weeks=told["of"] - 1)
    minutes = int((like.end - like.start).total_seconds() // 60)
    rule = SeriesRule(first, here.time(), minutes, zone, f"FREQ=WEEKLY;COUNT={told['of']}")
    add_series(cast.system, group, rule)
    until = first - timedelta(days=7)
    span = CohortSpan(first, last, clock.today(zone), until, first)
    plan_cohort(cast.system, group, CohortPlan("2", span))


def ask_for_it(cast: DemoCast, told: Mapping[str, Any]) -> None:
    """Somebody asks to be screened for it."""
    person = cast.people[told["asks"]]
    enrol(member(person), cast.groups[told["series"]], person, accept_clash=True)
