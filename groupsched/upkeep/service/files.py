"""The file of a backup: two lines that say what it is, then the bytes of the database. It is written beside its name and
takes it when it has been proved; whoever needs the bytes without this program cuts off the first two lines."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from sqlalchemy import make_url

from groupsched.core import clock
from groupsched.core.config import Settings
from groupsched.core.instance import locked
from groupsched.upkeep.rules import LONGEST_HEADER, MAGIC, BackupHeader, read_header
from groupsched.upkeep.service import postgres_files, sqlite_files
from groupsched.upkeep.service.refusal import BackupRefused, because_of

PIECE = 1024 * 1024
Say = Callable[[str], None]


def kind_of(url: str) -> str:
    """Which database this address is of."""
    return make_url(url).get_backend_name()


def means_of(url: str) -> ModuleType:
    """The functions that copy, prove and swap databases of this kind."""
    return sqlite_files if kind_of(url) == "sqlite" else postgres_files


def write_backup(settings: Settings, target: Path, say: Say = lambda _words: None) -> BackupHeader:
    """Write a backup of the database, as it is at one moment, while it is in use; says what it is when it has been proved.

    Raises BackupRefused; then a file of this name is as it was.
    """
    if target.exists() and not _is_ours(target):
        raise BackupRefused(f"{target} is there already and is no backup. Nothing was written.")
    try:
        with _unfinished(target) as part, _removed(Path(f"{part}.copy")) as copied:
            header = _copy(settings, copied, say)
            say("Writing …")
            _pack(header, copied, part)
            say("Reading it again …")
            with part.open("rb") as packed:
                _unpack(packed, read_beginning(packed), None)
            os.replace(part, target)
            return header
    except OSError as error:
        raise because_of(error) from error


def _copy(settings: Settings, copied: Path, say: Say) -> BackupHeader:
    url, made_at = settings.database_url, clock.now()
    say("Copying …")
    copied.unlink(missing_ok=True)  # what a killed one left
    _make(copied)
    means_of(url).copy(url, copied)
    say("Proving the copy …")
    migration = means_of(url).migration_of(copied)
    with copied.open("rb") as file:
        return BackupHeader(
            kind_of(url),
            migration,
            made_at,
            copied.stat().st_size,
            hashlib.file_digest(file, "sha256").hexdigest(),
        )


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """The name under which a file is written until it stands, for one process at a time; what a killed one left goes."""
    part = target.with_name(f"{target.name}.part")
    with locked(part, 0, f"Another backup is being written to {target}."), _removed(part):
        part.chmod(0o600)
        yield part


def _make(path: Path) -> None:
    """A new and empty file, its owner's alone, for whoever fills it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _removed(path: Path) -> Iterator[Path]:
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _pack(header: BackupHeader, copied: Path, part: Path) -> None:
    with copied.open("rb") as source, part.open("r+b") as packed:
        packed.truncate()
        packed.write(MAGIC + header.line())
        while piece := source.read(PIECE):
            packed.write(piece)
        packed.flush()
        os.fsync(packed.fileno())


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_beginning(packed: BinaryIO) -> BackupHeader:
    """What a backup says of itself; the file then stands at its first byte. Raises BackupRefused for another file."""
    if packed.read(len(MAGIC)) != MAGIC:
        raise BackupRefused("This file is no backup of groupsched.")
    try:
        return read_header(packed.readline(LONGEST_HEADER))
    except (ValueError, TypeError) as error:
        raise BackupRefused("The backup is broken: its beginning cannot be read.") from error


def unpack(source: Path, target: Path) -> BackupHeader:
    """Write the bytes of a backup to a new file. Raises BackupRefused where one byte is not as it was."""
    with source.open("rb") as packed:
        header = read_beginning(packed)
        _make(target)
        with target.open("wb") as file:
            _unpack(packed, header, file)
    return header


def _unpack(packed: BinaryIO, header: BackupHeader, file: BinaryIO | None) -> None:
    digest, size = hashlib.sha256(), 0
    while piece := packed.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if file is not None:
            file.write(piece)
    if size < header.size:
        raise BackupRefused(
            f"The backup is cut off: {header.size - size} of {header.size} bytes are missing."
        )
    if size > header.size or digest.hexdigest() != header.sha256:
        raise BackupRefused("The backup is broken: its checksum is another. A byte of it was changed.")
