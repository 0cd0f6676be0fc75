"""Writing listings into the catalogue and the schedule, many at a time."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from groupsched.access.models import Program
from groupsched.catalog.models import Group, ListingSource, Modality, Place
from groupsched.catalog.rules import AttendanceMode, GroupState
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.exchange.queries import table_of
from groupsched.exchange.rules import ENDS, MATTERS, ImportPlan, Listing, ListingToWrite, read_row
from groupsched.schedule.models import Series
from groupsched.schedule.queries import current_series_of
from groupsched.schedule.rules import SeriesRule
from groupsched.schedule.service import add_listed_series, end_listed_series, move_listed_dates

Progress = Callable[[int, int], None]
"""Told how many listings are written, and of how many."""

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
        series = current_series_of(list(before.values()))
        pairs = [self._pair(one, before.get(one.listing.slug), series) for one in taken]
        db.session.flush()
        self._put_dates(pairs, series)

    def _groups(self, slugs: Sequence[str]) -> dict[str, Group]:
        query = select(Group).where(Group.source_id == self.source.id, Group.source_slug.in_(slugs))
        return {str(group.source_slug): group for group in db.session.scalars(query)}

    def _pair(
        self, taken: ListingToWrite, group: Group | None, series: Mapping[int, Series]
    ) -> tuple[Group, Listing]:
        """The group of a listing, and the listing with the length that a person said where its own is not meant."""
        listing = taken.listing
        settled = self._settled_by_hand(group, listing) if group else ()
        known = series.get(group.id) if group and ENDS in settled else None
        if known is not None:
            listing = replace(listing, minutes=known.duration_minutes)
        return self._group(taken, group, settled), listing

    def _group(self, taken: ListingToWrite, group: Group | None, settled: Sequence[str]) -> Group:
        listing = taken.listing
        if group is None:
            group = Group(program_id=self.program.id, source_id=self.source.id, source_slug=listing.slug)
            db.session.add(group)
        for name in MATTERS:
            if name not in settled:
                setattr(group, name, getattr(listing, name))
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

    def _settled_by_hand(self, group: Group, listing: Listing) -> list[str]:
        """What a person answered: the row before did not say it either, and the question is closed."""
        row = read_row(group.source_row, 0, table_of(self.source.fellowship), listing.timezone)
        unsaid = row.unset if isinstance(row, Listing) else ()
        return [name for name in listing.unset if name in unsaid and name not in group.review]

    # --- dates ------------------------------------------------------------------------------------------------

    def _put_dates(self, pairs: Sequence[tuple[Group, Listing]], series: Mapping[int, Series]) -> None:
        """New dates where a listing is new or meets at another time; the same dates where only the rest changed."""
        same = {group.id for group, listing in pairs if _meets_alike(series.get(group.id), listing)}
        end_listed_series([number for number in series if number not in same])
        new = [(group, listing) for group, listing in pairs if listing.meets and group.id not in same]
        add_listed_series((group, rule_of(listing, self.now)) for group, listing in new)
        for group, _listing in pairs:
            if group.id in same:
                move_listed_dates(group)

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
                "This program has no kind of session with the key support-group. Run `groupsched db upgrade`."
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


def rule_of(listing: Listing, now: datetime) -> SeriesRule:
    """The weekly rule of a listing that meets, from today on."""
    today = now.astimezone(ZoneInfo(listing.timezone)).date()
    return SeriesRule(today, listing.start, listing.minutes or 0, listing.timezone, listing.rrule)


def place_key(source: ListingSource, listing: Listing) -> str:
    """The key of the place where a listing meets; empty for one that meets online only."""
    if listing.mode is AttendanceMode.ONLINE:
        return ""
    where = f"{listing.location}\n{listing.address}".casefold()
    return f"listed-{source.id}-{hashlib.sha256(where.encode()).hexdigest()[:24]}"


def _meets_alike(series: Series | None, listing: Listing) -> bool:
    """Whether a listing meets at the times that its dates already say."""
    if series is None or not listing.meets:
        return False
    now = (series.start_time, series.duration_minutes, series.timezone, series.rrule)
    return now == (f"{listing.start:%H:%M}", listing.minutes, listing.timezone, listing.rrule)
