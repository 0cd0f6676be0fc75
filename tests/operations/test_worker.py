"""The worker: delivers, extends the horizon, and stops cleanly when asked."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.operations.worker import round_of_work, run
from groupsched.outbox.models import Message
from groupsched.outbox.queries import health, last_round
from groupsched.outbox.rules import OutboxHealth
from groupsched.outbox.service import enqueue
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_series
from tests.conftest import SECRET
from tests.factories import ZONE, World


def a_message(world: World) -> None:
    """A message that waits for the worker."""
    person = world.client(email="robin.teacup@example.org")
    enqueue("account_changed", person, "once", date="today", time="10:00", link="/forgot")
    db.session.commit()


def states() -> list[str]:
    found = list(db.session.scalars(select(Message.state)))
    # A test is no request: its reads hold the write lock of SQLite until they end.
    db.session.rollback()
    return found


def test_one_round_delivers_what_waits(app: Flask, world: World) -> None:
    a_message(world)
    assert round_of_work().sent == 1
    assert states() == ["sent"]
    assert round_of_work().sent == 0


def test_one_round_makes_the_dates_that_came_within_the_horizon(app: Flask, world: World) -> None:
    group = world.group(led_by=world.facilitator())
    now = clock.now()
    rule = SeriesRule(clock.today(ZONE), datetime(2026, 1, 1, 10).time(), 60, ZONE, "FREQ=DAILY")
    with clock.at(now):
        series = add_series(System(program_id=world.program.id), group, rule)
    db.session.commit()

    def dates() -> int:
        return db.session.scalar(select(func.count()).where(Occurrence.series_id == series.id)) or 0

    before = dates()
    with clock.at(now + timedelta(days=20)):
        assert round_of_work().series == 1
        assert round_of_work().series == 0
    assert dates() == before + 20


def test_the_health_line_says_what_is_due_since_when_what_failed_and_when_somebody_was_here(
    app: Flask, world: World
) -> None:
    now = clock.now()
    with clock.at(now):
        a_message(world)
    with clock.at(now + timedelta(minutes=7)):
        assert health(clock.now()) == OutboxHealth(1, now, 0, None)
        round_of_work()
        assert health(clock.now()) == OutboxHealth(0, None, 0, now + timedelta(minutes=7))
    db.session.execute(update(Message).values(state="failed", claimed_at=now))
    db.session.commit()
    assert health(now).failed == 1
    assert health(now + timedelta(days=8)).failed == 0


def test_word_of_a_round_is_left_once_a_minute(app: Flask, world: World) -> None:
    now, left = clock.now(), []
    for seconds in (0, 59, 61, 90):
        with clock.at(now + timedelta(seconds=seconds)):
            round_of_work()
        left.append((last_round() or now) - now)
        db.session.rollback()
    assert left == [timedelta(seconds=seconds) for seconds in (0, 0, 61, 61)]


@pytest.mark.on_sqlite
def test_the_command_says_it_and_fails_where_nobody_works(
    app: Flask, world: World, database: str, tmp_path: Path
) -> None:
    a_message(world)
    env = {
        **os.environ,
        "GROUPSCHED_INSTANCE": str(tmp_path),
        "GROUPSCHED_DATABASE_URL": database,
        "GROUPSCHED_SECRET_KEY": SECRET,
    }

    def said(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "groupsched.cli", "worker", *options]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    before = said("--health", "--json")
    counts = json.loads(before.stdout)
    assert (counts["due"], counts["failed"], counts["last_round"], before.returncode) == (1, 0, None, 1)
    assert "No worker runs" in before.stderr
    said("--once")
    after = said("--health")
    assert after.stdout.startswith("0 messages due") and after.returncode == 0


def test_a_round_that_is_asked_to_stop_does_nothing_more(app: Flask, world: World) -> None:
    a_message(world)
    stop = threading.Event()
    stop.set()
    assert round_of_work(stop).sent == 0
    run(stop)
    assert states() == ["waiting"]


def test_the_command_stops_cleanly_on_sigterm(
    app: Flask, world: World, database: str, tmp_path: Path
) -> None:
    a_message(world)
    env = {
        **os.environ,
        "GROUPSCHED_INSTANCE": str(tmp_path),
        "GROUPSCHED_DATABASE_URL": database,
        "GROUPSCHED_SECRET_KEY": SECRET,
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "groupsched.cli", "worker"], env=env, stderr=subprocess.PIPE
    )
    for _tick in range(200):
        if states() == ["sent"]:
            break
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    _out, err = worker.communicate(timeout=20)
    assert (states(), worker.returncode) == (["sent"], 0), err
