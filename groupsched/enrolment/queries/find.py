"""What can be found: any question to the published dates of a window, with the count beside every choice.

The dates of a window are read into an index of bits (rules/index.py), and with a new revision of the catalogue those of the
groups that were changed are read anew (kept.py). A page
then costs one query for the revision, one for the full dates and those for its own rows, however many dates there are.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, select, text
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.catalog.models import Group, ListingSource
from groupsched.catalog.rules import Access, GroupState, Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries.apart import meeting, others_of
from groupsched.enrolment.queries.kept import IndexedCatalogue, KeptIndexes
from groupsched.enrolment.queries.searched import (
    COUNTED,
    GROUP_COLUMNS,
    Facet,
    SearchedCatalogue,
    facet_pairs,
    searched_catalogue,
    together,
)
from groupsched.enrolment.rules import (
    CHOICES,
    WALKED_INTO,
    DateIndex,
    FindFilters,
    IndexEntry,
    part_of_day,
    ways_out,
)
from groupsched.schedule.models import CLOSED_TO_ALL, Occurrence
from groupsched.schedule.queries import with_leaders
from groupsched.schedule.rules import OccurrenceStatus

PAGE = 50
_kept: KeptIndexes[DateIndex] = KeptIndexes(12)


@dataclass(frozen=True)
class FindPage:
    """One page of an answer. `total` counts all that match, `counts` what each choice would show, `ways_out` what
    would show something where nothing matches; `after` is the cursor of the next page, `listings` whether there are groups that others run."""

    occurrences: list[Occurrence]
    after: tuple[int, int] | None
    total: int
    counts: Mapping[str, Mapping[str, int]]
    ways_out: list[tuple[str, str, int]]
    index: DateIndex
    mask: int
    listings: bool = False


def find_occurrences(identity: Identity, filters: FindFilters, *, limit: int = PAGE) -> FindPage:
    """The published dates that answer a question, from now on, in order of their start.

    Private and hidden groups and drafts are never among them; listings of others only when asked for.
    """
    program = catalogue_of(identity.program_id)
    if program is None:
        return FindPage([], None, 0, {}, [], DateIndex((), {}), 0)
    first, last = filters.window(clock.today(program.timezone))
    index = _as_seen(identity, window_of(program, first, last, external=filters.external), first, last)
    base = index.to_come(clock.now())
    full = index.of(full_dates(program.program_id, *bounds(first, last)))
    mask = index.matches(filters, base, full)
    page = index.page(mask, filters.after, limit)
    return FindPage(
        occurrences=load(page.ids),
        after=page.after,
        total=mask.bit_count(),
        counts=index.counts(filters, base, full),
        ways_out=ways_out(index, filters, base, full) if not mask else [],
        index=index,
        mask=mask,
        listings=program.listings,
    )


def _as_seen(identity: Identity, index: DateIndex, first: date, last: date) -> DateIndex:
    """The same as its reader sees it: dates of groups that ask them first, because of somebody from whom they are kept apart, are
    among those of groups that ask everybody."""
    others = (
        others_of(identity.program_id, [identity.person]).get(identity.person, [])
        if identity.person is not None
        else []
    )
    if not others:
        return index
    span = and_(Occurrence.local_date >= first, Occurrence.local_date <= last)
    rows = db.session.execute(
        select(Occurrence.group_id, Occurrence.id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(Group.program_id == identity.program_id, Group.access.in_(WALKED_INTO), span)
        .order_by(Occurrence.id)
    ).all()
    asking = {group for group, _why in meeting({row.group_id for row in rows}, others)}
    mask = index.of([row.id for row in rows if row.group_id in asking])
    return index.moved("access", mask, WALKED_INTO, Access.REFERRAL)


def load(ids: tuple[int, ...]) -> list[Occurrence]:
    """These dates with their groups, in the given order."""
    query = (
        select(Occurrence)
        .options(
            joinedload(Occurrence.group).joinedload(Group.modality),
            joinedload(Occurrence.group).joinedload(Group.place),
            joinedload(Occurrence.group).joinedload(Group.source),
            *with_leaders(),
            joinedload(Occurrence.place),
            joinedload(Occurrence.laid_topic),
        )
        .where(Occurrence.id.in_(ids))
    )
    rows = {row.id: row for row in db.session.scalars(query).unique()}
    return [rows[one] for one in ids if one in rows]


def catalogue_of(program_id: int | None) -> IndexedCatalogue | None:
    """A program's catalogue as it stands; None where there is no such program."""
    listings = exists().where(ListingSource.program_id == Program.id)
    pairs = exists().where(Group.program_id == Program.id, Group.secular_pair_id.is_not(None))
    query = select(Program.id, Program.uid, Program.timezone, Program.catalogue_revision, listings, pairs)
    row = db.session.execute(query.where(Program.id == program_id)).first()
    return IndexedCatalogue(*row) if row is not None else None


def catalogue_as(program: Program) -> IndexedCatalogue:
    """The same of a program that was read in this request, for who does not ask whether there are listings or pairs."""
    return IndexedCatalogue(
        program.id, program.uid, program.timezone, program.catalogue_revision, listings=False, pairs=False
    )


def window_of(catalogue: IndexedCatalogue, first: date, last: date, *, external: bool) -> DateIndex:
    """The index of a window, kept as long as the catalogue stays as it is."""
    return _kept.index(
        catalogue, (first, last, external), lambda only: _read(catalogue, first, last, external, only)
    )


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Instants that surely hold these local days, in whichever zone."""
    midnight = datetime.combine(first, time(), UTC)
    return midnight - timedelta(hours=15), midnight + (last - first) + timedelta(hours=39)


def full_dates(program_id: int, start: datetime, end: datetime) -> list[int]:
    """Dates that start between two moments and that nobody else can join: without a free seat, or cancelled."""
    query = select(Occurrence.id).where(
        Occurrence.program_id == program_id,
        Occurrence.external.is_(False),
        Occurrence.start.between(start, end),
        text(CLOSED_TO_ALL),
    )
    return list(db.session.scalars(query))


def _read(
    program: IndexedCatalogue, first: date, last: date, external: bool, only: Collection[int] | None
) -> DateIndex:
    dates = window_dates(program, first, last, external, only)
    catalogue = searched_catalogue(program.program_id, dates, only)
    rows = db.session.execute(groups_found(program.program_id, external, only))
    groups = {row.id: FilteredGroup(catalogue, row) for row in rows}
    entries = list(_entries(program, first, last, dates, groups, catalogue.assigned))
    facets = {facet for group in groups.values() for facet in group.said}
    return DateIndex(
        entries,
        {(key, led): group.text(led) for key, group in groups.items() for led in group.led},
        catalogue.spoken(facets | {(name, value) for name in COUNTED for value in CHOICES[name]}),
        {
            "modality": {kind.key: kind.texts for kind in catalogue.kinds.values()},
            "place": {place.key: place.name for place in catalogue.places.values()},
        },
    )


def groups_found(program_id: int, external: bool, only: Collection[int] | None = None) -> Any:
    """The groups of a program that anybody may find, as GROUP_COLUMNS, or `only` some of them; those that others run only if
    asked."""
    query = select(*GROUP_COLUMNS).where(
        Group.program_id == program_id,
        Group.state == GroupState.PUBLISHED,
        Group.setting != Setting.PRIVATE,
        Group.hidden.is_(False),
    )
    if only is not None:
        query = query.where(Group.id.in_(only))
    return query if external else query.where(Group.source_id.is_(None))


class FilteredGroup:
    """A group as the filters see it: its dates share all but day and time, and where others lead or it is elsewhere, that."""

    def __init__(self, catalogue: SearchedCatalogue, row: Any) -> None:
        self._catalogue, self._row = catalogue, row
        self._facets, self._words = catalogue.facets_of(row), catalogue.words_of(row)
        self._usual = catalogue.leaders.get(row.id, "")
        self._timed: dict[tuple[int, str, int | None], dict[str, tuple[str, ...]]] = {}
        self.led = {self._usual}

    def at(self, weekday: int, part: str, place_id: int | None) -> dict[str, tuple[str, ...]]:
        """The facets of a date then and there; in no place of its own it is where its group is."""
        key = (weekday, part, place_id or self._row.place_id)
        if key not in self._timed:
            there = together(self._facets, self._catalogue.facets_at(key[2]))
            self._timed[key] = {**there, "day": (CHOICES["day"][weekday],), "time": (part,)}
        return self._timed[key]

    def led_by(self, names: Mapping[int, str] | None) -> tuple[int, str]:
        """What keys the words of a date that these people lead, or, where nobody was named, those of its group."""
        led = "".join(names.values()) if names else self._usual
        self.led.add(led)
        return self._row.id, led

    def text(self, led: str) -> str:
        """Every word of its dates that are led so."""
        return f"{self._words}{led}"

    @property
    def said(self) -> set[Facet]:
        """Every facet of the group and of its dates."""
        return facet_pairs(self._facets).union(*map(facet_pairs, self._timed.values()))


def window_dates(
    program: IndexedCatalogue, first: date, last: date, external: bool, only: Collection[int] | None = None
) -> tuple[ColumnElement[bool], ...]:
    """What holds of the dates of a window, of all groups or `only` of some, and of a few more in other zones."""
    of_program = (
        Occurrence.program_id == program.program_id,
        Occurrence.external.in_([False, True] if external else [False]),
    )
    # Of a few groups the numbers say all: with the program, too, SQLite would walk through all dates of the window.
    return (
        *(of_program if only is None else (Occurrence.group_id.in_(only),)),
        Occurrence.start.between(*bounds(first, last)),
        Occurrence.status != OccurrenceStatus.DID_NOT_MEET,
        ~Occurrence.dropped,
    )


def _entries(
    program: IndexedCatalogue,
    first: date,
    last: date,
    dates: Sequence[ColumnElement[bool]],
    groups: Mapping[int, FilteredGroup],
    names: Mapping[int, Mapping[int, str]],
) -> Iterator[IndexEntry]:
    """The dates of a window. Their day and part of the day are those of the page, whatever clocks show where they meet."""
    query = select(
        Occurrence.id, Occurrence.start, Occurrence.end, Occurrence.local_date, Occurrence.local_minute,
        Occurrence.group_id, Occurrence.timezone, Occurrence.place_id,
    ).where(*dates)  # fmt: skip
    for row in db.session.execute(query):
        shown = groups.get(row.group_id)
        day, hour = day_and_hour(program, row)
        if shown is not None and first <= day <= last:
            facets = shown.at(day.weekday(), part_of_day(time(hour)), row.place_id)
            text = shown.led_by(names.get(row.id))
            yield IndexEntry(row.id, row.group_id, row.start, row.end, day, text, facets)


def day_and_hour(program: IndexedCatalogue, row: Any) -> tuple[date, int]:
    """The day and the hour at which a date begins by the clocks of the page."""
    if row.timezone == program.timezone:
        return row.local_date, row.local_minute // 60 % 24
    here = row.start.astimezone(ZoneInfo(program.timezone))
    return here.date(), here.hour
