"""The least that a join can be: guarded UPDATEs of the seats and a row of audit, in one transaction, behind bare Flask.

It is imported by the server that is compared with; the address of its database comes from the environment.
"""

import os
import threading

from flask import Flask, request

ADDRESS = os.environ["BENCH_SEATS"]
TABLES = (
    "CREATE TABLE bare_seat (race INTEGER, number INTEGER, taken INTEGER NOT NULL, PRIMARY KEY (race, number))",
    "CREATE TABLE bare_audit (race INTEGER, person TEXT, won INTEGER)",
)
TAKE = "UPDATE bare_seat SET taken = taken + 1 WHERE race = {0} AND taken < {0}"
# Rows that one UPDATE changes are locked as they lie on the disk, which changes with each of them: two would wait in a circle.
HOLD = "SELECT number FROM bare_seat WHERE race = {0} ORDER BY number FOR UPDATE"
NOTE = "INSERT INTO bare_audit (race, person, won) VALUES ({0}, {0}, {0})"
app = Flask("bare_seats")
_own = threading.local()


def _connection():  # type: ignore[no-untyped-def]
    if not hasattr(_own, "connection"):
        if ADDRESS.startswith("sqlite:///"):
            import sqlite3

            from groupsched.core.db import journal_mode

            _own.connection = sqlite3.connect(
                ADDRESS.removeprefix("sqlite:///"), timeout=60, isolation_level=None
            )
            _own.connection.execute(f"PRAGMA journal_mode={journal_mode()}")
            _own.connection.execute("PRAGMA synchronous=FULL")
            _own.begin, _own.mark, _own.hold = "BEGIN IMMEDIATE", "?", ""
        else:
            import psycopg
            from sqlalchemy import make_url

            url = make_url(ADDRESS).set(drivername="postgresql")
            _own.connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
            _own.begin, _own.mark, _own.hold = "BEGIN", "%s", HOLD
    return _own.connection


@app.get("/healthz")
def healthz() -> str:
    """Ready."""
    return "ok"


@app.post("/races/<int:race>")
def join(race: int) -> dict[str, str]:
    """Take a seat on each date of a race where there is one, and note who asked."""
    seats = int(request.args["seats"])
    connection = _connection()
    connection.execute(_own.begin)
    if _own.hold:
        connection.execute(_own.hold.format(_own.mark), (race,))
    won = connection.execute(TAKE.format(_own.mark), (race, seats)).rowcount > 0
    connection.execute(NOTE.format(_own.mark), (race, request.get_json()["person_id"], int(won)))
    connection.execute("COMMIT")
    return {"state": "active" if won else "waitlisted"}
