"""A calendar feed beside bare Flask with the same bytes on the same server, a bare application without it, and Radicale.

Each has processes of its own. They are asked in turn, over kept connections, and the processor time of a server's processes
counts: one Python process as a client tops out long before a server does. A link is asked as real readers ask it too:
once each of many links, and after an hour, when the fetch has to be noted again.
"""

import gzip
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from sqlalchemy import create_engine, select, update

from benchmarks.asking import Cost, Question, cost_of
from benchmarks.report import Seen, head, ratio, row, sure
from benchmarks.servers import Server, bare, free_port, groupsched, running
from benchmarks.world import cancel_one_of_each, fill, program
from groupsched import create_app
from groupsched.access.identity import Role
from groupsched.accounts.models import Grant, Person
from groupsched.catalog.models import Facilitator, Group
from groupsched.core import clock, schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.tokens import fingerprint, secret
from groupsched.feeds.models import Feed
from groupsched.feeds.rules import FeedKind, TitleMode


@dataclass(frozen=True)
class Size:
    """How many series the two feeds have, links each, requests a round, rounds and connections."""

    series: tuple[int, int]
    links: int
    requests: int
    radicale: int
    rounds: int
    connections: int


FULL = Size(series=(10, 200), links=300, requests=3000, radicale=60, rounds=5, connections=16)
SMALLEST = Size(series=(1, 2), links=2, requests=4, radicale=4, rounds=1, connections=2)
NAMES = ("personal", "program")
ZIPPED = {"Accept-Encoding": "gzip"}
_LOGIN = {"Authorization": "Basic YmVuY2g6YmVuY2g="}  # anybody may, with any password
RADICALE = """[server]
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
BARE = """
import pathlib
from flask import Flask, Response, request
folder = pathlib.Path({folder!r})
app = Flask("bare")
bodies = {{name: (folder / f"{{name}}.gz").read_bytes() for name in {names!r}}}

@app.get("/<name>.ics")
def feed(name):
    if name not in bodies:
        return Response(status=404)
    if request.headers.get("If-None-Match") == '"x"':
        return Response(status=304, headers={{"ETag": '"x"'}})
    return Response(bodies[name], mimetype="text/calendar", headers={{"ETag": '"x"', "Content-Encoding": "gzip"}})

def wsgi(environ, start_response):
    body = bodies[environ["PATH_INFO"][1:-4]]
    start_response("200 OK", [("Content-Type", "text/calendar"), ("Content-Length", str(len(body)))])
    return [body]
"""


def run(size: Size) -> None:
    """Print the feed beside its peers."""
    head(f"Feed: {size.connections} connections, two workers each, median of {size.rounds} rounds")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        database = f"sqlite:///{folder}/feed.db"
        links = _prepare(database, Path(folder), size)
        ours = servers.enter_context(groupsched(Path(folder), database))
        bodies = {name: _get(ours, links[name][0]) for name in NAMES}
        seen = _seen(bodies, size)
        sure("the feeds", seen)
        for name, body in bodies.items():
            (Path(folder) / f"{name}.gz").write_bytes(gzip.compress(body, 6, mtime=0))
        source = BARE.format(folder=folder, names=NAMES)
        peers = {
            "bare": servers.enter_context(bare(source, Path(folder))),
            "wsgi": servers.enter_context(bare(source, Path(folder), "wsgi")),
            "radicale": servers.enter_context(_radicale(bodies["program"], Path(folder))),
        }
        works = _works(ours, peers, links, bodies, size, database)
        _print(_costs(works, size), seen)


def _print(costs: dict[tuple[str, str], Cost], seen: Seen) -> None:
    def compare(words: str, key: tuple[str, str], beside: tuple[str, str], goal: float | None) -> None:
        ratio(words, costs[key].cpu, costs[beside].cpu, goal, seen=seen, unit="µs")

    for name in NAMES:
        for how in ("hot", "once each", "after an hour"):
            compare(f"{name}, 200 {how}, to bare Flask: CPU", (name, how), (name, "bare"), 0.5)
        compare(f"{name}, 304, to bare Flask's 304: CPU", (name, "304"), (name, "bare 304"), 0.5)
        compare(f"{name}, 200 after an hour, to hot: CPU", (name, "after an hour"), (name, "hot"), 1.5)
    compare("unknown link, to bare Flask's 404: CPU", ("program", "unknown"), ("program", "bare 404"), 0.5)
    compare("program to personal, 200 hot: CPU", ("program", "hot"), ("personal", "hot"), None)
    compare("bare application to bare Flask: CPU", ("program", "wsgi"), ("program", "bare"), None)
    compare("program, 200 hot, to Radicale: CPU", ("program", "hot"), ("program", "radicale"), 0.02)
    told = ("hot", "304", "bare", "wsgi", "radicale")
    rates = " · ".join(f"{costs['program', key].rate:,.0f}" for key in told)
    row("requests a second: 200 · 304 · Flask · bare · Radicale", rates, seen=seen)


def _seen(bodies: dict[str, bytes], size: Size) -> Seen:
    """Each feed has its series, each with a date that is cancelled."""
    counted = (b"BEGIN:VEVENT", b"RRULE:FREQ=WEEKLY", b"STATUS:CANCELLED")
    return {
        f"{name}: {what.decode()}": (body.count(what), many * (2 if what == b"BEGIN:VEVENT" else 1))
        for (name, body), many in zip(bodies.items(), size.series, strict=True)
        for what in counted
    }


# --- what is served ------------------------------------------------------------------------------------------


def _prepare(database: str, instance: Path, size: Size) -> dict[str, list[str]]:
    """A program with exceptions, and a leader of some groups and one of all of them, each with many links."""
    app = create_app(load({}, instance=instance, secret_key="b" * 40, database_url=database))
    with app.app_context():
        schema.upgrade()
        owner = program("feed")
        fill(owner, size.series[1])
        cancel_one_of_each()
        links = {
            name: _leader(owner.id, name, many, size.links)
            for name, many in zip(NAMES, size.series, strict=True)
        }
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return links


def _leader(program_id: int, name: str, groups: int, links: int) -> list[str]:
    """A facilitator who leads the first groups, and the paths of their links."""
    person = Person(program_id=program_id, first_name=name, record_number=name)
    person.grants.append(Grant(program_id=program_id, role=Role.FACILITATOR))
    db.session.add(person)
    db.session.flush()
    for group_id in db.session.scalars(select(Group.id).order_by(Group.id).limit(groups)):
        db.session.add(Facilitator(group_id=group_id, person_id=person.id, position=len(name)))
    tokens = [secret() for _ in range(links)]
    for token in tokens:
        one = {"token_hash": fingerprint(token), "kind": FeedKind.LEADING, "titles": TitleMode.FULL}
        db.session.add(Feed(person_id=person.id, name=name, **one))
    return [f"/feeds/{token}.ics" for token in tokens]


@contextmanager
def _radicale(body: bytes, folder: Path) -> Iterator[Server]:
    """Radicale with the same events, as a calendar that is fetched whole."""
    port = free_port()
    (folder / "radicale.ini").write_text(RADICALE.format(port=port, folder=folder / "radicale"))
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "radicale.ini")]
    with running(command, folder, port) as server:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("PUT", "/bench/feed/", body, {"Content-Type": "text/calendar", **_LOGIN})
            sure("Radicale", {"the status of a PUT": (connection.getresponse().status, 201)})
        kept = _get(server, "/bench/feed/", _LOGIN)
        events = b"BEGIN:VEVENT"
        sure("Radicale", {"events": (kept.count(events), body.count(events))})
        yield server


# --- asking --------------------------------------------------------------------------------------------------


def _works(
    ours: Server,
    peers: dict[str, Server],
    links: dict[str, list[str]],
    bodies: dict[str, bytes],
    size: Size,
    database: str,
) -> dict[tuple[str, str], Callable[[], Cost]]:
    """What is asked of whom; each answer is checked for its status and its length."""
    works: dict[tuple[str, str], Callable[[], Cost]] = {}

    def add(
        name: str,
        how: str,
        server: Server,
        questions: list[Question],
        before: Callable[[], None] | None = None,
    ) -> None:
        def work() -> Cost:
            if before is not None:
                before()
            return cost_of(server, questions, size.connections)

        works[name, how] = work

    for name in NAMES:
        length = len(gzip.compress(bodies[name], 6, mtime=0))
        hot = Question(links[name][0], ZIPPED, length=length)
        same = Question(links[name][0], {**ZIPPED, "If-None-Match": _tag(ours, links[name][0])}, 304)
        each = [Question(path, ZIPPED, length=length) for path in links[name]]
        cost_of(ours, each, size.connections)  # rendered and noted
        add(name, "hot", ours, [hot] * size.requests)
        add(name, "304", ours, [same] * size.requests)
        add(name, "once each", ours, each * max(1, size.requests // size.links))
        add(name, "after an hour", ours, each, partial(_an_hour_ago, database, name))
        bare_one = Question(f"/{name}.ics", ZIPPED, length=length)
        bare_same = Question(f"/{name}.ics", {**ZIPPED, "If-None-Match": '"x"'}, 304)
        add(name, "bare", peers["bare"], [bare_one] * size.requests)
        add(name, "bare 304", peers["bare"], [bare_same] * size.requests)
    add("program", "wsgi", peers["wsgi"], [bare_one] * size.requests)
    add("program", "unknown", ours, [Question(f"/feeds/{'x' * 43}.ics", ZIPPED, 404)] * size.requests)
    add("program", "bare 404", peers["bare"], [Question("/unknown.ics", ZIPPED, 404)] * size.requests)
    add("program", "radicale", peers["radicale"], [Question("/bench/feed/", _LOGIN)] * size.radicale)
    return works


def _an_hour_ago(database: str, name: str) -> None:
    """As if no calendar had looked at these links for an hour; at the others they did."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(
            update(Feed).where(Feed.name == name).values(fetched_at=clock.now() - timedelta(hours=1))
        )
    engine.dispose()


def _get(server: Server, path: str, headers: dict[str, str] | None = None) -> bytes:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", path, headers=headers or {})
        return connection.getresponse().read()


def _tag(server: Server, path: str) -> str:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("HEAD", path, headers=ZIPPED)
        return connection.getresponse().headers["ETag"]


def _costs(works: dict[tuple[str, str], Callable[[], Cost]], size: Size) -> dict[tuple[str, str], Cost]:
    """The cost of each, in turn, the median of the rounds."""
    found: dict[tuple[str, str], list[Cost]] = {key: [] for key in works}
    for _ in range(size.rounds):
        for key, work in works.items():
            found[key].append(work())
    return {
        key: Cost(statistics.median(one.cpu for one in all_), statistics.median(one.rate for one in all_))
        for key, all_ in found.items()
    }
