"""Tables in which two spans of one thing may not overlap, and what makes sure of it.

On PostgreSQL an exclusion constraint, written over ranges of one number so that it needs no extension; on SQLite triggers. A
span begins at `start` and ends before `end`, so that adjacent ones do not overlap. What is `kept` is left out.
"""

from typing import Any

from sqlalchemy import event

from groupsched.core.db import Base

NO_OVERLAP: set[tuple[str, str]] = set()

# No span is longer than a day by the clock: so far back the index has to be read, and no further.
_SQLITE = (
    "CREATE TRIGGER {name}_{verb} BEFORE {verb} ON {table} WHEN NEW.{column} IS NOT NULL AND NOT NEW.kept AND EXISTS ("
    "SELECT 1 FROM {table} WHERE {column} = NEW.{column} AND NOT kept AND id IS NOT NEW.id "
    "AND start < NEW.\"end\" AND \"end\" > NEW.start AND start > strftime('%Y-%m-%d', NEW.start, '-2 days')) "
    "BEGIN SELECT RAISE(ABORT, 'EXCLUDE constraint failed: {name}'); END"
)
_POSTGRES = (
    "ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
    "(int4range({column}, {column}, '[]') WITH &&, tstzrange(start, \"end\") WITH &&) "
    "WHERE ({column} IS NOT NULL AND NOT kept)"
)


def no_overlap(table: str, *columns: str) -> None:
    """Declare that no two rows with the same number in one of these columns overlap."""
    NO_OVERLAP.update((table, column) for column in columns)


def name_of(table: str, column: str) -> str:
    """What the rule is called, for `on_constraint`."""
    return f"ex_{table}_{column}"


def names(dialect: str, table: str, column: str) -> set[str]:
    """What the constraint or the triggers are called, on `sqlite` or `postgresql`."""
    name = name_of(table, column)
    return {name} if dialect == "postgresql" else {f"{name}_{verb}" for verb in ("INSERT", "UPDATE")}


def statements(dialect: str, table: str, column: str) -> list[str]:
    """The statements that make the rule, for `sqlite` or `postgresql`."""
    told = {"table": table, "column": column, "name": name_of(table, column)}
    if dialect == "postgresql":
        return [_POSTGRES.format(**told)]
    return [_SQLITE.format(**told, verb=verb) for verb in ("INSERT", "UPDATE")]


@event.listens_for(Base.metadata, "after_create")
def _after_create(_metadata: Any, connection: Any, **_options: Any) -> None:
    for table, column in sorted(NO_OVERLAP):
        for statement in statements(connection.dialect.name, table, column):
            connection.exec_driver_sql(statement)
