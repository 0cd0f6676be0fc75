"""Two hundred tablets at nine o'clock: each marks twelve people, one every five seconds, and asks every ten what others did.

Then the line that they all share comes back after an outage, and each sends twelve marks at once. They ask as the page does: what
waits goes out together, one request at a time, and a request that failed goes out again. Nothing may fail here.
"""

import asyncio
import json
import os
import statistics
import tempfile
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.race import postgres
from benchmarks.report import NotAsSaid, head, row
from benchmarks.servers import SECRET, Server, groupsched
from benchmarks.sheet import add_person
from benchmarks.world import fill, program
from groupsched import create_app
from groupsched.access.identity import Role, System
from groupsched.accounts.models import Credential, SignIn
from groupsched.attendance.rules import MarkingMode, attendee_uid
from groupsched.attendance.service import choose_marking, open_sheet
from groupsched.catalog.models import Facilitator, Group
from groupsched.core import clock, schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.tokens import fingerprint, secret
from groupsched.enrolment.models import Enrolment
from groupsched.schedule.models import Occurrence

MARKS = 12
# Seconds, as the page has them (static/js/sheet-ask.js, sheet-queue.js): what is not answered then is sent again after a while.
PATIENCE, AGAIN = 8, 20
TWO = 2  # tablets at one door


@dataclass(frozen=True)
class Size:
    """How many tablets, seconds between two taps and between two polls."""

    tablets: int
    tap: float
    poll: float


FULL = Size(tablets=200, tap=5, poll=10)
SMALLEST = Size(tablets=2, tap=0.05, poll=0.2)


def run(size: Size) -> None:
    """Print the morning on both databases."""
    head(
        f"{size.tablets} tablets at 9:00: {MARKS} marks in {MARKS * size.tap:g} s, a poll every {size.poll:g} s"
    )
    with tempfile.TemporaryDirectory() as folder:
        _morning("SQLite, synchronous=FULL", f"sqlite:///{folder}/tablets.db", Path(folder), size)
    address = postgres()
    if address:
        with tempfile.TemporaryDirectory() as folder:
            _morning("PostgreSQL", address, Path(folder), size)


def _morning(name: str, database: str, instance: Path, size: Size) -> None:
    tablets = house(database, instance, size.tablets // TWO, TWO * MARKS * 2)
    with groupsched(instance, database) as server:
        asyncio.run(_open(server, tablets))
        used = server.cpu()
        asyncio.run(_together(server, tablets, _mark_and_poll, size))
        used = server.cpu() - used
        nine = _taken(tablets)
        asyncio.run(_together(server, tablets, _send_all, size))
        back = _taken(tablets)
    seen = _kept(database, tablets)
    load = f"load {os.getloadavg()[0]:.1f}"
    for what, asked in (("9:00", nine), ("after an outage", back)):
        sent = f"{len(asked.marks)} requests, {load}"
        row(f"{name}, {what}: all {size.tablets * MARKS} marks kept", sent, "all", seen=seen, met=True)
        told = ", ".join(f"{count} x {error}" for error, count in sorted(asked.errors.items())) or "0"
        row(f"{name}, {what}: answers that are errors", told, "0", seen=seen, met=not asked.errors)
        late = asked.unanswered
        row(f"{name}, {what}: not answered in {PATIENCE} s", str(late), "0", seen=seen, met=not late)
        row(f"{name}, {what}: slowest hundredth of marks", _slowest(asked.marks), seen=seen)
    polls = {"polls": (len(nine.polls) >= size.tablets, True)}
    row(f"{name}, 9:00: slowest hundredth of {len(nine.polls)} polls", _slowest(nine.polls), seen=polls)
    row(f"{name}, 9:00: processor time of the servers", f"{used:.1f} s", seen=seen)


def _slowest(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return f"{max(seconds) * 1e3:.0f} ms"
    middle, slow = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
    return f"{slow * 1e3:,.0f} ms (median {middle * 1e3:,.0f})"


def _kept(database: str, tablets: Sequence["Tablet"]) -> dict[str, tuple[Any, Any]]:
    """What the database says in the end: each mark once, and each person here."""
    made = sorted(op["op_id"] for tablet in tablets for op in tablet.made)
    engine = create_engine(database)
    with engine.connect() as connection:
        history = sorted(connection.scalars(text("SELECT op_id FROM attendance_operation")))
        acts = sorted(connection.scalars(text("SELECT op_id FROM sheet_operation")))
        here = connection.scalar(
            text("SELECT COUNT(*) FROM attendee WHERE status = 'present' AND NOT two_answers")
        )
    engine.dispose()
    return {
        "marks made": (len(made), len(tablets) * MARKS * 2),
        "marks in the history": (history == made, True),
        "acts that were answered": (acts == made, True),
        "people who are here": (here, len(made)),
    }


# --- a tablet -----------------------------------------------------------------------------------------------------


class Line:
    """One kept connection, over which one request goes at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer; status 0 where there is none."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        try:
            if self._writer is None or self._writer.is_closing():
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
            self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            return await asyncio.wait_for(self._read(), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.close()
            return 0, {}, b""

    async def _read(self) -> tuple[int, dict[str, str], bytes]:
        assert self._reader is not None
        top = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told = {one.partition(":")[0].lower(): one.partition(":")[2].strip() for one in top[1:] if one}
        if told.get("transfer-encoding") == "chunked":
            raise NotAsSaid("an answer came in chunks")
        body = await self._reader.readexactly(int(told.get("content-length", 0)))
        if told.get("connection") == "close":
            self.close()
        return int(top[0].split()[1]), told, body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None


@dataclass(eq=False)
class Tablet:
    """A tablet at a sheet: who is signed in, the rows that it marks, and how it was answered."""

    sheet: str
    cookie: str
    rows: Sequence[str]
    number: int
    secret: str = ""
    version: int = 0
    made: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0

    def tap(self) -> None:
        """One mark more waits."""
        op = {
            "op_id": str(uuid.uuid4()), "kind": "mark", "attendee_id": self.rows[len(self.made)], "status": "present",
            "auto": True, "base_version": 0, "observed_at": datetime.now(UTC).isoformat(), "device": f"t{self.number}",
            "seq": len(self.made) + 1,
        }  # fmt: skip
        self.made.append(op)
        self.waiting.append(op)

    async def send(self, line: Line) -> None:
        """Send what waits, until nothing does."""
        while self.waiting:
            batch = list(self.waiting)
            headers = {"Content-Type": "application/json", "X-CSRFToken": self.secret, **self._headers()}
            body = json.dumps({"device": f"t{self.number}", "operations": batch}).encode()
            begin = asyncio.get_running_loop().time()
            status, _told, answer = await line.ask("POST", f"{self.sheet}/operations", headers, body)
            self.marks.append(asyncio.get_running_loop().time() - begin)
            if status != 200:
                self.errors[str(status)] += status != 0
                self.unanswered += status == 0
                await asyncio.sleep(AGAIN)
                continue
            told = json.loads(answer)["results"]
            self.errors.update(
                one["outcome"] for one in told if one["outcome"] not in ("applied", "duplicate")
            )
            self.waiting = self.waiting[len(batch) :]

    async def poll(self, line: Line) -> None:
        """Ask what others did."""
        begin = asyncio.get_running_loop().time()
        headers = {"X-Unattended": "1", **self._headers()}
        status, _told, answer = await line.ask("GET", f"{self.sheet}/rows?since={self.version}", headers)
        self.polls.append(asyncio.get_running_loop().time() - begin)
        if status == 200:
            self.version = json.loads(answer)["version"]
        elif status == 0:
            self.unanswered += 1
        elif status != 204:
            self.errors[f"poll {status}"] += 1

    async def open(self, line: Line) -> None:
        """What the page has before nine: its secret, and the rows."""
        _status, told, answer = await line.ask("GET", "/stay", self._headers())
        self.secret = json.loads(answer)["secret"]
        self.cookie += f"; {told['set-cookie'].partition(';')[0]}"
        await self.poll(line)
        self.polls.clear()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept": "application/json"}


@dataclass(frozen=True)
class Asked:
    """How tablets were answered: seconds of each request, errors by name, and how often not in time."""

    marks: Sequence[float]
    polls: Sequence[float]
    errors: dict[str, int]
    unanswered: int


def _taken(tablets: Sequence[Tablet]) -> Asked:
    """What tablets were answered since this was last asked."""
    errors: Counter[str] = sum((+one.errors for one in tablets), Counter())
    marks, polls = [t for one in tablets for t in one.marks], [t for one in tablets for t in one.polls]
    asked = Asked(marks, polls, dict(errors), sum(one.unanswered for one in tablets))
    for one in tablets:
        one.marks, one.polls, one.errors, one.unanswered = [], [], Counter(), 0
    return asked


async def _open(server: Server, tablets: Sequence[Tablet]) -> None:
    line = Line(server.port)
    for tablet in tablets:
        await tablet.open(line)
    line.close()


async def _together(server: Server, tablets: Sequence[Tablet], act: Any, size: Size) -> None:
    lines = [(Line(server.port), Line(server.port)) for _ in tablets]
    await asyncio.gather(*(act(tablet, *two, size) for tablet, two in zip(tablets, lines, strict=True)))
    for one in (line for two in lines for line in two):
        one.close()


async def _mark_and_poll(tablet: Tablet, line: Line, other: Line, size: Size) -> None:
    """As many taps as there are marks, from a moment of one's own on; polls beside them."""
    part = tablet.number / size.tablets

    async def polls() -> None:
        await asyncio.sleep(part * size.poll)
        while True:
            await tablet.poll(other)
            await asyncio.sleep(size.poll)

    asking = asyncio.create_task(polls())
    await asyncio.sleep(part * size.tap)
    sending: asyncio.Task[None] | None = None
    for _ in range(MARKS):
        tablet.tap()
        if sending is None or sending.done():
            sending = asyncio.create_task(tablet.send(line))
        await asyncio.sleep(size.tap)
    if sending is not None:
        await sending
    await tablet.send(line)
    asking.cancel()


async def _send_all(tablet: Tablet, line: Line, _other: Line, _size: Size) -> None:
    """Twelve marks that were made without a line."""
    for _ in range(MARKS):
        tablet.tap()
    await tablet.send(line)


# --- the house ----------------------------------------------------------------------------------------------------


def house(database: str, instance: Path, sheets: int, people: int) -> list[Tablet]:
    """So many groups that meet now, each with two who lead it, and a tablet of each for every other one of its people."""
    app = create_app(load({}, instance=instance, secret_key=SECRET, database_url=database))
    with app.app_context():
        schema.downgrade("base")
        schema.upgrade()
        owner = program("tablets")
        fill(owner, sheets, weeks=1, capacity=people)
        tablets = [one for date in _dates() for one in _at_the_door(owner, date, people)]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    for number, tablet in enumerate(tablets):
        tablet.number = number
    return tablets


def _dates() -> list[Occurrence]:
    dates = db.session.query(Occurrence).order_by(Occurrence.id).all()
    for date in dates:
        date.start, date.end = clock.now() - timedelta(minutes=2), clock.now() + timedelta(minutes=58)
    return dates


def _at_the_door(owner: Any, date: Occurrence, people: int) -> list[Tablet]:
    """The sheet is open, and it is said that people are arriving."""
    came = [add_person(owner, f"Robin{number}.{date.id}", "Teacup", Role.CLIENT) for number in range(people)]
    db.session.add_all(
        Enrolment(
            group_id=date.group_id, person_id=one.id, mode="whole", state="active", from_start=date.start
        )
        for one in came
    )
    tokens = [_leads(owner, db.session.get_one(Group, date.group_id), place) for place in range(TWO)]
    open_sheet(System(), date)
    choose_marking(System(), date, MarkingMode.ARRIVING)
    rows = [attendee_uid(date.uid, one.uid) for one in came]
    sheet = f"/sheet/{date.uid}"
    return [Tablet(sheet, f"signin={token}", rows[place::TWO], 0) for place, token in enumerate(tokens)]


def _leads(owner: Any, group: Group, place: int) -> str:
    leader = add_person(owner, f"Ossian{place}.{group.id}", "Bookend", Role.FACILITATOR)
    db.session.add(Facilitator(group_id=group.id, person_id=leader.id, position=place))
    token, now = secret(), clock.now()
    db.session.add(Credential(person_id=leader.id, login=f"ossian{place}.{group.id}"))
    db.session.add(
        SignIn(person_id=leader.id, token_hash=fingerprint(token), ends_at=now + timedelta(hours=8))
    )
    db.session.flush()
    return token
