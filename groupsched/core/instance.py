"""The folder of an installation, its owner's alone, and the locks in it: who uses the database, who may have it alone.

Locks are the system's own on empty files (`flock`): they end with the process that has them, however it ends.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import unquote

from groupsched.core.config import Settings
from groupsched.core.errors import Conflict

try:
    import fcntl
except ImportError:  # no such lock on this system: it refuses by itself to replace a file that is open
    fcntl = None  # type: ignore[assignment]

OURS = ("secret_key", "demo.json", "outbox", "backups")
_LOOK_AGAIN = 0.1
_used: dict[Path, int] = {}


def database_file(url: str) -> Path | None:
    """The file of a SQLite address; None for another database.

    >>> database_file("sqlite:////srv/groupsched.db"), database_file("postgresql+psycopg://localhost/x")
    (PosixPath('/srv/groupsched.db'), None)
    """
    name = unquote(url.removeprefix("sqlite:///").partition("?")[0]) if url.startswith("sqlite") else ""
    return Path(name).absolute() if name and name != ":memory:" else None


def mend(settings: Settings) -> None:
    """Take from everybody else what they may do with the folder and the files of this installation, whoever made them."""
    file, folder = database_file(settings.database_url), settings.instance
    found = [folder, *(folder / name for name in OURS)]
    found += sorted(file.parent.glob(f"{file.name}*")) if file is not None else []
    for path in found:
        with suppress(OSError):
            _mend(path)


def _mend(path: Path) -> None:
    there = path.lstat()
    # A folder in which everybody may write (/tmp) is nobody's installation alone: it stays as it is.
    if there.st_mode & 0o077 and not there.st_mode & stat.S_ISVTX and not stat.S_ISLNK(there.st_mode):
        path.chmod(0o700 if stat.S_ISDIR(there.st_mode) else 0o600)


def mark_used(settings: Settings) -> None:
    """Say, as long as this process lives, that it uses the database. Raises Conflict while a restore has it alone."""
    path = _lock_file(settings, "use")
    if fcntl is None or path in _used:
        return
    handle = _open(path)
    if not _lock(handle, fcntl.LOCK_SH, seconds=1):
        os.close(handle)
        raise Conflict("The database is just being restored. Try again when that is done.", code="in-use")
    _used[path] = handle


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Have the database alone. Raises Conflict where a server, a worker or a command uses it on this machine."""
    sentence = "The database is in use. Stop the server and the worker first."
    with locked(_lock_file(settings, "use"), 0, sentence):
        yield


@contextmanager
def locked(path: Path, seconds: float, sentence: str) -> Iterator[None]:
    """Hold the lock of a file; wait so long for it. Raises Conflict with the sentence when it cannot be had."""
    if fcntl is None:
        yield
        return
    handle = _open(path)
    try:
        if not _lock(handle, fcntl.LOCK_EX, seconds):
            raise Conflict(sentence, code="in-use")
        yield
    finally:
        os.close(handle)


def _lock(handle: int, kind: int, seconds: float) -> bool:
    until = monotonic() + seconds
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
            return True
        if monotonic() >= until:
            return False
        sleep(_LOOK_AGAIN)


def _lock_file(settings: Settings, name: str) -> Path:
    file = database_file(settings.database_url)
    return file.with_name(f"{file.name}-{name}") if file else settings.instance / f"postgresql-{name}"


def _open(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    give_to_owner(path)
    return handle


def give_to_owner(path: Path) -> None:
    """Let a file that `root` made belong to whom its folder belongs: the server could not open it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)
