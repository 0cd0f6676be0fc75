"""The groups that answer a question, the soonest free seat first, with the count of groups beside every choice.

The dates of four weeks, and for a group that has none there its next one, are read once per revision of the catalogue into
an index of bits (rules/group_index.py). Which of them are full is asked anew for every page: of the soonest ones first, and of
all the others only where a page needs them.
"""

from collections import Counter, OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import exists, null, select, union_all

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.catalog.rules import Access, Orientation
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment, NoFaithWish
from groupsched.enrolment.queries.apart import asking_first
from groupsched.enrolment.queries.find import (
    FilteredGroup,
    IndexedCatalogue,
    catalogue_of,
    day_and_hour,
    full_dates,
    groups_found,
    window_dates,
)
from groupsched.enrolment.queries.searched import COUNTED, searched_catalogue
from groupsched.enrolment.rules import (
    CHOICES,
    LIVE,
    OTHER,
    UNSET,
    WALKED_INTO,
    FindFilters,
    GroupDate,
    GroupIndex,
    GroupTurn,
    like_days,
    part_of_day,
    ways_out,
)
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

DAYS = 28
MOST_CARDS = 20
OF_A_KIND = 5
SOON = 400
KEPT = 6
AT_ONCE = 500
STYLES = ("orientation", "structure")
_kept: OrderedDict[tuple[object, ...], GroupIndex] = OrderedDict()
_COLUMNS = (
    Occurrence.id, Occurrence.start, Occurrence.end, Occurrence.local_date, Occurrence.local_minute,
    Occurrence.group_id, Occurrence.timezone, Occurrence.place_id,
)  # fmt: skip


@dataclass(frozen=True)
class FoundGroups:
    """One page of groups. `total` counts all that match, those of the reader (`mine`) among them; `kinds` has the first of
    each kind where there are many, `counts` what each choice would show, `silent` how many groups a chosen style hides because
    they say nothing of it, `elsewhere` how many meetings of others would match, `like` the group of the other belief beside one, `no_faith`
    whether the reader wants no group with faith in it.
    """

    turns: list[GroupTurn] = field(default_factory=list)
    mine: list[GroupTurn] = field(default_factory=list)
    kinds: dict[str, list[GroupTurn]] = field(default_factory=dict)
    of_kind: dict[str, int] = field(default_factory=dict)
    like: dict[int, GroupTurn] = field(default_factory=dict)
    after: tuple[int, int] | None = None
    total: int = 0
    all: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ways_out: list[tuple[str, str, int]] = field(default_factory=list)
    silent: Mapping[str, int] = field(default_factory=dict)
    elsewhere: int = 0
    index: GroupIndex = field(default_factory=lambda: GroupIndex((), {}))
    listings: bool = False
    pairs: bool = False
    no_faith: bool = False

    @property
    def by_kind(self) -> bool:
        """Whether there are so many that they are shown by kind."""
        return bool(self.kinds)

    @property
    def shown(self) -> list[GroupTurn]:
        """Every group on the page."""
        return [*self.turns, *(one for turns in self.kinds.values() for one in turns), *self.mine]


def find_groups(identity: Identity, filters: FindFilters, *, no_faith: bool = False) -> FoundGroups:
    """The groups with a date that answers a question; those that the identity is in come last, apart.

    Private and hidden groups and drafts are never among them; listings of others only when asked for. Who said that they want
    no faith (also by `no_faith`) is shown no faith-based group beside a secular one.
    """
    program = catalogue_of(identity.program_id)
    if program is None:
        return FoundGroups()
    today, now = clock.today(program.timezone), clock.now()
    index = as_seen(identity, groups_of(program, filters, today))
    base = index.to_come(now)
    is_full = FullDates(program.program_id, now, index.start_of(now, SOON))
    full = base & ~index.open_at(now, is_full) if filters.free else 0
    mask = index.matches(filters, base, full)
    theirs, wish = _own(identity.person) if mask else ([], False)
    own = index.among(mask, theirs)
    others = index.without(mask, own)
    found = FoundGroups(
        mine=list(index.in_turn(mask & ~others, now, lambda _one: False)),
        total=index.count(mask),
        all=index.count(base),
        counts=index.counts(filters, base, full),
        ways_out=[] if mask else ways_out(index, filters, base, full),
        silent=_silent(index, filters, base, full),
        elsewhere=0
        if mask or filters.external or not program.listings
        else _elsewhere(program, filters, now),
        index=index,
        listings=program.listings,
        pairs=program.pairs,
        no_faith=no_faith or wish,
    )
    turns = index.in_turn(others, now, is_full)
    page = _by_kind(found, index, others, turns) if _many(found, filters) else _page(found, filters, turns)
    return replace(page, like=_like(index, base, page.turns, now, is_full, no_faith=found.no_faith))


def compared(identity: Identity, uids: Sequence[str]) -> FoundGroups:
    """The groups of these public ids that anybody may find, listings of others too, in the order given, each with the date that
    speaks for it; those that have none to come are left out."""
    program = catalogue_of(identity.program_id)
    if program is None or not uids:
        return FoundGroups()
    now, asked = clock.now(), FindFilters(external=program.listings)
    index = as_seen(identity, groups_of(program, asked, clock.today(program.timezone)))
    query = select(Group.uid, Group.id).where(Group.program_id == program.program_id, Group.uid.in_(uids))
    numbers = {row.uid: row.id for row in db.session.execute(query)}
    base = index.to_come(now)
    mask = base & ~index.without(base, numbers.values())
    is_full = FullDates(program.program_id, now, index.start_of(now, SOON))
    turns = {one.group: one for one in index.in_turn(mask, now, is_full)}
    ordered = [turns[numbers[uid]] for uid in uids if numbers.get(uid) in turns]
    return FoundGroups(turns=ordered, total=len(ordered), index=index)


def as_seen(identity: Identity, index: GroupIndex) -> GroupIndex:
    """The same as its reader sees it: groups that ask them first, because of somebody from whom they are kept apart, are among
    those that ask everybody."""
    return index_for(identity.program_id, identity.person, index)


def index_for(program_id: int | None, person_id: int | None, index: GroupIndex) -> GroupIndex:
    """The same by the numbers of a person and their program."""
    asking = asking_first(program_id, person_id, index.groups)
    if not asking:
        return index
    mask = index.everything & ~index.without(index.everything, asking)
    return index.moved("access", mask, WALKED_INTO, Access.REFERRAL)


class FullDates:
    """Whether a date is full: asked of the database up to one moment at first, and of the rest when it is needed."""

    def __init__(self, program_id: int, start: datetime, soon: datetime) -> None:
        self._program_id, self._until, self._read = program_id, soon, False
        self._full = set(full_dates(program_id, start, soon))

    def __call__(self, one: GroupDate) -> bool:
        """Whether nobody else can join this date."""
        if one.start > self._until and not self._read:
            far = self._until + timedelta(days=800)
            self._full.update(full_dates(self._program_id, self._until, far))
            self._read = True
        return one.id in self._full


def _many(found: FoundGroups, filters: FindFilters) -> bool:
    return found.total > MOST_CARDS and len(filters.values.get("kind", ())) != 1 and filters.after is None


def _by_kind(found: FoundGroups, index: GroupIndex, mask: int, turns: Iterator[GroupTurn]) -> FoundGroups:
    counts = {kind: index.count(mask & index.having("kind", [kind])) for kind in index.values("kind")}
    of_kind = {kind: count for kind, count in counts.items() if count}
    kinds: dict[str, list[GroupTurn]] = {kind: [] for kind in of_kind}
    left = Counter({kind: min(OF_A_KIND, count) for kind, count in of_kind.items()})
    for one in turns:
        kind = one.facets["kind"][0]
        if left[kind]:
            kinds[kind].append(one)
            left[kind] -= 1
            if not left.total():
                break
    return replace(found, kinds=kinds, of_kind=of_kind)


def _page(found: FoundGroups, filters: FindFilters, turns: Iterator[GroupTurn]) -> FoundGroups:
    after = filters.after
    page = list(islice((one for one in turns if after is None or one.key > after), MOST_CARDS + 1))
    more = page[MOST_CARDS - 1].key if len(page) > MOST_CARDS else None
    return replace(found, turns=page[:MOST_CARDS], after=more)


def _silent(index: GroupIndex, filters: FindFilters, base: int, full: int) -> dict[str, int]:
    """For each style that is chosen, how many groups say nothing of it and would be shown besides."""
    said = [name for name in STYLES if filters.values.get(name) and UNSET not in filters.values[name]]
    return {
        name: index.count(
            index.matches(filters.without(name), base, full) & index.having(name, [UNSET])
        )
        for name in said
    }  # fmt: skip


def _like(
    index: GroupIndex,
    base: int,
    turns: Collection[GroupTurn],
    now: datetime,
    is_full: FullDates,
    *,
    no_faith: bool,
) -> dict[int, GroupTurn]:
    """Beside each of these groups that says what it believes, the soonest one like it of the other belief."""
    joined = base & index.having("access", WALKED_INTO)
    found = {}
    for one in turns:
        other = _other(one.facets["orientation"][0])
        if other is None or (no_faith and other == Orientation.FAITH):
            continue
        near = joined & index.having("orientation", [other]) & index.having("kind", one.facets["kind"])
        near &= index.having("time", one.facets["time"])
        like = _first_of(index, near, one, now, is_full)
        if like is not None:
            found[one.group] = like
    return found


def _other(said: str) -> Orientation | None:
    return OTHER.get(Orientation(said)) if said != UNSET else None


def _first_of(
    index: GroupIndex, near: int, one: GroupTurn, now: datetime, is_full: FullDates
) -> GroupTurn | None:
    """The soonest free one on the same day of the week, else on a like day."""
    day = one.facets["day"][0]
    for days in ((day,), like_days(day)):
        mask = near & index.having("day", days)
        first = next(index.in_turn(mask, now, is_full), None) if mask else None
        if first is not None and first.free:
            return first
    return None


def _elsewhere(program: IndexedCatalogue, filters: FindFilters, now: datetime) -> int:
    """How many meetings of others would answer."""
    asked = replace(filters, external=True)
    index = groups_of(program, asked, clock.today(program.timezone))
    return index.count(index.matches(asked, index.to_come(now), 0))


def _own(person_id: int | None) -> tuple[list[int], bool]:
    """The groups that somebody is in, waits for or has asked for; and whether they said that they want no faith. One statement."""
    if person_id is None:
        return [], False
    live = select(Enrolment.group_id).where(Enrolment.person_id == person_id, Enrolment.state.in_(LIVE))
    wish = select(null()).where(exists().where(NoFaithWish.person_id == person_id))
    found = list(db.session.scalars(union_all(live, wish)))
    return sorted(one for one in found if one is not None), None in found


# --- the index ---


def groups_of(program: IndexedCatalogue, filters: FindFilters, today: date) -> GroupIndex:
    """The index of a program's groups, kept as long as the catalogue stays as it is: of the days that are asked for, else of the
    next four weeks and of what begins later."""
    asked = filters.first is not None or filters.last is not None
    first, last = filters.window(today) if asked else (today, today + timedelta(DAYS - 1))
    key = (program, first, last, asked, filters.external)
    index = _kept.get(key)
    if index is None:
        index = _read(program, first, last, filters.external, later=not asked)
        _kept[key] = index
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return index


def _read(
    program: IndexedCatalogue, first: date, last: date, external: bool, *, later: bool
) -> GroupIndex:  # fmt: skip
    catalogue = searched_catalogue(program.program_id, window_dates(program, first, last, external))
    rows = db.session.execute(groups_found(program.program_id, external))
    groups = {row.id: FilteredGroup(catalogue, row) for row in rows}
    dates = list(_dates(program, first, last, external, groups, catalogue.assigned))
    if later:
        silent = set(groups) - {one.group for one in dates}
        dates += _later(program, last, groups, silent)
    facets = {facet for group in groups.values() for facet in group.said}
    return GroupIndex(
        dates,
        {(key, led): group.text(led) for key, group in groups.items() for led in group.led},
        catalogue.spoken(facets | {(name, value) for name in COUNTED for value in CHOICES[name]}),
        {
            "modality": {kind.key: kind.texts for kind in catalogue.kinds.values()},
            "place": {place.key: place.name for place in catalogue.places.values()},
        },
    )


def _dates(
    program: IndexedCatalogue,
    first: date,
    last: date,
    external: bool,
    groups: Mapping[int, FilteredGroup],
    names: Mapping[int, Mapping[int, str]],
) -> Iterator[GroupDate]:
    for row in db.session.execute(select(*_COLUMNS).where(*window_dates(program, first, last, external))):
        one, day = _date(program, row, groups, names.get(row.id))
        if one is not None and first <= day <= last:
            yield one


def _date(
    program: IndexedCatalogue,
    row: Any,
    groups: Mapping[int, FilteredGroup],
    names: Mapping[int, str] | None,
) -> tuple[GroupDate | None, date]:
    """A date and its day, by the clocks of the page; none of a group that is not found."""
    day, hour = day_and_hour(program, row)
    shown = groups.get(row.group_id)
    if shown is None:
        return None, day
    part, led = part_of_day(time(hour)), shown.led_by(names)
    slot = (day.weekday(), part, row.place_id, led)
    facets = shown.at(day.weekday(), part, row.place_id)
    return GroupDate(row.id, row.group_id, row.start, row.end, slot, led, facets), day


def _later(
    program: IndexedCatalogue, last: date, groups: Mapping[int, FilteredGroup], silent: Collection[int]
) -> Iterator[GroupDate]:
    """The next date of each of these groups, which have none until that day."""
    after = datetime.combine(last, time(), UTC)
    first = (
        select(Occurrence.id)
        .where(
            Occurrence.group_id == Group.id,
            Occurrence.start > after,
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            ~Occurrence.dropped,
        )
        .correlate(Group)
        .order_by(Occurrence.start, Occurrence.id)
        .limit(1)
    )
    numbers = sorted(silent)
    for begin in range(0, len(numbers), AT_ONCE):
        some = Group.id.in_(numbers[begin : begin + AT_ONCE])
        ids = select(first.scalar_subquery()).where(some)
        for row in db.session.execute(select(*_COLUMNS).where(Occurrence.id.in_(ids))):
            one, day = _date(program, row, groups, None)
            if one is not None and day > last:
                yield one
