"""A calendar feed, sent and unchanged, beside bare Flask with the same bytes on the same server, and Radicale.

Each is served by a process of its own; they are asked in turn, over kept connections, so that a slow moment of the
machine hits all of them. Rendering is measured alone.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import icalendar
from sqlalchemy import select

from benchmarks.report import head, interleaved, row
from benchmarks.world import fill, program, served
from groupsched import create_app
from groupsched.access.identity import Anonymous
from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group
from groupsched.core import clock, schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.tokens import fingerprint, secret
from groupsched.enrolment.rules import FindFilters
from groupsched.feeds.models import Feed
from groupsched.feeds.queries.public import shown_in_public
from groupsched.feeds.service.fetching import written
from groupsched.schedule.models import Occurrence, Series

CONNECTIONS, SECONDS, ROUNDS = 16, 1.5, 5
SIZES = {"personal": 10, "program": 200}
RADICALE_CONFIG = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = none
[rights]
type = authenticated
[storage]
filesystem_folder = {folder}
[logging]
level = error
"""


@dataclass(frozen=True)
class Target:
    """An address to ask, with the headers and the status that is right."""

    port: int
    path: str
    headers: dict[str, str]
    status: int = 200


def run() -> None:
    """Print the feed beside its peers."""
    head(f"Feed: {CONNECTIONS} connections, two workers each, median of {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        database = f"sqlite:///{folder}/feed.db"
        tokens = _prepare(database, Path(folder))
        servers.enter_context(served(Path(folder), database, 5394))
        bodies = {name: _get(5394, f"/feeds/{token}.ics") for name, token in tokens.items()}
        servers.enter_context(_bare(bodies, Path(folder), 5395))
        servers.enter_context(_radicale(bodies["program"], Path(folder), 5396))
        rates = _rates(_targets(tokens, bodies))
    for name in SIZES:
        _compare(f"{name}: 200 to bare Flask", rates[name, "200"] / rates[name, "bare 200"], 0.8)
        _compare(f"{name}: 304 to bare Flask", rates[name, "304"] / rates[name, "bare 304"], 0.8)
    _compare("program: 200 to Radicale", rates["program", "200"] / rates["program", "radicale"], 50)
    row("requests a second: 200 · 304 · bare · Radicale", " · ".join(
        f"{rates[key]:,.0f}" for key in (("program", "200"), ("program", "304"), ("program", "bare 200"), ("program", "radicale"))
    ), "-")  # fmt: skip
    _rendering()


def _compare(name: str, ratio: float, goal: float) -> None:
    row(name, f"{ratio:.2f} x", f"at least {goal} x", met=ratio >= goal)


# --- what is served ------------------------------------------------------------------------------------------


def _prepare(database: str, instance: Path) -> dict[str, str]:
    """A program of 200 series with exceptions, and a leader of ten and one of all of them, each with a link."""
    app = create_app(load({}, instance=instance, secret_key="b" * 40, database_url=database))
    with app.app_context():
        schema.upgrade()
        owner = program("feed")
        fill(owner, SIZES["program"])
        _cancel_some()
        tokens = {name: _leader(owner.id, name, size) for name, size in SIZES.items()}
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return tokens


def _cancel_some() -> None:
    for series_id in db.session.scalars(select(Series.id)):
        date = db.session.scalar(select(Occurrence).where(Occurrence.series_id == series_id).limit(1))
        if date is not None:
            date.status, date.edited = "cancelled", True
    db.session.flush()


def _leader(program_id: int, name: str, groups: int) -> str:
    person = Person(program_id=program_id, first_name=name, record_number=name)
    db.session.add(person)
    db.session.flush()
    for group_id in db.session.scalars(select(Group.id).order_by(Group.id).limit(groups)):
        db.session.add(Facilitator(group_id=group_id, person_id=person.id, position=len(name)))
    token = secret()
    db.session.add(
        Feed(person_id=person.id, token_hash=fingerprint(token), name=name, kind="leading", titles="full")
    )
    return token


BARE = """
import gzip, pathlib
from flask import Flask, Response, request
folder = pathlib.Path({folder!r})
app = Flask("bare")
bodies = {{name: gzip.compress((folder / f"{{name}}.ics").read_bytes(), 6, mtime=0) for name in {names!r}}}

@app.get("/<name>.ics")
def feed(name):
    if request.headers.get("If-None-Match") == '"x"':
        return Response(status=304, headers={{"ETag": '"x"'}})
    return Response(bodies[name], mimetype="text/calendar", headers={{"ETag": '"x"', "Content-Encoding": "gzip"}})
"""


@contextmanager
def _bare(bodies: dict[str, bytes], folder: Path, port: int) -> Iterator[None]:
    """Bare Flask with the same bytes, under the same server with the same settings."""
    for name, body in bodies.items():
        (folder / f"{name}.ics").write_bytes(body)
    (folder / "bare.py").write_text(BARE.format(folder=str(folder), names=list(bodies)))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
               "--workers", "2", "--blocking-threads", "16", "--log-level", "warning", "bare:app"]  # fmt: skip
    with _process(command, folder, port):
        yield


@contextmanager
def _radicale(body: bytes, folder: Path, port: int) -> Iterator[None]:
    """Radicale with the same events, as a calendar that is fetched whole."""
    (folder / "radicale.ini").write_text(RADICALE_CONFIG.format(port=port, folder=folder / "radicale"))
    with _process([sys.executable, "-m", "radicale", "--config", str(folder / "radicale.ini")], folder, port):
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("PUT", "/bench/feed/", body, {"Content-Type": "text/calendar", **_LOGIN})
        answer = connection.getresponse()
        if answer.status >= 400:
            raise RuntimeError(f"Radicale refused the calendar: {answer.status} {answer.read()[:200]!r}")
        yield


_LOGIN = {"Authorization": "Basic YmVuY2g6YmVuY2g="}  # anybody may, with any password


@contextmanager
def _process(command: list[str], folder: Path, port: int) -> Iterator[None]:
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}")


# --- asking --------------------------------------------------------------------------------------------------


def _targets(tokens: dict[str, str], bodies: dict[str, bytes]) -> dict[tuple[str, str], Target]:
    zipped = {"Accept-Encoding": "gzip"}
    targets: dict[tuple[str, str], Target] = {}
    for name, token in tokens.items():
        path = f"/feeds/{token}.ics"
        targets[name, "200"] = Target(5394, path, zipped)
        targets[name, "bare 200"] = Target(5395, f"/{name}.ics", zipped)
        targets[name, "304"] = Target(5394, path, {**zipped, "If-None-Match": _tag(5394, path)}, 304)
        targets[name, "bare 304"] = Target(5395, f"/{name}.ics", {**zipped, "If-None-Match": '"x"'}, 304)
    targets["program", "radicale"] = Target(5396, "/bench/feed/", _LOGIN)
    assert all(bodies.values())
    return targets


def _get(port: int, path: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    return connection.getresponse().read()


def _tag(port: int, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("HEAD", path, headers={"Accept-Encoding": "gzip"})
    return connection.getresponse().headers["ETag"]


def _rates(targets: dict[tuple[str, str], Target]) -> dict[tuple[str, str], float]:
    """Requests a second of each, in turn, the median of the rounds."""
    found: dict[tuple[str, str], list[float]] = {key: [] for key in targets}
    for _ in range(ROUNDS):
        for key, target in targets.items():
            found[key].append(_rate(target))
    return {key: statistics.median(rates) for key, rates in found.items()}


def _rate(target: Target) -> float:
    until = time.perf_counter() + SECONDS
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = list(pool.map(lambda _: _ask(target, until), range(CONNECTIONS)))
    return sum(counts) / SECONDS


def _ask(target: Target, until: float) -> int:
    """Ask over one kept connection until the time is up, with as little work on this side as can be."""
    lines = [
        f"GET {target.path} HTTP/1.1",
        "Host: 127.0.0.1",
        *(f"{k}: {v}" for k, v in target.headers.items()),
    ]
    question = ("\r\n".join(lines) + "\r\n\r\n").encode()
    count = 0
    while time.perf_counter() < until:
        with socket.create_connection(("127.0.0.1", target.port), timeout=30) as line:
            while time.perf_counter() < until:
                line.sendall(question)
                if not _read(line, target.status):
                    break
                count += 1
    return count


def _read(line: socket.socket, status: int) -> bool:
    """Read one answer; False where the server closed the line."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        if not part:
            return False
        data += part
    top, _, rest = data.partition(b"\r\n\r\n")
    if int(top.split(b" ", 2)[1]) != status:
        raise RuntimeError(top.decode())
    length = next((int(h[15:]) for h in top.lower().split(b"\r\n") if h.startswith(b"content-length:")), 0)
    missing = 0 if status == 304 else length - len(rest)
    while missing > 0:
        missing -= len(line.recv(65536))
    return b"connection: close" not in top.lower()


# --- rendering -----------------------------------------------------------------------------------------------


def _rendering() -> None:
    for size, goal in ((200, 0.060), (2000, 0.700)):
        times, events = _render(size)
        row(f"rendering {events:,} events of {size:,} series", f"{times['ours'] * 1e3:.0f} ms",
            f"at most {goal * 1e3:.0f} ms", met=times["ours"] <= goal)  # fmt: skip
        _compare("  icalendar writing the same events, to ours", times["icalendar"] / times["ours"], 1)


def _render(size: int) -> tuple[dict[str, float], int]:
    """Seconds to make the bytes from what is shown, and for icalendar to write the same, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            load({}, instance=folder, secret_key="b" * 40, database_url=f"sqlite:///{folder}/r.db")
        )
        with app.app_context(), app.test_request_context():
            schema.upgrade()
            owner = program("render")
            fill(owner, size)
            _cancel_some()
            db.session.commit()
            shown = shown_in_public(Anonymous(program_id=owner.id), FindFilters(), owner.timezone, 10**6)
            assert shown is not None
            body = written(shown, owner.name, clock.now(), private=False)
            parsed = icalendar.Calendar.from_ical(body)
            works = {
                "ours": lambda: written(shown, owner.name, clock.now(), private=False),
                "icalendar": parsed.to_ical,
            }
            times = interleaved(works, 5)
            db.session.remove()
            db.engine.dispose()
            return times, body.count(b"BEGIN:VEVENT")


if __name__ == "__main__":
    run()
