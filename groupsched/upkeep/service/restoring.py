"""Putting a backup in the place of the database: whole, or not at all."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from groupsched.core import clock, instance, schema
from groupsched.core.config import Settings
from groupsched.core.db import db, unit_of_work
from groupsched.upkeep.rules import BackupHeader, Restoration
from groupsched.upkeep.service.files import Say, kind_of, means_of, read_beginning, unpack
from groupsched.upkeep.service.proving import faults
from groupsched.upkeep.service.refusal import BackupRefused, because_of
from groupsched.upkeep.service.settling import LastKnown, last_known, settle

Opened = Callable[[Settings], AbstractContextManager[object]]
"""Makes the application over the database of these settings (`core.commands.bare`)."""


@dataclass(frozen=True)
class RestoreResult:
    """What was put back, what its people will read, where the old database is now (empty: there was none), and whether
    it was known which links were turned off since."""

    header: BackupHeader
    told: Restoration
    aside: str
    links_known: bool


def restore(
    settings: Settings, source: Path, opened: Opened, confirm: Callable[[BackupHeader], None], *,
    keep_links: bool = False, say: Say = lambda _words: None,
) -> RestoreResult:  # fmt: skip
    """Put a backup in the place of the database, which nobody may use. `confirm` is asked before anything is done.

    Raises BackupRefused or Conflict, and what `confirm` raises; the database is then as it was.
    """
    means = means_of(settings.database_url)
    try:
        header = _beginning(settings, source)
        confirm(header)
        with instance.alone(settings):
            means.refuse_if_used(settings.database_url)
            with _beside(settings) as copied:
                return _put_back(settings, source, copied, opened, keep_links, say)
    except OSError as error:
        raise because_of(error) from error


def _beginning(settings: Settings, source: Path) -> BackupHeader:
    """What the backup says of itself. Raises BackupRefused where this program, or this database, has no use for it."""
    with source.open("rb") as packed:
        header = read_beginning(packed)
    if header.kind != kind_of(settings.database_url):
        raise BackupRefused(
            f"The backup is of {header.kind}, and the database here is {kind_of(settings.database_url)}."
        )
    if header.migration not in schema.known_revisions():
        raise BackupRefused(
            f"The backup stands at {header.migration}, which this version of the program does not know: it is of a later "
            "one. Install that version first."
        )
    return header


@contextmanager
def _beside(settings: Settings) -> Iterator[Path]:
    """Where the new database grows; nothing of it is left, whatever happens, but by a `kill -9`: then the next one clears."""
    means = means_of(settings.database_url)
    copied = means.copy_beside(settings)
    try:
        yield copied
    finally:
        means.forget(settings.database_url, copied)


def _put_back(
    settings: Settings, source: Path, copied: Path, opened: Opened, keep_links: bool, say: Say
) -> RestoreResult:
    means, now = means_of(settings.database_url), clock.now()
    say("Unpacking …")
    header = unpack(source, copied)
    if means.migration_of(copied) != header.migration:
        raise BackupRefused("The backup is broken: it holds another database than it says.")
    say("Making the new database …")
    new = replace(settings, database_url=means.fill(settings.database_url, copied))
    known = last_known(settings.database_url, header.made_at)
    with opened(new):
        told = _made_safe(header, known, now, keep_links=keep_links)
    say("Putting it into its place …")
    aside = means.swap(settings.database_url, copied, now)
    return RestoreResult(header, told, aside, known is not None or keep_links)


def _made_safe(
    header: BackupHeader, known: LastKnown | None, now: datetime, *, keep_links: bool
) -> Restoration:
    """Bring the new database up to this version, settle and prove it; nothing of it stays open."""
    try:
        schema.upgrade()
        with unit_of_work():
            told = settle(header, known, now, keep_links=keep_links)
        _refuse_faults()
    finally:
        db.session.remove()
        db.engine.dispose()
    return told


def _refuse_faults() -> None:
    found = faults()
    if found:
        raise BackupRefused(f"The restored database is not sound ({found[0]}), so the old one stays.")
