"""Start and memory of `groupsched serve` with two workers, beside bare Flask on the same server."""

import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import head, ratio, row, sure
from benchmarks.servers import Server, bare, groupsched
from benchmarks.world import fill, program
from groupsched import create_app
from groupsched.core import schema
from groupsched.core.config import load
from groupsched.core.db import db


@dataclass(frozen=True)
class Size:
    """How many series there are, starts, and rounds of load before the memory is read."""

    series: int
    starts: int
    load: int


FULL = Size(series=200, starts=3, load=60)
SMALLEST = Size(series=2, starts=1, load=1)
MOST_MEMORY = 220 * 1024
BARE = 'from flask import Flask\napp = Flask("bare")\napp.get("/healthz")(lambda: "ok")\n'
SAYS = {
    "/": b"<h1", "/sessions": b"Group 0", "/sign-in": b"password", "/feeds/public.ics": b"RRULE:FREQ=WEEKLY",
}  # fmt: skip


def run(size: Size) -> None:
    """Print the time to the first answer, and the memory of all processes (PSS) after some load."""
    head(f"Start and memory: groupsched serve, two workers, median of {size.starts}")
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/start.db"
        _prepare(database, folder, size)
        ours, theirs, memory = [], [], []
        for _ in range(size.starts):
            theirs.append(_start(lambda: bare(BARE, Path(folder)), lambda server: time.sleep(1)))
            ours.append(
                _start(
                    lambda: groupsched(Path(folder), database), lambda one: memory.append(_loaded(one, size))
                )
            )
    most = max(memory)
    ratio(
        "first answer, to bare Flask's",
        statistics.median(ours),
        statistics.median(theirs),
        5,
        seen={},
        unit="s",
    )
    row(
        "memory of all processes after load (PSS)",
        f"{most / 1024:.0f} MiB",
        "220 MiB",
        seen={},
        met=most <= MOST_MEMORY,
    )


def _prepare(database: str, folder: str, size: Size) -> None:
    app = create_app(load({}, instance=folder, secret_key="b" * 40, database_url=database))
    with app.app_context():
        schema.upgrade()
        fill(program(), size.series)
        db.session.remove()
        db.engine.dispose()


def _start(started: Callable[[], AbstractContextManager[Server]], then: Callable[[Server], None]) -> float:
    """Seconds from the command to the first good answer."""
    begin = time.perf_counter()
    with started() as server:
        sure("the first answer", {"its status": (_status(f"{server.base}/healthz"), 200)})
        seconds = time.perf_counter() - begin
        then(server)
    return seconds


def _status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return int(answer.status)


def _loaded(server: Server, size: Size) -> int:
    """The memory after pages were asked for; each says what it is there for."""
    for _ in range(size.load):
        for path, words in SAYS.items():
            with urllib.request.urlopen(server.base + path, timeout=20) as answer:
                sure(path, {f"says {words!r}": (words in answer.read(), True)})
    return server.memory()
