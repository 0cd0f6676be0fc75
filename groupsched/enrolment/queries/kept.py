"""What a process keeps of a catalogue. The revision is read in the same request, and what was changed since is read anew: of
the groups that were changed alone, where that is known and they are few."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from sqlalchemy import select

from groupsched.core.db import db
from groupsched.enrolment.models import CatalogueChange

MOST_MENDED = 200
"""So many groups are mended in one index, with all that came before: then it is read as a whole, and has no gaps."""


@dataclass(frozen=True)
class IndexedCatalogue:
    """A program's catalogue as it stands: the revision tells whether an index is still true."""

    program_id: int
    uid: str
    timezone: str
    revision: int
    listings: bool
    pairs: bool


class Mendable(Protocol):
    """An index in which groups can be replaced."""

    def mended(self, groups: Collection[int], fresh: Self) -> Self:
        """The same, where these groups are as in another index."""


Kind = TypeVar("Kind", bound=Mendable)


@dataclass(frozen=True)
class _Kept(Generic[Kind]):
    catalogue: IndexedCatalogue
    index: Kind
    mended: int = 0


class KeptIndexes(Generic[Kind]):
    """Indexes of windows of a catalogue, the latest ones, each as of the last revision that somebody asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], _Kept[Kind]] = OrderedDict()

    def index(
        self,
        catalogue: IndexedCatalogue,
        window: tuple[object, ...],
        read: Callable[[Collection[int] | None], Kind],
    ) -> Kind:
        """The index of a window of a catalogue; `read` reads that of some groups, or (None) of all."""
        key = (catalogue.program_id, catalogue.uid, catalogue.timezone, *window)
        was = self._kept.get(key)
        now = self._mended(was, catalogue, read) if was is not None else None
        if now is None:
            now = _Kept(catalogue, read(None))
        self._kept[key] = now
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return now.index

    def _mended(
        self, was: _Kept[Kind], catalogue: IndexedCatalogue, read: Callable[[Collection[int] | None], Kind]
    ) -> _Kept[Kind] | None:
        """What is kept with what was changed since; None where that is not known, or too much."""
        groups = groups_changed(was.catalogue, catalogue, MOST_MENDED - was.mended)
        if groups is None:
            return None
        index = was.index.mended(groups, read(groups)) if groups else was.index
        return _Kept(catalogue, index, was.mended + len(groups))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


def groups_changed(was: IndexedCatalogue, now: IndexedCatalogue, most: int) -> Collection[int] | None:
    """The groups of a program that are not as they were; None where more than `most` are, or it is not known which ones."""
    revisions = now.revision - was.revision
    if not 0 <= revisions <= most:
        return None
    change = CatalogueChange
    since = select(change.groups).where(
        change.program_id == now.program_id, change.revision.between(was.revision + 1, now.revision)
    )
    rows = db.session.scalars(since).all() if revisions else []
    groups = {group for row in rows for group in row}
    return groups if len(rows) == revisions and len(groups) <= most else None
