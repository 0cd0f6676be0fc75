"""What the public calendar shows: published groups, narrowed by the filters of /sessions."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.catalog.models import Group, Place
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import find_occurrences
from groupsched.enrolment.rules import FindFilters, positions
from groupsched.feeds.queries.contents import (
    FeedContents,
    GroupSpan,
    gather,
    groups_where,
    singles_of,
)
from groupsched.feeds.queries.saying import FeedReader
from groupsched.feeds.rules import TitleMode
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

LOOKED_AHEAD = timedelta(days=92)
READER = FeedReader("public", TitleMode.FULL, {}, public=True)


@dataclass(frozen=True)
class CatalogueVersion:
    """A program's catalogue as it stands; equal editions show the same."""

    program_uid: str
    name: str
    timezone: str
    revision: int
    newest: int | None


def catalogue_version(identity: Identity) -> CatalogueVersion | None:
    """The present edition of the identity's program: one SELECT."""
    newest = select(func.max(Occurrence.id)).scalar_subquery()
    query = select(Program.uid, Program.name, Program.timezone, Program.catalogue_revision, newest)
    row = db.session.execute(query.where(Program.id == identity.program_id)).first()
    return CatalogueVersion(*row) if row else None


def shown_in_public(identity: Identity, filters: FindFilters, zone: str, most: int) -> FeedContents | None:
    """Gather what answers the filters: a series whose coming dates all do as a whole, of others the dates that do.

    None where it is more than `most` events. A series is judged by its next three months.
    """
    today = clock.today(zone)
    first, last = _window(filters, today)
    asked = replace(filters, after=None, first=first, last=last)
    found = find_occurrences(identity, asked, limit=1)
    matching = {found.index.ids[position] for position in positions(found.mask)}
    whole, parts = _by_series(identity, asked, matching, bounded=bool(filters.first or filters.last))
    if len(whole) + len(parts) > most:
        return None
    rows = _dates(parts)
    groups = groups_where(Group.id.in_({*whole.values(), *(row.group_id for row in rows)}))
    spans = [GroupSpan(group_id, "public", series_id=number) for number, group_id in sorted(whole.items())]
    series_spans = gather(groups, spans, (), READER).series_spans
    return FeedContents(series_spans, tuple(singles_of(rows, READER)))


def _dates(numbers: list[int]) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.id.in_(numbers))
    query = query.options(
        joinedload(Occurrence.place).joinedload(Place.site),
        joinedload(Occurrence.laid_topic),
        joinedload(Occurrence.series),
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def _window(filters: FindFilters, today: date) -> tuple[date, date]:
    if filters.first or filters.last:
        return filters.window(today)
    return today, today + LOOKED_AHEAD


def _by_series(
    identity: Identity, asked: FindFilters, matching: set[int], *, bounded: bool
) -> tuple[dict[int, int], list[int]]:
    """Sort matching dates into series that match as a whole (with their group) and dates that stand alone."""
    first, last = asked.first or date.min, asked.last or date.max
    query = select(Occurrence.id, Occurrence.series_id, Occurrence.group_id).where(
        Occurrence.program_id == identity.program_id,
        Occurrence.local_date.between(first, last),
        Occurrence.end > clock.now(),
        Occurrence.status != OccurrenceStatus.DID_NOT_MEET,
        ~Occurrence.dropped,
    )
    of_series: dict[int, list[int]] = defaultdict(list)
    group_of: dict[int, int] = {}
    for number, series_id, group_id in db.session.execute(query):
        of_series[series_id].append(number)
        group_of[series_id] = group_id
    whole = (
        {} if bounded else {key: group_of[key] for key in of_series if matching.issuperset(of_series[key])}
    )
    alone = (number for key, numbers in of_series.items() if key not in whole for number in numbers)
    return whole, sorted(number for number in alone if number in matching)
