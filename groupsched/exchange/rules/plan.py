"""A repeated import: what is new, changed, gone, unchanged or refused. Compared in a normal form."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from groupsched.exchange.rules.listings import Listing, Refused

_COMPARED = tuple(one.name for one in fields(Listing) if one.name not in ("row", "page", "slug"))


@dataclass(frozen=True)
class Known:
    """A listing that this source brought before: its fingerprint, and whether it is in the catalogue now."""

    fingerprint: str
    listed: bool


@dataclass(frozen=True)
class Taken:
    """A listing to write, with the fingerprint to remember it by."""

    listing: Listing
    fingerprint: str


@dataclass(frozen=True)
class Plan:
    """What an import will do; `removed` are slugs of this source that the feed no longer has."""

    added: tuple[Taken, ...]
    changed: tuple[Taken, ...]
    unchanged: tuple[Taken, ...]
    removed: tuple[str, ...]
    refused: tuple[Refused, ...]


def fingerprint(listing: Listing) -> str:
    """A short hash of what people would notice: not when it was updated, not links to pages, not white space."""
    said = {name: getattr(listing, name) for name in _COMPARED} | {"codes": sorted(listing.codes)}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:32]


def plan(read: Iterable[Listing | Refused], known: Mapping[str, Known]) -> Plan:
    """Compare a feed with what its source brought before. A row that is refused is still there: it is not removed."""
    added: list[Taken] = []
    changed: list[Taken] = []
    unchanged: list[Taken] = []
    refused: list[Refused] = []
    gone = {slug for slug, one in known.items() if one.listed}
    for one in read:
        gone.discard(one.slug)
        if isinstance(one, Refused):
            refused.append(one)
            continue
        taken, before = Taken(one, fingerprint(one)), known.get(one.slug)
        same = before is not None and before.listed and before.fingerprint == taken.fingerprint
        kind = unchanged if same else changed if before is not None and before.listed else added
        kind.append(taken)
    return Plan(tuple(added), tuple(changed), tuple(unchanged), tuple(sorted(gone)), tuple(refused))
