"""Turns at writing to SQLite, in the order of arrival.

SQLite lets those who wait for its lock sleep and guess, ever longer, while the process that has it goes on at once: under
load some would never be first. So writers of one process queue at a lock, and the first of each process waits at a file
beside the database, where the system wakes the next one as soon as a transaction ends. All of it within one patience.
"""

import os
import threading
from contextlib import suppress
from time import monotonic
from typing import Any

from sqlalchemy.engine import Connection

try:
    import fcntl
except ImportError:  # no such lock on this system: its processes take turns as SQLite lets them
    fcntl = None  # type: ignore[assignment]

PATIENCE = 5.0
"""Seconds that a request waits for a lock, here and in either database, before it says that it is busy."""
BRIEF_PATIENCE = 1.0
"""Seconds that is waited for a lock where the answer is right without the write too."""

_queues: dict[str, "WriteQueue"] = {}
_opening = threading.Lock()


class GateKeeper:
    """Waits at the file on behalf of this process, so that whoever asked may stop waiting.

    The system's lock on a file knows no time limit, and a poll with sleeps between would be overtaken by every process
    that comes at the right moment. A thread can wait without end, at the price of giving back what nobody wants any more.
    """

    def __init__(self, gate: int) -> None:
        self._gate = gate
        self._state = threading.Condition()
        self._waiting = False
        self._wanted = False
        self._open = False

    def wait(self, seconds: float) -> bool:
        """Whether the gate opened in time. Called by one at a time."""
        with self._state:
            # Only while no thread stands there: both use one descriptor, so that its giving back would end this turn.
            if not self._waiting and self._free():
                return True
            self._wanted = True
            if not self._waiting:
                self._waiting = True
                threading.Thread(target=self._stand, daemon=True).start()
            self._state.wait_for(lambda: self._open, timeout=max(0.0, seconds))
            opened, self._open, self._wanted = self._open, False, False
            return opened

    def _free(self) -> bool:
        try:
            fcntl.flock(self._gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _stand(self) -> None:
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        with self._state:
            self._waiting, self._open = False, self._wanted
            if not self._wanted:
                fcntl.flock(self._gate, fcntl.LOCK_UN)
            self._state.notify()


class WriteQueue:
    """The queue of this process before one database file."""

    def __init__(self, database: str | None) -> None:
        self._lock = threading.Lock()
        self._gate: int | None = None
        if fcntl is not None and database and database != ":memory:":
            # A gate that cannot be opened (another account's, a folder) keeps nobody from writing: SQLite's lock is the true one.
            with suppress(OSError):
                self._gate = os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT, 0o600)
                self._keeper = GateKeeper(self._gate)

    def enter(self, deadline: float) -> bool:
        """Wait for the turn until the deadline of the monotonic clock; False when it has passed."""
        if not self._lock.acquire(timeout=max(0.0, deadline - monotonic())):
            return False
        if self._gate is None or self._keeper.wait(deadline - monotonic()):
            return True
        self._lock.release()
        return False

    def leave(self) -> None:
        """End the turn. The gate opens first, so that a process that waits there is not overtaken by this one."""
        if self._gate is not None:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        self._lock.release()


def begin(connection: Connection, *, briefly: bool = False) -> None:
    """BEGIN IMMEDIATE when it is this connection's turn; raises what SQLite says when its lock cannot be had.

    Whoever did not get the turn asks SQLite once, without waiting again: it has the last word, and may be free.
    """
    queue, deadline = _queue(connection), monotonic() + (BRIEF_PATIENCE if briefly else PATIENCE)
    if "turn" not in connection.info and queue.enter(deadline):
        connection.info["turn"] = queue
    _be_patient(connection, max(0.0, deadline - monotonic()))
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        if briefly:  # who reads next on this connection, and its COMMIT, wait as ever
            _be_patient(connection, PATIENCE)


def _be_patient(connection: Connection, seconds: float) -> None:
    connection.connection.execute(f"PRAGMA busy_timeout={seconds * 1000:.0f}")  # type: ignore[attr-defined]


def end(info: dict[Any, Any]) -> None:
    """Give the turn back, if the connection with this `info` has it."""
    queue = info.pop("turn", None)
    if queue is not None:
        queue.leave()


def _queue(connection: Connection) -> WriteQueue:
    url = connection.engine.url
    with _opening:
        if str(url) not in _queues:
            _queues[str(url)] = WriteQueue(url.database)
        return _queues[str(url)]
