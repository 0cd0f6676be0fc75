"""A change of all 57 dates of a group with 15 people, beside the same change of one of them: statements, and time of the processor."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from time import process_time

from sqlalchemy import select

from benchmarks.report import head, ratio, row
from benchmarks.sheet import counted
from benchmarks.world import ZONE, fresh_app
from groupsched.access.identity import Role, System
from groupsched.accounts.service import PersonFields, add_person, found_program
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import GroupFields
from groupsched.catalog.service import create_group, publish_group
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.enrolment.service import enrol_many
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import ChangeScope, MoveDate, parse_rule
from groupsched.schedule.service import add_series, change_dates

MOST_STATEMENTS = 60
NOW = datetime.fromisoformat("2026-03-03T08:00:00+00:00")


@dataclass(frozen=True)
class Size:
    """How many people and dates, and the rounds."""

    people: int
    dates: int
    rounds: int


FULL = Size(people=15, dates=57, rounds=9)
SMALLEST = Size(people=2, dates=5, rounds=1)


def run(size: Size) -> None:
    """Print what moving all dates costs, and moving one."""
    head(f"An edit of {size.dates} dates with {size.people} people")
    with fresh_app(), clock.at(NOW):
        group = _group(size)
        with counted() as statements:
            told = _move(group, ChangeScope.ALL, 15)
        seen = {
            "dates that moved": (told, size.dates),
            "dates at the new time": (_at(group, "10:15"), size.dates),
        }
        most = len(statements)
        row(
            "statements of a move of all",
            str(most),
            str(MOST_STATEMENTS),
            seen=seen,
            met=most <= MOST_STATEMENTS,
        )
        times: dict[ChangeScope, list[float]] = {ChangeScope.ALL: [], ChangeScope.THIS: []}
        said = {ChangeScope.ALL: size.dates, ChangeScope.THIS: 1}
        seen = {}
        for number in range(size.rounds):
            for scope, each in times.items():
                begin = process_time()
                found = _move(group, scope, 1)
                each.append(process_time() - begin)
                seen |= {f"dates that moved, {scope} {number}": (found, said[scope])}
            _move(group, ChangeScope.THIS, -1)  # back to its series
        both = [median(each) for each in times.values()]
        ratio("processor time, to a move of one date", both[0], both[1], 3, seen=seen)


def _group(size: Size) -> Group:
    with unit_of_work():
        program = found_program("Bench House", ZONE, "House")
        by = System(program_id=program.id)
        site = program.sites[0].id
        lead = add_person(by, PersonFields("Ossian", "Bench", site_id=site), frozenset([Role.FACILITATOR]))
        people = [
            add_person(by, PersonFields(f"Robin{n}", "Bench", site_id=site), frozenset([Role.CLIENT]))
            for n in range(size.people)
        ]
        room = Place(site_id=site, program_id=program.id, key="oak", name="Oak Room", capacity=size.people)
        db.session.add(room)
        db.session.flush()
        fields = GroupFields(
            "Circle", "support-group", facilitators=(lead.uid,), capacity=size.people, place=room.uid,
            orientation="secular", structure="structured", site=program.sites[0].uid,
        )  # fmt: skip
        group = publish_group(by, create_group(by, fields))
        rrule = f"FREQ=WEEKLY;BYDAY=WE;COUNT={size.dates}"
        rule = parse_rule(
            starts_on=date(2026, 3, 4), start_time=time(10), duration_minutes=60, timezone=ZONE, rrule=rrule
        )
        add_series(by, group, rule)
        enrol_many(by, group, people)
    return group


def _move(group: Group, scope: ChangeScope, minutes: int) -> int:
    """Move its second date, or all with it; returns how many moved."""
    with unit_of_work():
        one = _dates(group)[1]
        by = timedelta(minutes=minutes)
        change = MoveDate(one.id, one.start + by, one.end + by, scope)
        return len(change_dates(System(program_id=group.program_id), group, change).plan.moved)


def _dates(group: Group) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return list(db.session.scalars(query))


def _at(group: Group, wall: str) -> int:
    return sum(f"{one.local_minute // 60:02}:{one.local_minute % 60:02}" == wall for one in _dates(group))
