"""Turns at writing to SQLite, in the order of arrival.

SQLite lets those who wait for its lock sleep and guess, ever longer, while the process that has it goes on at once: under
load some would never be first. So writers of one process queue at a lock, and the first of each process waits at a file
beside the database, where the system wakes the next one as soon as a transaction ends.
"""

import os
import threading
from typing import Any

from sqlalchemy.engine import Connection

try:
    import fcntl
except ImportError:  # no such lock on this system: its processes take turns as SQLite lets them
    fcntl = None  # type: ignore[assignment]

PATIENCE = 5.0
"""Seconds that a request waits for a lock, here and in either database, before it says that it is busy."""

_lines: dict[str, "WriteQueue"] = {}
_opening = threading.Lock()


class WriteQueue:
    """The line of this process before one database file."""

    def __init__(self, database: str | None) -> None:
        self._lock = threading.Lock()
        self._gate: int | None = None
        if fcntl is not None and database and database != ":memory:":
            self._gate = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT, 0o600)

    def enter(self) -> bool:
        """Wait for the turn. False when patience ends: then SQLite's own waiting has the last word."""
        if not self._lock.acquire(timeout=PATIENCE):
            return False
        if self._gate is not None:
            fcntl.flock(self._gate, fcntl.LOCK_EX)
        return True

    def leave(self) -> None:
        """End the turn. The gate opens first, so that a process that waits there is not overtaken by this one."""
        if self._gate is not None:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        self._lock.release()


def begin(connection: Connection) -> None:
    """BEGIN IMMEDIATE when it is this connection's turn; raises what SQLite says when its lock cannot be had."""
    line = _line(connection)
    if "turn" not in connection.info and line.enter():
        connection.info["turn"] = line
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def end(info: dict[Any, Any]) -> None:
    """Give the turn back, if the connection with this `info` has it."""
    line = info.pop("turn", None)
    if line is not None:
        line.leave()


def _line(connection: Connection) -> WriteQueue:
    url = connection.engine.url
    with _opening:
        if str(url) not in _lines:
            _lines[str(url)] = WriteQueue(url.database)
        return _lines[str(url)]
