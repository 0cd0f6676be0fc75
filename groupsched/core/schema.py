"""The state of the schema: where a database stands, moving it up or down, and whether the models say the same."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text

from groupsched.core.db import Base, db, journal_mode
from groupsched.core.resources import folder
from groupsched.core.triggers import TABLES


def config() -> Config:
    """Alembic's configuration, pointing at the migrations that came with the code."""
    found = Config()
    found.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    return found


@cache
def head_revision() -> str | None:
    """The newest migration there is."""
    return ScriptDirectory.from_config(config()).get_current_head()


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
    command.upgrade(config(), revision)


def downgrade(revision: str) -> None:
    """Take the database down to a migration (`base` empties it)."""
    command.downgrade(config(), revision)


def differences() -> list[str]:
    """What the database and the models disagree about, in words. Autogenerate sees no CHECKs and triggers: we do."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": _compared}
        )
        found = [str(change) for change in compare_metadata(context, Base.metadata)]
        return found + _missing_checks(connection) + _missing_triggers(connection)


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
    query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == "postgresql":
        query = "SELECT event_object_table FROM information_schema.triggers"
    there = {row[0] for row in connection.execute(text(query))}
    return [f"{table}: the trigger that keeps it append-only is missing" for table in sorted(TABLES - there)]
