"""Tables whose rows are never changed or deleted, and the triggers that make sure of it."""

from typing import Any

from sqlalchemy import event

from groupsched.core.db import Base

TABLES: set[str] = set()

_SQLITE = "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
# INSERT OR REPLACE deletes a row without a word to the triggers of DELETE.
_SQLITE_REPLACE = (
    "CREATE TRIGGER {table}_no_REPLACE BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
)
_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)
_POSTGRES = "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
_POSTGRES_TRUNCATE = "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"


def append_only(*tables: str) -> None:
    """Declare tables append-only; `create_all` and the migrations add the triggers."""
    TABLES.update(tables)


def names(dialect: str, table: str) -> set[str]:
    """What the triggers of an append-only table are called, on `sqlite` or `postgresql`."""
    if dialect == "postgresql":
        return {f"{table}_append_only", f"{table}_no_truncate"}
    return {f"{table}_no_{verb}" for verb in ("UPDATE", "DELETE", "REPLACE")}


def statements(dialect: str, tables: set[str]) -> list[str]:
    """The statements that make these tables append-only, for `sqlite` or `postgresql`."""
    if dialect == "postgresql":
        each = (
            text.format(table=table) for table in sorted(tables) for text in (_POSTGRES, _POSTGRES_TRUNCATE)
        )
        return [_POSTGRES_FUNCTION, *each]
    found = []
    for table in sorted(tables):
        found += [_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
        keys = [column.name for column in Base.metadata.tables[table].primary_key]
        found.append(
            _SQLITE_REPLACE.format(table=table, same=" AND ".join(f"{key} = NEW.{key}" for key in keys))
        )
    return found


def create(connection: Any, tables: set[str]) -> None:
    """Add the triggers on this connection."""
    for statement in statements(connection.dialect.name, tables):
        # The driver of PostgreSQL reads % as a placeholder.
        connection.exec_driver_sql(statement.replace("%", "%%") if "%" in statement else statement)


@event.listens_for(Base.metadata, "after_create")
def _after_create(_metadata: Any, connection: Any, **_options: Any) -> None:
    create(connection, TABLES)
