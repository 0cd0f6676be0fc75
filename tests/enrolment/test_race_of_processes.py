"""Forty people, twelve seats, and as many processes as a busy house has: offers run out, people say yes and no, leave, give dates
back and join, and two workers run, all at one moment."""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, SeatHold, SeatOffer
from groupsched.enrolment.queries import live_of, roster
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
PEOPLE, SEATS, GAVE, PROCESSES = 40, 12, 6, 2


def begin(world):
    """Twelve are in and as many wait; six of those in leave, and six are asked. Sixteen have not come yet."""
    with clock.at(NOW):
        world.group_ = world.group("Tea", capacity=SEATS, line_mode="ask_first")
        world.dates = world.series(world.group_, datetime(2026, 12, 9, 14), dates=3)
        world.people = [world.client("Robin", f"Teacup{number}") for number in range(PEOPLE)]
        world.enrol(world.group_, *world.people[: 2 * SEATS])
        for person in world.people[:GAVE]:
            service.leave(identity_of(person), live_of(world.group_.id, person.id))
        db.session.commit()


def offers():
    query = select(SeatOffer).where(SeatOffer.state == "open").order_by(SeatOffer.id)
    return db.session.scalars(query).all()


def buttons(world):
    """What everybody presses: who leaves, who gives a date back, who joins, and yes or no from half of those who are asked."""
    page, date = f"/sessions/{world.group_.uid}", world.dates[1].uid
    people = [one.id for one in world.people]
    leaving = [(one, f"{page}/leave", {"was": "active", "sure": "1"}) for one in people[GAVE:9]]
    giving = [(one, f"/occurrences/{date}/cannot-come", {"sure": "1"}) for one in people[9:SEATS]]
    joining = [(one, f"{page}/join", {"what": "whole", "wait": "1"}) for one in people[2 * SEATS :]]
    asked = [
        (one.enrolment.person_id, f"/offers/{one.uid}", {"answer": "yes" if place % 2 else "no"})
        for place, one in enumerate(offers())
    ]
    mixed = zip_longest(joining, asked, leaving, giving)
    return [one for some in mixed for one in some if one is not None]


def run(app, moment, pressed, workers=2):
    """Let them all go at once; the answers to what was pressed, and what the workers found."""
    told = [{"buttons": pressed[number::PROCESSES]} for number in range(PROCESSES)]
    told += [{"rounds": 5}] * workers
    common = {
        "database": app.extensions["sqlalchemy"].engine.url.render_as_string(hide_password=False),
        "folder": app.instance_path, "moment": moment.isoformat(),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.enrolment.racer"]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in told
    ]
    try:
        for process, what in zip(started, told, strict=True):
            process.stdin.write(json.dumps(common | what) + "\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in started] == ["ready\n"] * len(started)
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [json.loads(process.communicate(timeout=120)[0]) for process in started]
    finally:
        for process in started:
            process.kill()
    return [one for some in answers[:PROCESSES] for one in some], answers[PROCESSES:]


def test_no_seat_is_sold_twice_and_each_is_free_held_by_one_or_kept(app, world):
    begin(world)
    first = {one.id: (one.until_at, one.out_at) for one in offers()}
    assert len(first) == GAVE
    # Of three the time is over at that moment, of three it is not: those are asked an hour later.
    moment = max(out for _until, out in first.values()) + timedelta(minutes=1)
    for one in offers()[: GAVE // 2]:
        one.until_at = moment
    pressed = buttons(world)
    db.session.commit()
    db.session.remove()
    answers, found = run(app, moment, pressed)
    assert len(answers) == PEOPLE - 2 * SEATS + GAVE + 3 + 3
    assert set(answers) == {303}
    assert any(sum(rounds) for rounds in found)
    with clock.at(moment):
        settled(world, moment)


def settled(world, moment):
    """Every seat is free, held by one, or kept; nobody is asked whose time is over; nobody waits for a seat that is free."""
    group_id = db.session.merge(world.group_, load=True).id
    service.end_overdue(group_id)
    db.session.commit()
    assert faults() == []
    for row in world.dates:
        date = db.session.merge(row, load=True)
        db.session.refresh(date)
        coming = [one.person.id for one in roster(date) if not one.given_up]
        assert len(coming) == len(set(coming))
        kept = db.session.scalar(
            select(func.coalesce(func.sum(SeatHold.seats), 0)).where(
                SeatHold.group_id == group_id,
                SeatHold.closed_at.is_(None),
                (SeatHold.occurrence_id == date.id) | (SeatHold.from_start <= date.start),
            )
        )
        assert date.taken == len(coming) + kept <= SEATS
    asked = {one.enrolment_id for one in offers()}
    assert len(asked) == len(offers())
    assert all(one.until_at > moment for one in offers())
    line = db.session.scalars(
        select(Enrolment.id).where(Enrolment.group_id == group_id, Enrolment.state == "waitlisted")
    ).all()
    assert asked <= set(line)
    full = sum(date.taken == SEATS for date in map(db.session.merge, world.dates))
    assert full >= 2
