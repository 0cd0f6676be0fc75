"""The dates that answer a question, of all groups an identity may see: for the interface and the public feed."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.catalog.models import Group
from groupsched.catalog.queries import readable
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.text import beginnings
from groupsched.enrolment.queries.searched import (
    COUNTED,
    GROUP_COLUMNS,
    Facet,
    SearchedCatalogue,
    facet_pairs,
    searched_catalogue,
)
from groupsched.enrolment.rules import CHOICES, PARTS, FindFilters, PartOfDay
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import led_by
from groupsched.schedule.rules import OccurrenceStatus

GROUP_LEVEL = tuple(name for name in (*CHOICES, "kind", "modality", "place", "language", "tradition", "audience")
                    if name not in ("day", "time"))  # fmt: skip

OF_A_PLACE = ("place", "needs")
FacetsOfGroup = tuple[Any, dict[str, tuple[str, ...]]]


def asked_dates(identity: Identity, filters: FindFilters, *, group: str | None = None) -> Select[Occurrence]:
    """Dates of the asked window, both days inclusive, past ones too, in no order yet; none that its rule has no longer.

    `group` narrows to one group by its public id, listings of others included.
    """
    program = db.session.get(Program, identity.program_id) if identity.program_id else None
    first, last = filters.window(clock.today(program.timezone if program else "UTC"))
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .where(readable(identity), Occurrence.local_date.between(first, last), ~Occurrence.dropped)
        .options(
            contains_eager(Occurrence.group),
            joinedload(Occurrence.series),
            joinedload(Occurrence.place),
            joinedload(Occurrence.laid_topic),
        )
    )
    if group is not None:
        query = query.where(Group.uid == group)
    elif not filters.external:
        query = query.where(Occurrence.external.is_(False))
    if filters.q or any(filters.values.get(name) for name in GROUP_LEVEL):
        query = query.where(*_asked_of_groups(identity, filters, _days(first, last)))
    return query.where(*_moments(filters, _days(first, last)))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def _moments(filters: FindFilters, window: list[date]) -> list[Any]:
    wanted = [
        or_(*(_at(name, value, window) for value in values))
        for name in COUNTED
        if (values := filters.values.get(name))
    ]
    if filters.free:
        wanted.append(Occurrence.status == OccurrenceStatus.SCHEDULED)
        wanted.append(Occurrence.any_free())
    return wanted


def _at(name: str, value: str, window: list[date]) -> ColumnElement[bool]:
    """Dates on a day of the week, or at a time of day."""
    if name == "day":
        number = CHOICES["day"].index(value)
        return Occurrence.local_date.in_([day for day in window if day.weekday() == number])
    begin, end = PARTS[PartOfDay(value)]
    return and_(Occurrence.local_minute >= begin, Occurrence.local_minute < end)


def _asked_of_groups(
    identity: Identity, filters: FindFilters, window: list[date]
) -> Iterator[ColumnElement[bool]]:
    """What is chosen, and what is asked for in words: a group says both in lists, which the databases search differently."""
    here = Occurrence.program_id == identity.program_id
    asked = (here, Occurrence.local_date.between(window[0], window[-1])) if filters.q else ()
    catalogue = searched_catalogue(identity.program_id, asked)
    rows = db.session.execute(select(*GROUP_COLUMNS).where(readable(identity)))
    groups = [(row, catalogue.facets_of(row)) for row in rows]
    for name in GROUP_LEVEL:
        if values := {(name, value) for value in filters.values.get(name, ())}:
            groups = [one for one in groups if name in OF_A_PLACE or facet_pairs(one[1]) & values]
            yield _saying_one_of(catalogue, groups, values)
    if filters.q:
        yield from _saying(catalogue, groups, beginnings(filters.q), window)


def _saying_one_of(
    catalogue: SearchedCatalogue, groups: list[FacetsOfGroup], facets: set[Facet]
) -> ColumnElement[bool]:
    """The dates of which the group says one of these, or the place in which they are held."""
    saying = Occurrence.group_id.in_([row.id for row, said in groups if facet_pairs(said) & facets])
    places = [one for one in catalogue.places if facet_pairs(catalogue.facets_at(one)) & facets]
    return saying | func.coalesce(Occurrence.place_id, Group.place_id).in_(places) if places else saying


def _saying(
    catalogue: SearchedCatalogue,
    groups: list[FacetsOfGroup],
    words: list[str],
    window: list[date],
) -> Iterator[ColumnElement[bool]]:
    """For each word, the dates of the groups or at the places that say it, those that are called so by their day or time, and
    those that somebody leads who is."""
    moments = {(name, value) for name in COUNTED for value in CHOICES[name]}
    at_places = (facet_pairs(catalogue.facets_at(one)) for one in catalogue.places)
    spoken = catalogue.spoken(moments.union(*(facet_pairs(facets) for _row, facets in groups), *at_places))
    people = {key: name for each in catalogue.assigned.values() for key, name in each.items()}
    for word in words:
        meant = {facet for facet, text in spoken.items() if word in text}
        saying = [row.id for row, _facets in groups if word in catalogue.words_of(row)]
        led = [row.id for row, _facets in groups if word in catalogue.leaders.get(row.id, "")]
        yield or_(
            Occurrence.group_id.in_(saying),
            _saying_one_of(catalogue, groups, meant),
            led_by([key for key, name in people.items() if word in name], led),
            *(_at(*facet, window) for facet in meant & moments),
        )
    if not words:
        yield false()
