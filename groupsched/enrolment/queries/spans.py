"""When somebody has something: their seats, and meetings of others in their week."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.i18n import _, current_language
from groupsched.enrolment.models import DateSeat, Enrolment, OutsideDate
from groupsched.enrolment.queries.seats import each_pair, holds_seat
from groupsched.enrolment.rules import TimeSpan
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import OccurrenceStatus


@cache
def _own_spans(_language: str) -> Select[Any]:
    """The dates of a person in a time, with the titles of their groups in a language. Which meeting of others they go to is
    nobody's to read in a clash."""
    seats = (
        each_pair(
            Occurrence.id,
            func.coalesce(Timeslot.start, Occurrence.start).label("begins"),
            func.coalesce(Timeslot.end, Occurrence.end).label("ends"),
            Group.title,
        )
        .join(Group, Group.id == Occurrence.group_id)
        .outerjoin(Timeslot, Timeslot.id == DateSeat.timeslot_id)
        .where(
            Enrolment.person_id == bindparam("person"),
            Occurrence.group_id != bindparam("but"),
            holds_seat(),
            *_within(),
        )
    )
    of_others = (
        select(
            Occurrence.id,
            Occurrence.start,
            Occurrence.end,
            literal(_("a meeting that others run"), literal_execute=True),
        )
        .join(OutsideDate, OutsideDate.occurrence_id == Occurrence.id)
        .where(
            OutsideDate.person_id == bindparam("person"), Occurrence.group_id != bindparam("but"), *_within()
        )
    )
    both = union_all(seats, of_others).subquery()
    return select(both).order_by(both.c.begins, both.c.id)


def _within() -> tuple[Any, ...]:
    return (
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.end > bindparam("first"),
        Occurrence.start < bindparam("last"),
    )


def own_spans(person_id: int, start: datetime, end: datetime, *, but: int | None = None) -> list[TimeSpan]:
    """The scheduled dates that a person has, as intervals with titles; `but` leaves one group out."""
    # 0, which is nobody's number: compared with NULL, every group would be left out.
    asked = {"person": person_id, "but": but or 0, "first": start, "last": end}
    return [TimeSpan(*row) for row in db.session.execute(_own_spans(current_language()), asked)]
