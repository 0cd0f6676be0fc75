"""How a date was held: who led it and as what, from when to when, how many, in which units."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.accounts.models import Person, Qualification
from groupsched.attendance.queries.rows import SheetView
from groupsched.catalog.models import Facilitator, ServiceType, UnitPreset
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.rules import LEADING, AssignmentRole


@dataclass(frozen=True)
class LedBy:
    """Somebody who led a date, with what they held on that day; a substitute led it in the place of somebody."""

    person: Person
    held: Qualification | None
    role: AssignmentRole = AssignmentRole.LEAD


@dataclass(frozen=True)
class HeldDate:
    """What a date was, for hours and for the record."""

    view: SheetView
    leaders: list[LedBy]
    service: ServiceType | None
    unit: UnitPreset | None


def led_by(occurrence: Occurrence) -> list[LedBy]:
    """Who led a date, the lead first: as written down when it began, else as its group is led now."""
    assigned = (
        select(Assignment)
        .where(Assignment.occurrence_id == occurrence.id, Assignment.role.in_(LEADING))
        .options(joinedload(Assignment.person), joinedload(Assignment.qualification))
        .order_by(Assignment.position, Assignment.person_id)
    )
    found = [LedBy(row.person, row.qualification, row.role) for row in db.session.scalars(assigned)]
    if found:
        return found
    leading = (
        select(Facilitator)
        .where(Facilitator.group_id == occurrence.group_id)
        .options(joinedload(Facilitator.person).joinedload(Person.qualification))
        .order_by(Facilitator.position, Facilitator.person_id)
    )
    return [LedBy(row.person, row.person.qualification) for row in db.session.scalars(leading)]


def held_date(view: SheetView) -> HeldDate:
    """How the date of a sheet was held."""
    group = view.occurrence.group
    return HeldDate(view, led_by(view.occurrence), group.counted_as, group.unit)
