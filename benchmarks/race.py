"""Many people for a few seats over many connections: exact, without an error, and how long the unlucky wait.

Beside it stand bare guarded UPDATEs with a row of audit, on the same server with the same settings and the same database. A
race finds servers that have been up for a while: joins of another group come before it. Ours and the bare one are run in turn.
"""

import json
import os
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks.report import Seen, head, ratio, row
from benchmarks.servers import THREADS, WORKERS, Server, free_port, groupsched, running, wait_for
from benchmarks.world import fill, program
from groupsched import create_app
from groupsched.access.identity import Role, System
from groupsched.accounts.models import Grant, Person
from groupsched.api.service import create_token
from groupsched.catalog.models import Group
from groupsched.core import schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence

WEEKS = 6
Answers = list[tuple[str, float]]


@dataclass(frozen=True)
class Size:
    """Who wants how many seats, over how many connections, after how many joins before, and how often."""

    people: int
    seats: int
    connections: int
    before: int
    races: int


FULL = Size(people=200, seats=12, connections=32, before=64, races=3)
SMALLEST = Size(people=3, seats=1, connections=2, before=2, races=1)


@dataclass(frozen=True)
class RaceWorld:
    """What is raced for: the token, a group to warm up with and one a race, and the people."""

    token: str
    groups: Sequence[str]
    people: Sequence[str]


def run(size: Size) -> None:
    """Print the race on both databases."""
    head(
        f"Race: {size.people} people for {size.seats} seats on {WEEKS} dates, {size.connections} connections"
    )
    with tempfile.TemporaryDirectory() as folder:
        _race("SQLite, synchronous=FULL", f"sqlite:///{folder}/race.db", Path(folder), size)
    address = postgres()
    if address:
        with tempfile.TemporaryDirectory() as folder:
            _race("PostgreSQL", address, Path(folder), size)


def postgres() -> str:
    """The address of an empty PostgreSQL database; "" with a line that says why there is none."""
    try:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from tests.postgres import postgres_address

        return postgres_address()
    except Exception as missing:
        print(f"  PostgreSQL: not run, {missing}")
        return ""


def _race(name: str, database: str, instance: Path, size: Size) -> None:
    world = _prepare(database, instance, size)
    ours: list[Answers] = []
    theirs: list[Answers] = []
    with groupsched(instance, database) as server, _bare(database, instance) as other:
        first = _all_join(_ours(server, world, 0), world.people[: size.before], size)
        _all_join(_theirs(other, 0, size), world.people[: size.before], size)
        for number in range(1, size.races + 1):
            ours.append(_all_join(_ours(server, world, number), world.people, size))
            theirs.append(_all_join(_theirs(other, number, size), world.people, size))
    seen = _seen(ours, theirs, size) | _kept(database, size)
    counted = f"{size.seats} in, {size.people - size.seats} waiting, 0 errors"
    row(f"{name}: exact, each of {size.races} times", counted, "exact", seen=seen, met=True)
    row(
        f"{name}: the slowest join after a start", f"{max(took for _, took in first) * 1e3:.0f} ms", seen=seen
    )
    slow = [statistics.median(_slowest_hundredth(one) for one in races) for races in (ours, theirs)]
    ratio(f"{name}: the slowest hundredth, to bare UPDATEs", *slow, 3, seen=seen)
    middle = [
        statistics.median(statistics.median(took for _, took in one) for one in races)
        for races in (ours, theirs)
    ]
    ratio(f"{name}: the middle one, to bare UPDATEs", *middle, None, seen=seen)


def _slowest_hundredth(answers: Answers) -> float:
    return statistics.quantiles([took for _state, took in answers], n=100)[98]


def _seen(ours: list[Answers], theirs: list[Answers], size: Size) -> Seen:
    states = {"active": size.seats, "waitlisted": size.people - size.seats}
    return {
        f"{who}, race {number}": (
            {one: [state for state, _ in race].count(one) for one in {*states, *dict(race)}},
            states,
        )
        for who, races in (("ours", ours), ("bare", theirs))
        for number, race in enumerate(races)
    }


def _kept(database: str, size: Size) -> Seen:
    """What the database says after the races."""
    engine = create_engine(database)
    with engine.connect() as connection:
        raced = "SELECT DISTINCT taken FROM {} WHERE {} > (SELECT MIN({}) FROM {})"
        ours = connection.scalars(
            text(raced.format("occurrence", "group_id", "group_id", "occurrence"))
        ).all()
        bare = connection.scalars(text(raced.format("bare_seat", "race", "race", "bare_seat"))).all()
        noted = connection.scalar(text("SELECT COUNT(*) FROM bare_audit"))
    engine.dispose()
    all_ = size.before + size.races * size.people
    return {
        "seats taken of every date": (ours, [size.seats]),
        "bare seats taken of every date": (bare, [size.seats]),
        "bare rows of audit": (noted, all_),
    }


# --- joining -----------------------------------------------------------------------------------------------------


def _all_join(ask: Callable[[str], urllib.request.Request], people: Sequence[str], size: Size) -> Answers:
    """Everybody joins at once: each answer with its seconds."""
    with ThreadPoolExecutor(size.connections) as pool:
        return list(pool.map(lambda person: _answer(ask(person)), people))


def _answer(request: urllib.request.Request) -> tuple[str, float]:
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            state = str(json.load(answer)["state"])
    except urllib.error.HTTPError as error:
        state = f"error {error.code}"
    return state, time.perf_counter() - begin


def _ours(server: Server, world: RaceWorld, number: int) -> Callable[[str], urllib.request.Request]:
    headers = {"Authorization": f"Bearer {world.token}", "Content-Type": "application/json"}
    address = f"{server.base}/api/v1/groups/{world.groups[number]}/enrolments"
    return lambda person: urllib.request.Request(address, json.dumps({"person_id": person}).encode(), headers)


def _theirs(server: Server, number: int, size: Size) -> Callable[[str], urllib.request.Request]:
    headers = {"Content-Type": "application/json"}
    address = f"{server.base}/races/{number}?seats={size.seats}"
    return lambda person: urllib.request.Request(address, json.dumps({"person_id": person}).encode(), headers)


@contextmanager
def _bare(database: str, instance: Path) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--log-level", "warning",
               "benchmarks.bare_seats:app"]  # fmt: skip
    root = str(Path(__file__).parents[1])
    settings = {
        "BENCH_SEATS": database,
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
    }
    with running(command, instance, port, settings) as server:
        wait_for(f"{server.base}/healthz")
        yield server


# --- what is raced for -------------------------------------------------------------------------------------------


def _prepare(database: str, instance: Path, size: Size) -> RaceWorld:
    app = create_app(load({}, instance=instance, secret_key="b" * 40, database_url=database))
    with app.app_context():
        schema.downgrade("base")
        schema.upgrade()
        owner = program("race")
        fill(owner, size.races + 1, weeks=WEEKS, capacity=size.seats)
        db.session.query(Occurrence).update({"taken": 0})
        for number in range(size.people):
            names = {"first_name": "Robin", "last_name": f"Teacup {number}", "record_number": f"{number:06}"}
            person = Person(program_id=owner.id, **names)
            person.grants.append(Grant(program_id=owner.id, role=Role.CLIENT))
            db.session.add(person)
        _row, token = create_token(System(), owner, "race", ["enrol"])
        _prepare_bare(size)
        db.session.commit()
        groups = [uid for (uid,) in db.session.query(Group.uid).order_by(Group.id)]
        people = [uid for (uid,) in db.session.query(Person.uid).order_by(Person.id)]
        db.session.remove()
        db.engine.dispose()
        return RaceWorld(token, groups, people)


def _prepare_bare(size: Size) -> None:
    os.environ["BENCH_SEATS"] = ""  # read when its file is imported, here only for its tables
    from benchmarks.bare_seats import TABLES

    for name in ("bare_seat", "bare_audit"):
        db.session.execute(text(f"DROP TABLE IF EXISTS {name}"))
    for table in TABLES:
        db.session.execute(text(table))
    seats = [{"race": race, "number": number} for race in range(size.races + 1) for number in range(WEEKS)]
    db.session.execute(text("INSERT INTO bare_seat (race, number, taken) VALUES (:race, :number, 0)"), seats)
