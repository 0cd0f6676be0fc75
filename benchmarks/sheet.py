"""The sheet of 40 people: statements of a load and of a mark, size of the page, time beside one plain SELECT."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event, text

from benchmarks.report import head, interleaved, row
from benchmarks.world import fill, fresh_app, program
from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.accounts.models import Grant, Person
from groupsched.api.service import create_token
from groupsched.attendance.queries import read_sheet
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.schedule.models import Occurrence

PEOPLE = 40
PLAIN = "SELECT a.uid, a.status, a.time_in, p.first_name, p.last_name FROM attendee a JOIN person p ON p.id = a.person_id"


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


def run() -> None:
    """Print what a sheet of 40 costs."""
    head(f"The sheet of {PEOPLE} people")
    with fresh_app() as app:
        occurrence, token = _prepare()
        path = f"/api/v1/occurrences/{occurrence.uid}/attendance"
        client = app.test_client()
        headers = {"Authorization": f"Bearer {token}"}
        rows = client.get(path, headers=headers).get_json()["items"]
        client.post(f"{path}/operations", headers=headers, json={"operations": [_mark(rows[0], 1)]})
        with counted() as load:
            read_sheet(db.session.get(Occurrence, occurrence.id))  # type: ignore[arg-type]
        with counted() as mark:
            client.post(f"{path}/operations", headers=headers, json={"operations": [_mark(rows[1], 2)]})
        row("statements to load the rows", str(len(load)), "at most 4", met=len(load) <= 4)
        row("statements of a mark, who asks included", str(len(mark)), "at most 8", met=len(mark) <= 8)
        times = interleaved(
            {
                "load": lambda: read_sheet(db.session.get(Occurrence, occurrence.id)),  # type: ignore[arg-type]
                "plain": lambda: db.session.execute(text(PLAIN)).all(),
            },
            15,
        )
        row("load · one plain SELECT", f"{times['load'] * 1e3:.1f} · {times['plain'] * 1e3:.2f} ms", "-")


def _mark(known: dict[str, object], seq: int) -> dict[str, object]:
    return {
        "op_id": str(uuid.uuid4()), "attendee_id": known["attendee_id"], "status": "present", "time_in": None,
        "time_out": None, "observed_at": clock.now().isoformat(), "base_version": known["version"], "device": "bench",
        "seq": seq,
    }  # fmt: skip


def _prepare() -> tuple[Occurrence, str]:
    owner: Program = program()
    fill(owner, 1, weeks=1, capacity=PEOPLE)
    group, occurrence = db.session.query(Group).one(), db.session.query(Occurrence).one()
    occurrence.start, occurrence.end = (
        clock.now() - timedelta(minutes=20),
        clock.now() + timedelta(minutes=40),
    )
    for number in range(PEOPLE):
        person = Person(
            program_id=owner.id, first_name=f"Robin{number}", last_name="Teacup", record_number=f"{number:06}"
        )
        person.grants.append(Grant(program_id=owner.id, role="client"))
        db.session.add(person)
        db.session.flush()
        db.session.add(
            Enrolment(
                group_id=group.id,
                person_id=person.id,
                mode="whole",
                state="active",
                from_start=occurrence.start,
            )
        )
    _row, token = create_token(System(), owner, "bench", ["attend"])
    db.session.commit()
    return occurrence, token


if __name__ == "__main__":
    run()
