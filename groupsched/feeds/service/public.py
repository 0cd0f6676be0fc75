"""The public calendar: rendered once for each edition of the catalogue and each question, and kept in memory."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from groupsched.access.identity import Identity
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _, current_language
from groupsched.core.text import clean_line
from groupsched.enrolment.queries import unknown_values
from groupsched.enrolment.rules import Q_LENGTH, FilterFault, FindFilters, filter_faults
from groupsched.enrolment.words import fault_words
from groupsched.feeds.queries import CatalogueVersion, FeedContents, catalogue_version, shown_in_public
from groupsched.feeds.rules import FetchConditions, etag_of, zipped_etag
from groupsched.feeds.service.fetching import (
    MOST_BYTES,
    MOST_EVENTS,
    FetchAnswer,
    fresh,
    packed,
    written,
)

KEPT = 16
SEATS_KEPT = timedelta(minutes=1)  # who has free seats changes without a new edition


class FilterNotUnderstood(DomainError):
    """An address that asks for what was never there: a calendar of everything would not be what was meant."""

    status = 400


@dataclass(frozen=True, slots=True)
class RenderedFeed:
    """An answer to one question: the bytes, or none where they are more than a calendar can take."""

    fresh_until: datetime
    modified_at: datetime
    body: bytes = b""
    zipped: bytes = b""
    etag: str = ""


_kept: OrderedDict[tuple[object, ...], RenderedFeed] = OrderedDict()
_printing = Lock()


def fetch_public(
    identity: Identity, query: Mapping[str, Iterable[str]], asked: FetchConditions
) -> FetchAnswer:
    """Answer a fetch of the public calendar.

    Raises FilterNotUnderstood, and DomainError where the filter has to be narrower.
    """
    filters, present = FindFilters.parse(query), catalogue_version(identity)
    if present is None:
        raise NotFound
    _refuse(filter_faults(query, clock.today(present.timezone)))
    printed = _printed(identity, filters, present)
    if not printed.body:
        raise _too_much()
    etag = zipped_etag(printed.etag) if asked.zipped else printed.etag
    if asked.holds(printed.etag, printed.modified_at):
        return FetchAnswer(etag, printed.modified_at)
    return FetchAnswer(
        etag, printed.modified_at, printed.zipped if asked.zipped else printed.body, asked.zipped
    )


def _printed(identity: Identity, filters: FindFilters, present: CatalogueVersion) -> RenderedFeed:
    key = (present, filters.query(), current_language())
    kept = _kept.get(key)
    if kept is not None and clock.now() < kept.fresh_until:
        return kept
    with _printing:
        # Once more: whoever waited here finds what the first one printed.
        kept = _kept.get(key)
        if kept is None or clock.now() >= kept.fresh_until:
            kept = _kept[key] = _print(identity, filters, present)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return kept


def _print(identity: Identity, filters: FindFilters, present: CatalogueVersion) -> RenderedFeed:
    now = clock.now()
    _refuse(unknown_values(identity, filters))
    shown = shown_in_public(identity, filters, present.timezone, MOST_EVENTS)
    until = fresh(shown or FeedContents((), ()), now)
    if filters.free:
        until = min(until, now + SEATS_KEPT)
    body = written(shown, present.name, present.timezone, now, private=False) if shown else b""
    if not body or len(body) > MOST_BYTES:
        return RenderedFeed(until, now)
    return RenderedFeed(until, now, body, packed(body), etag_of(body))


def _refuse(faults: Iterable[FilterFault]) -> None:
    for fault in faults:
        name = clean_line(fault.name, Q_LENGTH)
        told = _("The filter “%(name)s” of this address cannot be understood.", name=name)
        again = _("Choose again on the list of sessions, and use the address that you find there.")
        raise FilterNotUnderstood(f"{told} {fault_words(fault)} {again}", field=name, code="filter")


def _too_much() -> DomainError:
    return DomainError(
        _(
            "This is more than a calendar can take. Narrow the filter, for example to a day, a kind or a place, "
            "and use the address of the shorter list."
        ),
        code="too-much",
    )
