"""The state of the schema: where a database stands, moving it up or down, and whether the models say the same."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, func, inspect, select, text

from groupsched.core import overlaps, triggers
from groupsched.core.db import Base, db, journal_mode
from groupsched.core.errors import Conflict
from groupsched.core.instance import database_file, locked
from groupsched.core.resources import folder
from groupsched.core.triggers import TABLES

PATIENCE = 600.0
"""Seconds that one who would migrate waits for another who does."""
_ANOTHER = "Another `groupsched db upgrade` does not come to its end."
_UPGRADE = (
    20_671  # the number of the advisory lock of PostgreSQL; any would do that nothing else of ours takes
)


def config() -> Config:
    """Alembic's configuration, pointing at the migrations that came with the code."""
    found = Config()
    found.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    return found


@cache
def head_revision() -> str | None:
    """The newest migration there is."""
    return ScriptDirectory.from_config(config()).get_current_head()


@cache
def known_revisions() -> frozenset[str]:
    """Every migration that this version of the program knows."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(config()).walk_revisions())


def refuse_unknown(*, migrated: bool, empty: bool = True) -> None:
    """Raise Conflict for a database that a later version migrated; where it must be `migrated`, for one that stands
    behind too; and for an `empty` one unless that may be."""
    stands = current_revision()
    if stands == head_revision():
        return
    if stands is not None and stands not in known_revisions():
        raise Conflict(
            f"The database stands at {stands}, which this version of the program does not know: it is of a later one. "
            "Install that version, or restore a backup of this one."
        )
    if (migrated and stands is not None) or (stands is None and not empty):
        raise Conflict("The database is not up to date. Run `groupsched db upgrade` first.")


def current_revision() -> str | None:
    """The migration this database stands at; None for an empty one."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def make_folder() -> None:
    """Make the folder of an SQLite file, its owner's alone, where there is none yet."""
    if db.engine.dialect.name == "sqlite" and db.engine.url.database:
        Path(db.engine.url.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def upgrade(revision: str = "head") -> None:
    """Bring the database up to a migration; a new one is made."""
    make_folder()
    with _one_at_a_time():
        command.upgrade(config(), revision)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait for whoever migrates this database, on whichever machine. Raises Conflict when that takes too long."""
    file = database_file(str(db.engine.url))
    if db.engine.dialect.name == "sqlite":
        with locked(file.with_name(f"{file.name}-upgrade"), PATIENCE, _ANOTHER) if file else nullcontext():
            yield
        return
    until = monotonic() + PATIENCE
    # A connection of its own, and no transaction: the lock is the connection's, and ends with it however that ends.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(select(func.pg_try_advisory_lock(_UPGRADE))):
            if monotonic() > until:
                raise Conflict(_ANOTHER, code="in-use")
            sleep(0.1)
        try:
            yield
        finally:
            connection.scalar(select(func.pg_advisory_unlock(_UPGRADE)))


def downgrade(revision: str) -> None:
    """Take the database down to a migration (`base` empties it)."""
    command.downgrade(config(), revision)


def differences() -> list[str]:
    """What the database and the models disagree about, in words. Autogenerate sees no CHECKs and triggers: we do."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _compared}
        )
        found = [_said(change) for change in compare_metadata(context, Base.metadata)]
        return found + _missing_checks(connection) + _missing_triggers(connection)


def _said(change: Any) -> str:
    """What one difference is; of rare ones, as Alembic says it."""
    match change:
        case ("add_table", table):
            return f"the table {table.name} is missing"
        case ("remove_table", table):
            return f"the table {table.name} is none of this version"
        case ("add_column", _schema, table, column):
            return f"{table}: the column {column.name} is missing"
        case ("remove_column", _schema, table, column):
            return f"{table}: the column {column.name} is none of this version"
    return str(change)


def integrity() -> list[str]:
    """What the database itself finds wrong: SQLite's own checks; nothing to ask on PostgreSQL."""
    if db.engine.dialect.name != "sqlite":
        return []
    with db.engine.connect() as connection:
        rows = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    return rows + [f"a row of {row[0]} points at a missing row of {row[2]}" for row in broken]


def describe() -> str:
    """One sentence about the database: its kind and, for SQLite, its journal and why."""
    if db.engine.dialect.name != "sqlite":
        return "PostgreSQL"
    import sqlite3

    return f"SQLite {sqlite3.sqlite_version}, journal mode {journal_mode()}"


def _compared(_object: Any, name: str | None, kind: str, reflected: bool, _with: Any) -> bool:
    return not (kind == "table" and reflected and name == "alembic_version")


def _missing_checks(connection: Any) -> list[str]:
    inspector = inspect(connection)
    missing = []
    for table in Base.metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue  # said already
        there = {
            check["name"]: _words(check["sqltext"]) for check in inspector.get_check_constraints(table.name)
        }
        wanted = {str(c.name): _words(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)}
        missing += [f"{table.name}: the check {name} is missing" for name in sorted(wanted.keys() - there)]
        missing += [
            f"{table.name}: the check {name} knows other words"
            for name in sorted(wanted.keys() & there)
            if wanted[name] != there[name]
        ]
    return missing


def _words(condition: object) -> set[str]:
    """The words in quotes of a condition: the one part of it that databases do not write in a way of their own."""
    return set(re.findall(r"'([^']*)'", str(condition)))


def _missing_triggers(connection: Any) -> list[str]:
    dialect = connection.dialect.name
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if dialect == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    there = {row[0] for row in connection.execute(text(query))}
    missing = [
        f"{table}: the trigger that keeps it append-only is missing"
        for table in sorted(TABLES)
        if not triggers.names(dialect, table) <= there
    ]
    if dialect == "postgresql":
        there = {row[0] for row in connection.execute(text("SELECT conname FROM pg_constraint"))}
    return missing + [
        f"{table}: two of one {column} may overlap"
        for table, column in sorted(overlaps.NO_OVERLAP)
        if not overlaps.names(dialect, table, column) <= there
    ]
