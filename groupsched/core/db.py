"""The database: column types, the one place that commits, short writes beside a request, and what a constraint means.

Rules kept here: a safe request changes nothing; an unsafe one commits when its answer is below 400; services flush
and never commit; commands and the worker use `unit_of_work`; the last word is the constraint's.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, String, event, make_url
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from groupsched.core import write_queue
from groupsched.core.config import LOOPBACK
from groupsched.core.errors import Busy, Conflict, DomainError
from groupsched.core.tokens import public_id

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WAL_MENDED = (3, 51, 3)
_RETRY_STATES = frozenset({"40001", "40P01"})

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of every table; constraints get their names from NAMES."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. Refuses naive values; stored in UTC, given back aware in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        # SQLite keeps a text and compares it as one: only moments of one zone, written alike, sort as they came.
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Identified:
    """A row with a number for the database and a random public id for addresses."""

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(20), default=public_id, unique=True)


# What a command made is still read after the commit, when its application is closed. Whoever needs a row as it is now reads
# it anew under its lock (`refresh`, `populate_existing`): a session gives back what it knows.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


# --- constraints -----------------------------------------------------------------------------------------------

_meanings: dict[str, Callable[[], DomainError]] = {}


def on_constraint(name: str, error: Callable[[], DomainError]) -> None:
    """Say what the breach of a named constraint means to people."""
    _meanings[name] = error


def constraint_name(error: IntegrityError) -> str | None:
    """The name of the broken constraint. SQLite tells table.column of a UNIQUE; the name is found in the metadata."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name) if diagnosis.constraint_name else None
    text = str(error.orig)
    if found := re.match(r"(?:CHECK|EXCLUDE) constraint failed: (\w+)", text):
        return found[1]
    if found := re.match(r"UNIQUE constraint failed: (.+)", text):
        return _unique_name(frozenset(part.strip() for part in found[1].split(",")))
    return None


def _unique_name(columns: frozenset[str]) -> str | None:
    table_name = next(iter(columns)).split(".")[0]
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return None
    rules: list[Any] = [*table.constraints, *(index for index in table.indexes if index.unique)]
    for rule in rules:
        named = {f"{table_name}.{column.name}" for column in getattr(rule, "columns", ())}
        if named == columns and rule.name is not None:
            return str(rule.name)
    return None


def meaning(error: DBAPIError) -> DomainError:
    """What a database error means to people: a named constraint's own sentence, a conflict, a value nobody can keep, or "busy"."""
    if isinstance(error, IntegrityError):
        known = _meanings.get(constraint_name(error) or "")
        return (
            known()
            if known
            else Conflict("This was changed by somebody else at the same moment.", code="conflict")
        )
    if isinstance(error, DataError):
        return DomainError(
            "A text or a number here cannot be kept. Please write it another way.", code="unfit"
        )
    return Busy("The database cannot save right now.", code="busy")


# --- transactions ----------------------------------------------------------------------------------------------


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction for a command or the worker: commits at the end, rolls back on any error."""
    try:
        yield db.session()
        db.session.commit()
    except BaseException:
        # Also when somebody presses Ctrl-C: an open transaction would keep everybody else from writing to SQLite.
        db.session.rollback()
        raise


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the transaction that can fail alone."""
    with db.session.begin_nested():
        yield


def aside(write: Callable[[Session], None]) -> None:
    """A short write of its own, kept whatever becomes of the request: after its transaction has ended.

    Inside a request it is queued until then (inside it SQLite would wait for itself); elsewhere it runs at once.
    A failure turns the answer into a 503: what could not be written down is not shown.
    """
    _after_the_request(partial(write_now, write))


def aside_if_possible(write: Callable[[Session], None]) -> None:
    """The same for what may be lost: a database that is busy or cannot be written keeps nobody from reading."""
    _after_the_request(partial(_try_to_write, write))


def _after_the_request(work: Callable[[], None]) -> None:
    if has_request_context():
        g.setdefault("asides", []).append(work)
    else:
        work()


def write_now(write: Callable[[Session], None], *, briefly: bool = False) -> None:
    """The short write at once, in its own connection. Only when no transaction of this request is open."""
    # `write`, because a transaction inside a GET begins as one that reads: on SQLite it would write out of turn, or, once it
    # has read, not at all.
    options = {"write": True, "briefly": briefly}
    with Session(db.engine.execution_options(**options), expire_on_commit=False) as own, own.begin():
        write(own)


def _try_to_write(write: Callable[[Session], None]) -> None:
    try:
        write_now(write, briefly=True)
    except DBAPIError as error:
        current_app.logger.info("left unwritten: %s", type(error.orig).__name__)


def begin_writing() -> None:
    """The gate lets this request through: from here on it may write. Until then, and if it is turned away, it only reads.

    So on SQLite whoever is turned away never stands in the line of writers, and nobody does while it is read who asks.
    """
    g.may_write = True
    if db.engine.dialect.name == "sqlite":
        # It was read who asks: what began so cannot turn to writing here. The next statement begins anew, in its turn.
        db.session.rollback()


def end_transaction() -> None:
    """End the read transaction of this request (before hashing a password, before `write_now`)."""
    db.session.rollback()


def _settle(response: Response) -> Response:
    """The one place that commits. What hears events at the end (core/events.py) is carried out by the commit."""
    flushed = db.session.info.pop("flushed", False)
    try:
        if request.method in SAFE_METHODS:
            _refuse_dirty(flushed)
            db.session.rollback()
        elif response.status_code < 400:
            db.session.commit()
        else:
            db.session.rollback()
        for work in g.pop("asides", ()):
            work()
    except DBAPIError as error:
        db.session.rollback()
        return _answer(error)
    return response


def _answer(error: DBAPIError) -> Response:
    current_app.logger.warning("commit failed: %s", type(error.orig).__name__)
    return current_app.make_response(current_app.handle_user_exception(meaning(error)))


def _refuse_dirty(flushed: bool) -> None:
    """A GET that changed a table of the domain is a defect: tests fail on it, production forgets the change."""
    pending = flushed or db.session.new or db.session.dirty or db.session.deleted
    if pending and current_app.testing:
        raise AssertionError(f"{request.method} {request.path} changed the database")


def should_run_again(error: DBAPIError) -> bool:
    """Serialization failures and deadlocks: the view may run again."""
    return getattr(error.orig, "sqlstate", None) in _RETRY_STATES


def run_view(dispatch: Callable[[], Any], attempts: int = 3) -> Any:
    """Run a view, again (at most `attempts` times in all) when the database asks for it."""
    for left in range(attempts - 1, -1, -1):
        try:
            return dispatch()
        except OperationalError as error:
            db.session.rollback()
            # The next run says again what is to be written down: kept, the same look would be written twice.
            g.pop("asides", None)
            if not (left and should_run_again(error)):
                raise
    return None


# --- engine ----------------------------------------------------------------------------------------------------


def journal_mode() -> str:
    """WAL where SQLite is mended (3.51.3), else TRUNCATE: older ones can, rarely, corrupt a WAL database."""
    return "WAL" if sqlite3.sqlite_version_info >= WAL_MENDED else "TRUNCATE"


def _on_connect(connection: Any, _record: Any) -> None:
    # Else the driver begins transactions by itself: never IMMEDIATE, and only before the first change, so that what was
    # read to decide on it may be past already.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={write_queue.PATIENCE * 1000:.0f}",
        f"journal_mode={journal_mode()}",
        "foreign_keys=ON",
        "synchronous=FULL",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """Read with BEGIN, write with BEGIN IMMEDIATE: a deferred read-then-write fails at once with "locked"."""
    reads = has_request_context() and (request.method in SAFE_METHODS or not g.get("may_write", False))
    write = connection.get_execution_options().get("write") or not reads
    if not write:
        connection.exec_driver_sql("BEGIN")
        return
    write_queue.begin(connection, briefly=connection.get_execution_options().get("briefly", False))


def _on_brief_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("briefly"):
        setting = f"SET LOCAL lock_timeout = {write_queue.BRIEF_PATIENCE * 1000:.0f}"
        connection.connection.cursor().execute(setting)


def _end_turn(connection: Connection) -> None:
    write_queue.end(connection.info)


def _on_checkin(_connection: Any, record: Any) -> None:
    """A connection that goes back to the pool without an end of its transaction gives its turn back too."""
    write_queue.end(record.info)


def _on_flush(session: Session, _context: Any) -> None:
    if has_request_context():
        session.info["flushed"] = True


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        event.listen(engine, "commit", _end_turn)
        event.listen(engine, "rollback", _end_turn)
        event.listen(engine, "checkin", _on_checkin)
    else:
        event.listen(engine, "begin", _on_brief_begin)


def engine_options(url: str) -> dict[str, Any]:
    """Pool and limits for an engine of this address. An error that reaches a log names no value of a row."""
    if url.startswith("sqlite"):
        # As many connections as the server has threads: nobody waits for the pool while others only read.
        return {
            "connect_args": {"timeout": write_queue.PATIENCE, "check_same_thread": False},
            "pool_size": 16,
            "max_overflow": 8,
            "hide_parameters": True,
        }
    wait, there = round(write_queue.PATIENCE * 1000), make_url(url)
    # Rows do not travel in the open. Whoever wants them to says `?sslmode=disable`, and who wants more, `verify-full`.
    host = str(there.host or there.query.get("host", ""))
    beside = not host or host in LOOPBACK or host.startswith("/")
    tls = {} if beside or "sslmode" in there.query else {"sslmode": "require"}
    return {
        "pool_pre_ping": True,
        "hide_parameters": True,
        "pool_size": 8,
        "max_overflow": 24,
        "connect_args": {
            "options": f"-c statement_timeout={3 * wait} -c lock_timeout={wait} -c timezone=UTC",
            **tls,
        },
    }


def init_app(app: Flask, url: str) -> None:
    """Connect the database to the application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    with app.app_context():
        _prepare(db.engine)
    if not event.contains(Session, "after_flush", _on_flush):
        event.listen(Session, "after_flush", _on_flush)
    # Flask calls the last of these first. Registered after those of core/web.py, so that an answer gets its headers, and
    # waits for its even time, when the commit has had its say.
    app.after_request(_settle)
