"""The dates that answer a question, of all groups an identity may see: for the interface and the public feed."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.catalog.models import Group, Modality, Place
from groupsched.catalog.queries import readable
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries.find import GROUP_COLUMNS, facets_of, words_of
from groupsched.enrolment.rules import CHOICES, FindFilters, fold
from groupsched.schedule.models import Occurrence

PARTS = {"morning": (0, 720), "afternoon": (720, 1020), "evening": (1020, 1440)}  # minutes after midnight
GROUP_LEVEL = tuple(name for name in (*CHOICES, "kind", "modality", "place", "language", "tradition", "audience")
                    if name not in ("day", "time"))  # fmt: skip


def asked_dates(identity: Identity, filters: FindFilters, *, group: str | None = None) -> Select[Occurrence]:
    """Dates of the asked window, both days inclusive, past ones too, in no order yet.

    `group` narrows to one group by its public id, listings of others included.
    """
    program = db.session.get(Program, identity.program_id) if identity.program_id else None
    first, last = filters.window(clock.today(program.timezone if program else "UTC"))
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .where(readable(identity), Occurrence.local_date.between(first, last))
        .options(
            contains_eager(Occurrence.group), joinedload(Occurrence.series), joinedload(Occurrence.place)
        )
    )
    if group is not None:
        query = query.where(Group.uid == group)
    elif not filters.external:
        query = query.where(Occurrence.external.is_(False))
    if filters.q or any(filters.values.get(name) for name in GROUP_LEVEL):
        query = query.where(Occurrence.group_id.in_(_groups(identity, filters)))
    return query.where(*_moments(filters, first, last))


def _moments(filters: FindFilters, first: date, last: date) -> list[Any]:
    wanted: list[Any] = []
    if days := filters.values.get("day"):
        numbers = {CHOICES["day"].index(day) for day in days}
        window = (first + timedelta(n) for n in range((last - first).days + 1))
        wanted.append(Occurrence.local_date.in_([day for day in window if day.weekday() in numbers]))
    if parts := filters.values.get("time"):
        spans = (PARTS[part] for part in parts)
        wanted.append(
            or_(*(and_(Occurrence.local_minute >= a, Occurrence.local_minute < b) for a, b in spans))
        )
    if filters.free:
        wanted.append(Occurrence.status == "scheduled")
        wanted.append(or_(Occurrence.capacity.is_(None), Occurrence.taken < Occurrence.capacity))
    return wanted


def _groups(identity: Identity, filters: FindFilters) -> list[int]:
    """The groups that fit: what a group says of itself stands in lists, which the two databases search differently."""
    program = identity.program_id
    places = {one.id: one for one in db.session.scalars(select(Place).where(Place.program_id == program))}
    kinds = {
        one.id: one for one in db.session.scalars(select(Modality).where(Modality.program_id == program))
    }
    rows = db.session.execute(select(*GROUP_COLUMNS).where(readable(identity)))
    return [row.id for row in rows if _fits(row, kinds[row.modality_id], places.get(row.place_id), filters)]


def _fits(row: Any, modality: Modality, place: Place | None, filters: FindFilters) -> bool:
    facets = facets_of(row, modality, place)
    for name in GROUP_LEVEL:
        wanted = filters.values.get(name, ())
        if wanted and not set(wanted) & set(facets.get(name, ())):
            return False
    text = fold(" ".join(filter(None, words_of(row, modality, place))))
    return all(word in text for word in fold(filters.q).split())
