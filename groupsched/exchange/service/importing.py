"""One import: read the feed, compare it with what its source brought before, write, and report row by row."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.service import record
from groupsched.catalog.models import ListingSource
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.exchange.queries import known_listings, source_named, table_of
from groupsched.exchange.rules import ImportPlan, SourceUnreadable, plan, read_feed, read_rows
from groupsched.exchange.service.writing import ListingWriter, Progress, catalogue_changed

__all__ = ["ImportReport", "ImportRow", "Progress", "import_listings"]

ACTIONS = ("added", "changed", "removed", "refused")
SOURCE_LENGTH = 80


@dataclass(frozen=True)
class ImportRow:
    """What became (or would become) of one row. `number` is its place in the feed where it was refused."""

    action: str
    slug: str
    name: str = ""
    reason: str = ""
    number: int | None = None


@dataclass(frozen=True)
class ImportReport:
    """What an import did; after a dry run, what it would do. `rows` leaves the unchanged ones out."""

    source: str
    dry_run: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: int
    rows: tuple[ImportRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON carries it."""
        return asdict(self)


def import_listings(
    identity: Identity,
    program: Program,
    text: str,
    *,
    source: str,
    fellowship: str | None = None,
    timezone: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a Meeting Guide feed into the catalogue as published external groups; a dry run writes nothing.

    A row is known by (source, slug): only rows of this source are ever changed or removed. A listing that is gone
    is retired, and is the same group again when it comes back. Raises DomainError for a feed that cannot be read.
    """
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=program.id))
    source = _checked(source)
    known = source_named(program.id, source)
    wanted = plan(read_rows(_rows(text), table_of(fellowship), timezone), known_listings(known))
    if not dry_run:
        kept = known or _new_source(program, source)
        ListingWriter(program, kept, clock.now(), progress).write(wanted)
        kept.fellowship, kept.imported_at = fellowship or "", clock.now()
        _note(identity, kept, wanted)
    return _report(source, dry_run, wanted)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= SOURCE_LENGTH or not name.isprintable():
        raise DomainError(f"The name of a source has 1 to {SOURCE_LENGTH} characters.", field="source")
    return name


def _rows(text: str) -> list[Any]:
    try:
        return read_feed(text)
    except SourceUnreadable as broken:
        raise DomainError(str(broken), code="feed-broken") from broken


def _new_source(program: Program, name: str) -> ListingSource:
    made = ListingSource(program_id=program.id, name=name, format="meeting-guide")
    db.session.add(made)
    db.session.flush()
    return made


def _note(identity: Identity, source: ListingSource, wanted: ImportPlan) -> None:
    """One audit row for the whole, and word to the catalogue if anything is different now."""
    counts = {action: len(getattr(wanted, action)) for action in ACTIONS}
    record(identity, "listings.import", source, counts=counts)
    if counts["added"] or counts["changed"] or counts["removed"]:
        catalogue_changed(source.program_id)


def _report(source: str, dry_run: bool, wanted: ImportPlan) -> ImportReport:
    counts = {action: len(getattr(wanted, action)) for action in (*ACTIONS, "unchanged")}
    return ImportReport(source=source, dry_run=dry_run, rows=tuple(_report_rows(wanted)), **counts)


def _report_rows(wanted: ImportPlan) -> Iterator[ImportRow]:
    yield from (ImportRow("added", one.listing.slug, one.listing.name) for one in wanted.added)
    yield from (ImportRow("changed", one.listing.slug, one.listing.name) for one in wanted.changed)
    yield from (ImportRow("removed", slug) for slug in wanted.removed)
    yield from (
        ImportRow("refused", one.slug, reason=one.reason, number=one.number) for one in wanted.refused
    )
