"""SQLite: a copy by its own online backup, proved by its own checks, and put in the place of the database file."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from groupsched.core.config import Settings
from groupsched.core.instance import database_file, give_to_owner
from groupsched.core.write_queue import PATIENCE
from groupsched.upkeep.rules import BackupProblem
from groupsched.upkeep.service.refusal import BackupRefused

BESIDE = ("-journal", "-wal", "-shm")


def copy(url: str, target: Path) -> None:
    """Copy the database as it is at one moment into a new file."""
    file = _file(url)
    if not file.exists():
        raise BackupRefused(f"There is no database at {file}.", BackupProblem.DATABASE)
    try:
        with (
            closing(sqlite3.connect(file, timeout=PATIENCE)) as source,
            closing(sqlite3.connect(target)) as new,
        ):
            # Whatever stops it, the copy is thrown away: it needs no journal, and a killed one leaves none.
            new.execute("PRAGMA synchronous=OFF")
            new.execute("PRAGMA journal_mode=OFF")
            # In one go: in steps it would begin anew with every write of another process, under load for ever.
            source.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        problem = BackupProblem.NO_ROOM if _is_full(error) else BackupProblem.DATABASE
        raise BackupRefused(f"The database could not be copied: {error}.", problem) from error


def _is_full(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def migration_of(copied: Path) -> str:
    """Prove a copy by opening it, and say which migration it stands at. Raises BackupRefused for a broken one."""
    try:
        with closing(sqlite3.connect(f"file:{copied}?mode=ro", uri=True)) as opened:
            faults = [row[0] for row in opened.execute("PRAGMA integrity_check") if row[0] != "ok"]
            faults += [
                f"a row of {row[0]} points nowhere" for row in opened.execute("PRAGMA foreign_key_check")
            ]
            stands = [] if faults else opened.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise BackupRefused(f"The copy is no sound database of groupsched: {error}.") from error
    if faults or len(stands) != 1:
        raise BackupRefused(f"The copy is not sound: {faults[0] if faults else 'it stands at no migration'}.")
    return str(stands[0][0])


def refuse_if_used(url: str) -> None:
    """Nothing more to ask: the lock beside the file tells of everybody."""


def copy_beside(settings: Settings) -> Path:
    """Where the bytes of a backup are unpacked: beside the database, to be moved into its place in one step."""
    file = _file(settings.database_url)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in file.parent.glob(f"{file.name}.restoring*"):
        left.unlink()  # of a restore that was killed
    return file.with_name(f"{file.name}.restoring")


def fill(url: str, copied: Path) -> str:
    """The address of a new database with these data, beside the one of `url`."""
    return f"sqlite:///{copied}"


def forget(url: str, copied: Path) -> None:
    """Leave nothing of a new database that does not take the place of the old one."""
    for name in ("", *BESIDE, "-turn", "-use", "-upgrade"):
        copied.with_name(copied.name + name).unlink(missing_ok=True)


def swap(url: str, copied: Path, now: datetime) -> str:
    """Put the new database into the place of the old one, which is kept; returns its name, empty where there was none."""
    file = _file(url)
    aside = file.with_name(f"{file.name}.before-{now:%Y%m%d-%H%M%S}")
    _settle(copied)
    give_to_owner(copied)
    _sync(copied)
    there = file.exists()
    if there:
        _settle(file)
        # What SQLite has not settled goes with its database: beside the new one it would be written into that.
        for name in BESIDE:
            with suppress(FileNotFoundError):
                os.rename(f"{file}{name}", f"{aside}{name}")
        _keep(file, aside)
    os.replace(copied, file)
    _sync(file.parent)
    return str(aside) if there else ""


def _settle(file: Path) -> None:
    """Let SQLite finish in the old file what a crash left; a broken one stays as it is."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as old:
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.execute("PRAGMA journal_mode=DELETE")
    journal = Path(f"{file}-journal")
    if journal.exists() and not journal.stat().st_size:
        journal.unlink()  # how journal_mode=TRUNCATE leaves it where all is settled


def _keep(file: Path, aside: Path) -> None:
    """Give the old file a second name, so that at every moment there is a database; where a disk knows no second names,
    the other one."""
    try:
        os.link(file, aside)
    except OSError:
        os.rename(file, aside)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _file(url: str) -> Path:
    file = database_file(url)
    if file is None:
        raise BackupRefused("A database in memory has no backup.", BackupProblem.DATABASE)
    return file
