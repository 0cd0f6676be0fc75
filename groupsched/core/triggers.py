"""Tables whose rows are never changed or deleted, and the triggers that make sure of it."""

from typing import Any

from sqlalchemy import event

from groupsched.core.db import Base

TABLES: set[str] = set()

_SQLITE = "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
)
_POSTGRES = "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"


def append_only(*tables: str) -> None:
    """Declare tables append-only; `create_all` and the migrations add the triggers."""
    TABLES.update(tables)


def statements(dialect: str, tables: set[str]) -> list[str]:
    """The statements that make these tables append-only, for `sqlite` or `postgresql`."""
    names = sorted(tables)
    if dialect == "postgresql":
        return [_POSTGRES_FUNCTION, *(_POSTGRES.format(table=table) for table in names)]
    return [_SQLITE.format(table=table, verb=verb) for table in names for verb in ("UPDATE", "DELETE")]


def create(connection: Any, tables: set[str]) -> None:
    """Add the triggers on this connection."""
    for statement in statements(connection.dialect.name, tables):
        # The driver of PostgreSQL reads % as a placeholder.
        connection.exec_driver_sql(statement.replace("%", "%%") if "%" in statement else statement)


@event.listens_for(Base.metadata, "after_create")
def _after_create(_metadata: Any, connection: Any, **_options: Any) -> None:
    create(connection, TABLES)
