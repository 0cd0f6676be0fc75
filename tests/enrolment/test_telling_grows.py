"""What a change costs grows as the number of its dates, also where nobody has heard of the change before it."""

import sys
from dataclasses import replace
from datetime import datetime, time

import pytest

from groupsched.access.identity import System
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import change_series
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def made(world):
    return world


def lines_run(work):
    """How many lines of the room of enrolments are run: the same on a busy machine."""
    count = 0

    def note(_frame, what, _more):
        nonlocal count
        count += what == "line"
        return note

    def enter(frame, _what, _more):
        return note if "/groupsched/enrolment/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def again_and_elsewhere(world, dates):
    """The lines run for a second change of so many dates, while the mail about the first one waits, of somebody who is in
    another group at the new hour."""
    tea, talk = world.group(f"Tea {dates}"), world.group(f"Talk {dates}")
    world.series(tea, datetime(2026, 11, 26, 18), dates=dates)
    world.series(talk, datetime(2026, 11, 26, 16, 30), dates=dates)
    robin = world.client("Robin", f"Teacup{dates}", email=f"p{dates}@example.org")
    for group in (tea, talk):
        service.enrol(identity_of(robin), group, robin)
    db.session.commit()

    def move(start):
        series = current_series(tea)
        change_series(System(), series, replace(series.rule, start_time=start), series.version)
        db.session.commit()

    move(time(18, 30))
    return lines_run(lambda: move(time(17)))


def test_a_second_change_before_the_mail_of_the_first_costs_twice_as_much_for_twice_the_dates(made):
    assert again_and_elsewhere(made, 48) <= 2.3 * again_and_elsewhere(made, 24)
