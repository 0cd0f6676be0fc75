"""The database of the tests: emptied for each, kept as it stands, and laid out again."""

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

from groupsched.core.db import db


def emptied(address: str) -> "Emptied":
    """The one at this address, in which every table is and no row."""
    return SQLite(address) if address.startswith("sqlite") else PostgreSQL()


class SQLite:
    """A file; what is kept are its bytes."""

    def __init__(self, address: str) -> None:
        self._file = Path(address.removeprefix("sqlite:///"))
        self._none = self.keep()

    def empty(self) -> None:
        """No row is left."""
        db.session.remove()
        self.lay_out(self._none)

    def keep(self) -> bytes:
        """The rows as they are. Nobody has the database open meanwhile."""
        db.engine.dispose()
        return self._file.read_bytes()

    def lay_out(self, kept: bytes) -> None:
        """Rows that were kept, and no others."""
        db.engine.dispose()
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        with self._file.open(
            "r+b"
        ) as file:  # to make it short first, and long again, would take most of the time
            file.write(kept)
            file.truncate()


class PostgreSQL:
    """A server; what is kept are the statements that put the rows there."""

    def empty(self) -> None:
        """No row is left."""
        db.session.remove()
        self.lay_out("")

    def keep(self) -> str:
        """The rows as they are, each table as one value."""
        with db.engine.connect() as connection:
            rows = connection.execute(_each("array_agg(t)::text", "HAVING count(*) > 0"))
            lines = [
                f"INSERT INTO {name} SELECT * FROM unnest({_quoted(row)}::{name}[]);" for name, row in rows
            ]
            numbers = connection.execute(text(
                "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            ))  # fmt: skip
            lines += [f"SELECT setval('{name}', {number});" for name, number in numbers]
        return "".join(lines)

    def lay_out(self, kept: str) -> None:
        """Rows that were kept, and no others."""
        with db.engine.connect() as connection:
            filled = [name for name, _one in connection.execute(_each("1", "LIMIT 1"))]
            # TRUNCATE makes every file anew, of forty tables of which four had a row. Without triggers, rows go in any order.
            lines = [
                "SET LOCAL session_replication_role = replica;",
                *(f"DELETE FROM {name};" for name in filled),
            ]
            lines += [
                "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';",
                kept,
                "COMMIT;",
            ]
            connection.rollback()
            connection.connection.driver_connection.execute("".join(lines))


Emptied = SQLite | PostgreSQL


@cache
def _each(what: str, which: str) -> TextClause:
    names = [table.name for table in db.metadata.sorted_tables]
    return text(" UNION ALL ".join(f"(SELECT '{name}', {what} FROM {name} t {which})" for name in names))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
