"""A week on paper: the dates whose sheets somebody writes, each with who is expected, in few statements however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.accounts.words import labels_of
from groupsched.attendance.queries.expected import came_lately
from groupsched.attendance.queries.overview import written_between
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.text import fold
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import each_pair, holds_seat
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

MOST_SHEETS = 120


@dataclass(frozen=True)
class PaperSheet:
    """One date on paper: the names as they are called there, in the order in which they are entered afterwards."""

    occurrence: Occurrence
    names: list[str]


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday of a day's week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def paper_week(identity: Identity, day: date, zone: str) -> tuple[list[PaperSheet], list[Person]]:
    """The sheets of a week that this identity writes, in order of time, and everybody whose name stands on one."""
    monday, sunday = week_of(day)
    dates = written_between(identity, _midnight(monday, zone), _midnight(sunday + timedelta(days=1), zone))
    planned = [one for one in dates if one.status is OccurrenceStatus.SCHEDULED]
    printed = planned[:MOST_SHEETS]
    people = _expected(printed)
    for number, more in came_lately(printed, people).items():
        people[number] += more
    sheets = [PaperSheet(one, _names(people[one.id])) for one in printed]
    return sheets, [person for rows in people.values() for person in rows]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(clock.UTC)


def _expected(dates: Sequence[Occurrence]) -> dict[int, list[Person]]:
    query = (
        each_pair(Occurrence.id, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Occurrence.id.in_([one.id for one in dates]), holds_seat())
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for number, person in db.session.execute(query):
        found[number].append(person)
    for people in found.values():
        people.sort(key=lambda one: (fold(one.first_name), fold(one.last_name), one.id))
    return found


def _names(people: list[Person]) -> list[str]:
    called = labels_of(people)
    return [called[one.id] for one in people]
