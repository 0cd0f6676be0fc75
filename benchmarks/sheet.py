"""The sheet of 40 people: statements of a load and of a mark, the size of its page, time beside one plain SELECT."""

import gzip
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import event, text

from benchmarks.report import head, interleaved, ratio, row
from benchmarks.world import fill, fresh_app, program
from groupsched.access.identity import Role, System
from groupsched.access.models import Program
from groupsched.accounts.cookie import member
from groupsched.accounts.models import Grant, Person
from groupsched.api.service import create_token
from groupsched.attendance.queries import read_sheet
from groupsched.catalog.models import Facilitator, Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.schedule.models import Occurrence

MOST_PAGE = 25_000
PLAIN = "SELECT a.uid, a.status, a.time_in, p.first_name, p.last_name FROM attendee a JOIN person p ON p.id = a.person_id"


@dataclass(frozen=True)
class Size:
    """How many people stand on the sheet, and the rounds."""

    people: int
    rounds: int


FULL = Size(people=40, rounds=15)
SMALLEST = Size(people=2, rounds=1)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside, without BEGIN, pragmas and savepoints."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def run(size: Size) -> None:
    """Print what a sheet costs."""
    head(f"The sheet of {size.people} people")
    with fresh_app() as app:
        occurrence, token = _prepare(size.people)
        path = f"/api/v1/occurrences/{occurrence.uid}/attendance"
        client = app.test_client()
        headers = {"Authorization": f"Bearer {token}"}

        def items() -> list[dict[str, object]]:
            return list(client.get(path, headers=headers).get_json()["items"])

        def mark(number: int) -> None:
            operations = {"operations": [_mark(items()[number], number)]}
            client.post(f"{path}/operations", headers=headers, json=operations)

        def load() -> object:
            return read_sheet(db.session.get(Occurrence, occurrence.id))  # type: ignore[arg-type]

        mark(0)  # the sheet is opened
        with counted() as loading:
            load()
        body = {"operations": [_mark(items()[1], 2)]}
        with counted() as marking:
            client.post(f"{path}/operations", headers=headers, json=body)
        seen = {
            "rows": (len(items()), size.people),
            "marked": ([one["status"] for one in items()].count("present"), 2),
            "rows of the plain SELECT": (len(db.session.execute(text(PLAIN)).all()), size.people),
        }
        row("statements to load the rows", str(len(loading)), "4", seen=seen, met=len(loading) <= 4)
        row(
            "statements of a mark, who asks included",
            str(len(marking)),
            "8",
            seen=seen,
            met=len(marking) <= 8,
        )
        page = _page(app, occurrence)
        shown = seen | {
            "people on the page": (len([n for n in range(size.people) if f"Robin{n} " in page]), size.people)
        }
        sent = len(gzip.compress(page.encode()))
        row(
            "its page: HTML · gzip",
            f"{len(page.encode()):,} · {sent:,} B",
            f"{MOST_PAGE:,} B",
            seen=shown,
            met=len(page.encode()) <= MOST_PAGE,
        )
        times = interleaved(
            {"load": load, "plain": lambda: db.session.execute(text(PLAIN)).all()}, size.rounds
        )
        ratio("load, to one plain SELECT", times["load"], times["plain"], None, seen=seen)


def _page(app: Flask, occurrence: Occurrence) -> str:
    """The page as who leads the group sees it."""
    leader = occurrence.group.facilitators[0].person_id
    app.extensions["groupsched.identity_loaders"].insert(
        0, lambda _request: member(db.session.get_one(Person, leader))
    )
    answer = app.test_client().get(f"/sheet/{occurrence.uid}", follow_redirects=True)
    return answer.text


def _mark(known: dict[str, object], seq: int) -> dict[str, object]:
    return {
        "op_id": str(uuid.uuid4()), "attendee_id": known["attendee_id"], "status": "present", "time_in": None,
        "time_out": None, "observed_at": clock.now().isoformat(), "base_version": known["version"], "device": "bench",
        "seq": seq + 1,
    }  # fmt: skip


def _prepare(people: int) -> tuple[Occurrence, str]:
    owner: Program = program()
    fill(owner, 1, weeks=1, capacity=people)
    group, occurrence = db.session.query(Group).one(), db.session.query(Occurrence).one()
    now = clock.now()
    occurrence.start, occurrence.end = now - timedelta(minutes=20), now + timedelta(minutes=40)
    leader = add_person(owner, "Ossian", "Bookend", Role.FACILITATOR)
    db.session.add(Facilitator(group_id=group.id, person_id=leader.id))
    for number in range(people):
        person = add_person(owner, f"Robin{number}", "Teacup", Role.CLIENT)
        fields = {"mode": "whole", "state": "active", "from_start": occurrence.start}
        db.session.add(Enrolment(group_id=group.id, person_id=person.id, **fields))
    _row, token = create_token(System(), owner, "bench", ["attend"])
    db.session.commit()
    return occurrence, token


def add_person(owner: Program, first_name: str, last_name: str, role: Role) -> Person:
    """A person with a role."""
    person = Person(program_id=owner.id, first_name=first_name, last_name=last_name, record_number=first_name)
    person.grants.append(Grant(program_id=owner.id, role=role))
    db.session.add(person)
    db.session.flush()
    return person
