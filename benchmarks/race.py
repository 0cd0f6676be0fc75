"""200 people for 12 seats over 32 connections: exact, without an error.

A race finds a server that has been up for a while: 64 joins of another group come before it, and are shown by themselves.
Three races are run, each for a group of its own; the middle one of each figure is shown.
"""

import json
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.report import head, row
from benchmarks.world import fill, program, served
from groupsched import create_app
from groupsched.access.identity import System
from groupsched.accounts.models import Grant, Person
from groupsched.api.service import create_token
from groupsched.catalog.models import Group
from groupsched.core import schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence

PEOPLE, SEATS, CONNECTIONS, BEFORE, RACES = 200, 12, 32, 64, 3


def run(people: int = PEOPLE) -> None:
    """Print the race on both databases."""
    head(f"Race: {people} people for {SEATS} seats, {CONNECTIONS} connections")
    with tempfile.TemporaryDirectory() as folder:
        _race("SQLite, synchronous=FULL", f"sqlite:///{folder}/race.db", Path(folder), 5391, people)
    try:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from tests.postgres import postgres_address

        address = postgres_address()
    except Exception as missing:
        print(f"  PostgreSQL: not run, {missing}")
        return
    with tempfile.TemporaryDirectory() as folder:
        _race("PostgreSQL", address, Path(folder), 5392, people)


def _race(name: str, database: str, instance: Path, port: int, people: int) -> None:
    token, (another, *groups), ids = _prepare(database, instance, people)
    with served(instance, database, port) as server:
        first, _seconds = _join_all(server.base, token, another, ids[:BEFORE])
        races = [_join_all(server.base, token, group, ids) for group in groups]
    states = [[state for state, _took in answers] for answers, _seconds in races]
    slow = sorted(
        statistics.quantiles([took for _state, took in answers], n=100)[98] * 1e3
        for answers, _seconds in races
    )
    row(
        f"{name}: in · waiting · errors, each of {RACES} times",
        " and ".join(sorted({_count(one) for one in states})),
        _counted(SEATS, people - SEATS, 0),
        met=all(_count(one) == _counted(SEATS, people - SEATS, 0) for one in states),
    )
    row(f"{name}: the slowest join after a start", f"{max(took for _state, took in first) * 1e3:.0f} ms", "-")
    row(
        f"{name}: posts a second",
        f"{statistics.median(people / seconds for _answers, seconds in races):.0f}",
        "-",
    )
    each = " · ".join(f"{one:.0f}" for one in slow)
    row(f"{name}: the slowest hundredth", f"{statistics.median(slow):.0f} ms ({each})", "at most 500 ms",
        met=statistics.median(slow) <= 500)  # fmt: skip


def _count(states: list[str]) -> str:
    errors = sum(state.startswith("error") for state in states)
    return _counted(states.count("active"), states.count("waitlisted"), errors)


def _counted(inside: int, waiting: int, errors: int) -> str:
    return f"{inside} · {waiting} · {errors}"


def _join_all(base: str, token: str, group: str, people: list[str]) -> tuple[list[tuple[str, float]], float]:
    """Everybody joins at once: each answer with its seconds, and the seconds of all."""
    begin = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(lambda person: _enrol(base, token, group, person), people))
    return answers, time.perf_counter() - begin


def _prepare(database: str, instance: Path, people: int) -> tuple[str, list[str], list[str]]:
    app = create_app(load({}, instance=instance, secret_key="b" * 40, database_url=database))
    with app.app_context():
        schema.downgrade("base")
        schema.upgrade()
        owner = program("race")
        fill(owner, RACES + 1, weeks=6, capacity=SEATS)
        db.session.query(Occurrence).update({"taken": 0})
        for number in range(people):
            person = Person(
                program_id=owner.id,
                first_name="Robin",
                last_name=f"Teacup {number}",
                record_number=f"{number:06}",
            )
            person.grants.append(Grant(program_id=owner.id, role="client"))
            db.session.add(person)
        _row, token = create_token(System(), owner, "race", ["enrol"])
        db.session.commit()
        groups = [uid for (uid,) in db.session.query(Group.uid).order_by(Group.id)]
        ids = [uid for (uid,) in db.session.query(Person.uid).order_by(Person.id)]
        db.session.remove()
        db.engine.dispose()
        return token, groups, ids


def _enrol(base: str, token: str, group: str, person: str) -> tuple[str, float]:
    body = json.dumps({"person_id": person}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{base}/api/v1/groups/{group}/enrolments", body, headers)
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            state = str(json.load(answer)["state"])
    except urllib.error.HTTPError as error:
        state = f"error {error.code}"
    return state, time.perf_counter() - begin


if __name__ == "__main__":
    run()
