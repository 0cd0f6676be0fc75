"""A repeated import: what is new, changed, gone, unchanged or refused. Compared in a normal form."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from groupsched.exchange.rules.listings import Listing, RefusedRow

_COMPARED = tuple(one.name for one in fields(Listing) if one.name not in ("row", "page", "slug"))
# Compared where they say something: a listing that was read before there were such fields is no other one for it.
_LATER = ("by_phone", "phone", "doubt")
LOST_SHARE = 3
"""A feed that has lost more than one of so many listings is not taken unless told so."""


class ImportAction(StrEnum):
    """What becomes of a row of an import."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    REFUSED = "refused"


@dataclass(frozen=True)
class KnownListing:
    """A listing that this source brought before: its fingerprint, and whether it is in the catalogue now."""

    fingerprint: str
    listed: bool


@dataclass(frozen=True)
class ListingToWrite:
    """A listing to write, with the fingerprint to remember it by."""

    listing: Listing
    fingerprint: str


@dataclass(frozen=True)
class ImportPlan:
    """What an import will do; `removed` are slugs of this source that the feed no longer has."""

    added: tuple[ListingToWrite, ...]
    changed: tuple[ListingToWrite, ...]
    unchanged: tuple[ListingToWrite, ...]
    removed: tuple[str, ...]
    refused: tuple[RefusedRow, ...]


def fingerprint(listing: Listing) -> str:
    """A short hash of what people would notice: not when it was updated, not links to pages, not white space."""
    told = {name: getattr(listing, name) for name in _COMPARED}
    said = {k: v for k, v in told.items() if v or k not in _LATER} | {"codes": sorted(listing.codes)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]


def plan(read: Iterable[Listing | RefusedRow], known: Mapping[str, KnownListing]) -> ImportPlan:
    """Compare a feed with what its source brought before. A row that is refused is still there: it is not removed."""
    added: list[ListingToWrite] = []
    changed: list[ListingToWrite] = []
    unchanged: list[ListingToWrite] = []
    refused: list[RefusedRow] = []
    gone = {slug for slug, one in known.items() if one.listed}
    for one in read:
        gone.discard(one.slug)
        if isinstance(one, RefusedRow):
            refused.append(one)
            continue
        taken, before = ListingToWrite(one, fingerprint(one)), known.get(one.slug)
        same = before is not None and before.listed and before.fingerprint == taken.fingerprint
        kind = unchanged if same else changed if before is not None and before.listed else added
        kind.append(taken)
    return ImportPlan(tuple(added), tuple(changed), tuple(unchanged), tuple(sorted(gone)), tuple(refused))


def has_shrunk(listed: int, gone: int) -> bool:
    """Whether so many of the listings are gone that the feed is more likely broken than meant.

    >>> has_shrunk(6, 2), has_shrunk(6, 3), has_shrunk(0, 0)
    (False, True, False)
    """
    return gone * LOST_SHARE > listed


def kind_of(reason: str) -> str:
    """A reason without the value behind its colon.

    >>> kind_of("Its time cannot be read: late."), kind_of("It has no name.")
    ('Its time cannot be read.', 'It has no name.')
    """
    return f"{reason.partition(':')[0].rstrip('.')}."
