"""Bringing other people's listings in, and settling by hand what they do not say."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group, ListingSource, Modality, Place
from groupsched.catalog.rules import AttendanceMode, GroupState, ListingFormat
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.text import clean_line
from groupsched.exchange.queries import MATTERS, known_listings, source_named, table_of
from groupsched.exchange.rules import (
    ImportAction,
    ImportPlan,
    Listing,
    ListingToWrite,
    SourceUnreadable,
    plan,
    read_feed,
    read_row,
    read_rows,
)
from groupsched.schedule.models import Series
from groupsched.schedule.queries import current_series_of
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_listed_series, end_listed_series, move_listed_dates

# --- One import: read the feed, compare it with what its source brought before, write, and report row by row.

SOURCE_LENGTH = 80
Progress = Callable[[int, int], None]
"""Told how many listings are written, and of how many."""


@dataclass(frozen=True)
class ImportRow:
    """What became (or would become) of one row. `number` is its place in the feed where it was refused."""

    action: ImportAction
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
    name = clean_line(name)
    if not 1 <= len(name) <= SOURCE_LENGTH:
        raise DomainError(f"The name of a source has 1 to {SOURCE_LENGTH} characters.", field="source")
    return name


def _rows(text: str) -> list[Any]:
    try:
        return read_feed(text)
    except SourceUnreadable as broken:
        raise DomainError(str(broken), code="feed-broken") from broken


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


def _report(source: str, dry_run: bool, wanted: ImportPlan) -> ImportReport:
    counts = {action: len(getattr(wanted, action)) for action in (*ImportAction, "unchanged")}
    return ImportReport(source=source, dry_run=dry_run, rows=tuple(_report_rows(wanted)), **counts)


def _report_rows(wanted: ImportPlan) -> Iterator[ImportRow]:
    yield from (ImportRow(ImportAction.ADDED, one.listing.slug, one.listing.name) for one in wanted.added)
    yield from (ImportRow(ImportAction.CHANGED, one.listing.slug, one.listing.name) for one in wanted.changed)
    yield from (ImportRow(ImportAction.REMOVED, slug) for slug in wanted.removed)
    yield from (
        ImportRow(ImportAction.REFUSED, one.slug, reason=one.reason, number=one.number)
        for one in wanted.refused
    )


# --- Writing listings into the catalogue and the schedule, many at a time.

DEFAULT_MODALITY = "support-group"
STEP_FREE = "step-free"
CHUNK = 200


def catalogue_changed(program_id: int) -> None:
    """Say that lists kept for this program are out of date."""
    revision = update(Program).where(Program.id == program_id)
    db.session.execute(revision.values(catalogue_revision=Program.catalogue_revision + 1))


def touch(group: Group, now: datetime) -> None:
    """Note that a group is different now."""
    group.version = (group.version or 0) + 1
    group.changed_at = now


def chunks(ids: Sequence[int], size: int = CHUNK) -> Iterator[Sequence[int]]:
    """A long list in parts that a database takes in one statement."""
    return (ids[first : first + size] for first in range(0, len(ids), size))


class ListingWriter:
    """The work of one import into one source."""

    def __init__(
        self, program: Program, source: ListingSource, now: datetime, progress: Progress | None
    ) -> None:
        self.program, self.source, self.now = program, source, now
        self.progress: Progress = progress or (lambda _done, _all: None)
        self.places: dict[str, Place] = {}
        self.modalities: dict[str, int] = {}

    def write(self, wanted: ImportPlan) -> None:
        """Write what the plan says."""
        taken = [*wanted.added, *wanted.changed]
        if taken:
            self.modalities = self._modalities()
            self.places = self._places([one.listing for one in taken])
        for done in range(0, len(taken), CHUNK):
            self._put(taken[done : done + CHUNK])
            self.progress(min(done + CHUNK, len(taken)), len(taken))
        self._retire(wanted.removed)

    # --- listings ---------------------------------------------------------------------------------------------

    def _put(self, taken: Sequence[ListingToWrite]) -> None:
        before = self._groups([one.listing.slug for one in taken])
        pairs = [(self._group(one, before.get(one.listing.slug)), one.listing) for one in taken]
        db.session.flush()
        self._put_dates(pairs, list(before.values()))

    def _groups(self, slugs: Sequence[str]) -> dict[str, Group]:
        query = select(Group).where(Group.source_id == self.source.id, Group.source_slug.in_(slugs))
        return {str(group.source_slug): group for group in db.session.scalars(query)}

    def _group(self, taken: ListingToWrite, group: Group | None) -> Group:
        listing = taken.listing
        settled = self._settled_by_hand(group, listing) if group else {}
        if group is None:
            group = Group(program_id=self.program.id, source_id=self.source.id, source_slug=listing.slug)
            db.session.add(group)
        for name in MATTERS:
            setattr(group, name, settled[name] if name in settled else getattr(listing, name))
        group.review = [name for name in listing.unset if name not in settled]
        self._fill(group, listing)
        group.state, group.retired_at = GroupState.PUBLISHED, None
        group.published_at = group.published_at or self.now
        group.source_url, group.source_row, group.source_hash = listing.page, listing.row, taken.fingerprint
        touch(group, self.now)
        return group

    def _fill(self, group: Group, listing: Listing) -> None:
        group.title, group.description = listing.name, listing.notes
        group.modality_id = self._modality(listing)
        group.attendance_mode, group.online_link = listing.mode, listing.link
        group.languages, group.audience = list(listing.languages), list(listing.audience)
        group.tags = sorted({*listing.needs, *listing.tags})
        place = self.places.get(place_key(self.source, listing))
        group.place_id = place.id if place else None

    def _settled_by_hand(self, group: Group, listing: Listing) -> dict[str, str | None]:
        """What a person answered: the row before did not say it either, and the question is closed."""
        row = read_row(group.source_row, 0, table_of(self.source.fellowship), listing.timezone)
        unsaid = row.unset if isinstance(row, Listing) else ()
        closed = [name for name in listing.unset if name in unsaid and name not in group.review]
        return {name: getattr(group, name) for name in closed}

    # --- dates ------------------------------------------------------------------------------------------------

    def _put_dates(self, pairs: Sequence[tuple[Group, Listing]], known: list[Group]) -> None:
        """New dates where a listing is new or meets at another time; the same dates where only the rest changed."""
        series = current_series_of(known)
        same = {group.id for group, listing in pairs if _meets_alike(series.get(group.id), listing)}
        end_listed_series([group.id for group in known if group.id not in same])
        new = [
            (group, self._rule(listing))
            for group, listing in pairs
            if listing.active and group.id not in same
        ]
        add_listed_series(new)
        for group, _listing in pairs:
            if group.id in same:
                move_listed_dates(group)

    def _rule(self, listing: Listing) -> SeriesRule:
        today = self.now.astimezone(ZoneInfo(listing.timezone)).date()
        return SeriesRule(today, listing.start, listing.minutes, listing.timezone, listing.rrule)

    def _retire(self, slugs: Sequence[str]) -> None:
        query = select(Group.id).where(Group.source_id == self.source.id, Group.source_slug.in_(slugs))
        for ids in chunks(list(db.session.scalars(query)) if slugs else []):
            end_listed_series(ids)
            retired = update(Group).where(Group.id.in_(ids))
            db.session.execute(
                retired.values(
                    state=GroupState.RETIRED,
                    retired_at=self.now,
                    changed_at=self.now,
                    version=Group.version + 1,
                )
            )

    # --- what listings point at -------------------------------------------------------------------------------

    def _modalities(self) -> dict[str, int]:
        query = select(Modality.key, Modality.id).where(Modality.program_id == self.program.id)
        found = {row.key: row.id for row in db.session.execute(query)}
        if DEFAULT_MODALITY not in found:
            raise DomainError(
                "This program has no kind of work with the key support-group. Run `groupsched db upgrade`."
            )
        return found

    def _modality(self, listing: Listing) -> int:
        return self.modalities.get(listing.modality or "", self.modalities[DEFAULT_MODALITY])

    def _places(self, listings: Iterable[Listing]) -> dict[str, Place]:
        """The places of these listings by their keys; new ones are made."""
        wanted = {key: listing for listing in listings if (key := place_key(self.source, listing))}
        query = select(Place).where(Place.program_id == self.program.id, Place.external.is_(True))
        found = {place.key: place for place in db.session.scalars(query)}
        for key, listing in wanted.items():
            if key not in found:
                found[key] = self._place(key, listing)
            found[key].step_free = found[key].step_free or STEP_FREE in listing.needs
        db.session.flush()
        return found

    def _place(self, key: str, listing: Listing) -> Place:
        name = listing.location or listing.address.split(",")[0]
        place = Place(
            program_id=self.program.id, key=key, name=name[:160], address=listing.address, external=True
        )
        db.session.add(place)
        return place


def place_key(source: ListingSource, listing: Listing) -> str:
    """The key of the place where a listing meets; empty for one that meets online only."""
    if listing.mode is AttendanceMode.ONLINE:
        return ""
    where = f"{listing.location}\n{listing.address}".casefold()
    return f"listed-{source.id}-{hashlib.sha256(where.encode()).hexdigest()[:24]}"


def _meets_alike(series: Series | None, listing: Listing) -> bool:
    """Whether a listing meets at the times that its dates already say."""
    if series is None or not listing.active:
        return False
    now = (series.start_time, series.duration_minutes, series.timezone, series.rrule)
    return now == (f"{listing.start:%H:%M}", listing.minutes, listing.timezone, listing.rrule)


# --- Settling by hand what listings do not say.


def settle(identity: Identity, groups: Iterable[Group], decisions: Mapping[str, str | None]) -> int:
    """Answer open questions about listings; None closes a question without an answer. Returns how many changed.

    What a listing says itself stays. A later import keeps the answers, as long as its row says nothing else.
    """
    settled = [group for group in groups if _settle(identity, group, decisions)]
    if settled:
        record(identity, AuditAction.LISTING_SETTLED, count=len(settled), answers=dict(decisions))
        catalogue_changed(settled[0].program_id)
    return len(settled)


def _settle(identity: Identity, group: Group, decisions: Mapping[str, str | None]) -> bool:
    ensure(identity, Permission.LISTINGS_REVIEW, Facts(program=group.program_id))
    answered = [name for name in group.review if name in decisions and name in MATTERS]
    for name in answered:
        setattr(group, name, decisions[name])
    if answered:
        group.review = [name for name in group.review if name not in answered]
        touch(group, clock.now())
    return bool(answered)
