"""`pytest.mark.on_sqlite`: a test that could run on both databases runs on SQLite, and PostgreSQL plans what it asks.

It is for what a page, the gate or a command says of rows that other tests write and read on both. Each statement is planned
once on an empty PostgreSQL with the same values, so none is one that only SQLite takes. It is not for what depends on the
database: locks and races, constraints and triggers, what a column holds, what a search finds, in which order rows come.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from groupsched.core.db import db
from tests.postgres import PostgresMissing, new_database_beside, postgres_address

PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
WRITTEN_FOR_SQLITE = ("ON CONFLICT", "json_each", "sqlite_")
"""What the product says to PostgreSQL in other words; tests of its verbs run on both."""
LIST = re.compile(r"\?(?:, \?)+")


class _Planned(Exception):
    """PostgreSQL said how it would do it, and is not to do it."""


class Planner:
    """A PostgreSQL with every table and no row, which is asked once for the plan of each statement."""

    def __init__(self) -> None:
        self._engine = create_engine(new_database_beside(postgres_address(), "plans"))
        db.metadata.create_all(self._engine)
        event.listen(self._engine, "before_cursor_execute", _plan)
        self._seen: set[str] = set()
        self._asked = threading.local()

    @contextmanager
    def watching(self, engine: Engine) -> Iterator[None]:
        """What is asked of this engine meanwhile is planned."""
        hooks = {"before_execute": self._hear, "before_cursor_execute": self._look}
        for name, hook in hooks.items():
            event.listen(engine, name, hook)
        yield
        for name, hook in hooks.items():
            event.remove(engine, name, hook)

    def _hear(self, _connection: Any, asked: Any, many: Any, values: Any, options: Any) -> None:
        self._asked.last = asked, many or values, options

    def _look(self, _connection: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        shape = LIST.sub("?", said)
        if shape in self._seen or not said.startswith(PLANNED):
            return
        self._seen.add(shape)
        if any(word in said for word in WRITTEN_FOR_SQLITE):
            return
        asked, values, options = self._asked.last
        with self._engine.connect() as connection:
            try:
                connection.execute(asked, values, execution_options=options)
            except _Planned as planned:
                # Its frames lead to that of the statement on SQLite, whose open cursor would keep the next writer waiting.
                planned.__traceback__ = None


@cache
def planner() -> Planner | None:
    """The one of this process; none on a machine without PostgreSQL."""
    with suppress(PostgresMissing):
        return Planner()
    return None


def on_sqlite_alone(test: pytest.Item) -> bool:
    """Whether a test says that it runs on SQLite alone."""
    return test.get_closest_marker("on_sqlite") is not None


def _plan(_connection: Any, cursor: Any, said: str, values: Any, *_rest: Any) -> None:
    cursor.execute(f"EXPLAIN {said}", values[0] if isinstance(values, list) else values)
    raise _Planned
