"""One import: read the feed, compare it with what its source brought before, write, and report row by row."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import ListingSource
from groupsched.catalog.rules import ListingFormat
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.exchange.queries import known_listings, source_like, source_named, table_of
from groupsched.exchange.rules import (
    ImportAction,
    ImportPlan,
    ListingToWrite,
    SourceUnreadable,
    has_shrunk,
    plan,
    read_feed,
    read_rows,
)
from groupsched.exchange.service.sources import already_there, source_name
from groupsched.exchange.service.writing import ListingWriter, Progress, catalogue_changed

SHRUNK = "feed-shrunk"
"""The code of a refusal that `fewer` overrules."""


@dataclass(frozen=True)
class ImportRow:
    """What became (or would become) of one row. `number` is its place in the feed where it was refused."""

    action: ImportAction
    slug: str
    name: str = ""
    reason: str = ""
    number: int | None = None
    without_dates: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The row as JSON carries it: `without_dates` only where it is true."""
        said = asdict(self)
        return said if self.without_dates else {k: v for k, v in said.items() if k != "without_dates"}


@dataclass(frozen=True)
class ImportReport:
    """What an import did; after a dry run, what it would do. `rows` leaves the unchanged ones out.

    `without_dates` counts those of the added that do not meet for now, or whose end nobody can mean, `to_review` those about
    which something is not said. `refusal` is the
    sentence with which the feed as a whole is refused, empty where it is taken.
    """

    source: str
    dry_run: bool
    added: int
    changed: int
    removed: int
    unchanged: int
    refused: int
    without_dates: int
    to_review: int
    refusal: str
    refusal_code: str
    rows: tuple[ImportRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON carries it."""
        return {**asdict(self), "rows": [row.as_dict() for row in self.rows]}


def import_listings(
    identity: Identity,
    program: Program,
    text: str,
    *,
    source: str,
    fellowship: str | None = None,
    timezone: str | None = None,
    dry_run: bool = False,
    fewer: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a Meeting Guide feed into the catalogue as published external groups; a dry run writes nothing.

    A row is known by (source, slug): only rows of this source are ever changed or removed. A listing that is gone
    is retired, and is the same group again when it comes back. A feed of which no row can be taken changes nothing and
    says so (`refusal`). Raises DomainError for a feed that cannot be read, and, unless `fewer` is meant, for one that
    is empty or has lost more than a third of the listings; a dry run says that in its report.
    """
    ensure(identity, Permission.CATALOG_WRITE, Facts(program=program.id))
    source = _checked(program, source)
    known = source_named(program.id, source)
    before, rows = known_listings(known), _rows(text)
    wanted = plan(read_rows(rows, table_of(fellowship), timezone), before)
    listed = sum(one.listed for one in before.values())
    lost = "" if fewer else _lost(source, len(rows), listed, len(wanted.removed))
    report = _report(source, dry_run, wanted, lost or _nothing_taken(wanted), SHRUNK if lost else "")
    if lost and not dry_run:
        raise DomainError(lost, code=SHRUNK)
    if not dry_run and not report.refusal:
        kept = known or _new_source(program, source)
        ListingWriter(program, kept, clock.now(), progress).write(wanted)
        kept.fellowship, kept.timezone, kept.imported_at = fellowship or "", timezone or "", clock.now()
        _note(identity, kept, wanted)
    return report


def _checked(program: Program, name: str) -> str:
    name = source_name(name, "source")
    like = source_like(program.id, name)
    if like is not None and like.name != name:
        raise DomainError(already_there(like), field="source")
    return name


def _rows(text: str) -> list[Any]:
    try:
        return read_feed(text)
    except SourceUnreadable as broken:
        raise DomainError(str(broken), code="feed-broken") from broken


def _lost(source: str, rows: int, listed: int, gone: int) -> str:
    """Why a feed is not taken unless told so: it is empty, or much smaller than what is listed."""
    if not rows:
        return str(_("This feed has no meetings: nothing was changed. Say so if it is meant."))
    if not has_shrunk(listed, gone):
        return ""
    words = _(
        "%(gone)s of the %(all)s meetings of “%(source)s” are gone from this feed: nothing was changed. "
        "Say so if it is meant.",
        gone=gone, all=listed, source=source,
    )  # fmt: skip
    return str(words)


def _nothing_taken(wanted: ImportPlan) -> str:
    if not wanted.refused or wanted.added or wanted.changed or wanted.unchanged:
        return ""
    return str(_("No meeting of this feed could be taken: nothing was changed."))


def _new_source(program: Program, name: str) -> ListingSource:
    made = ListingSource(program_id=program.id, name=name, format=ListingFormat.MEETING_GUIDE)
    db.session.add(made)
    db.session.flush()
    return made


def _note(identity: Identity, source: ListingSource, wanted: ImportPlan) -> None:
    """One audit row for the whole, and word to the catalogue if anything is different now."""
    counts = {action: len(getattr(wanted, action)) for action in ImportAction}
    record(identity, AuditAction.LISTING_IMPORTED, source, counts=counts)
    if counts[ImportAction.ADDED] or counts[ImportAction.CHANGED] or counts[ImportAction.REMOVED]:
        catalogue_changed(source.program_id)


def _report(source: str, dry_run: bool, wanted: ImportPlan, refusal: str, code: str) -> ImportReport:
    counts = {action: len(getattr(wanted, action)) for action in (*ImportAction, "unchanged")}
    undated = sum(not one.listing.meets for one in wanted.added)
    rows = tuple(_report_rows(wanted))
    return ImportReport(
        source=source,
        dry_run=dry_run,
        without_dates=undated,
        to_review=sum(bool(one.listing.unset) for one in wanted.added),
        refusal=refusal,
        refusal_code=code,
        rows=rows,
        **counts,
    )


def _report_rows(wanted: ImportPlan) -> Iterator[ImportRow]:
    for one in wanted.added:
        yield _read_row(ImportAction.ADDED, one, without_dates=not one.listing.meets)
    for one in wanted.changed:
        yield _read_row(ImportAction.CHANGED, one)
    yield from (ImportRow(ImportAction.REMOVED, slug) for slug in wanted.removed)
    for refused in wanted.refused:
        yield ImportRow(ImportAction.REFUSED, refused.slug, reason=refused.reason, number=refused.number)


def _read_row(action: ImportAction, one: ListingToWrite, *, without_dates: bool = False) -> ImportRow:
    return ImportRow(
        action, one.listing.slug, one.listing.name, one.listing.doubt, without_dates=without_dates
    )
