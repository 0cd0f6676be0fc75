"""What was given to whom, for a record or billing system: a row for each person who was here, of finished sheets alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.attendance.models import Attendee, RosterSignature, Sheet
from groupsched.attendance.queries.held import LedBy
from groupsched.attendance.queries.readable import readable
from groupsched.attendance.queries.rows import SheetView, stored_row
from groupsched.attendance.queries.signing import signatures
from groupsched.attendance.rules import AttendanceStatus, DaySpan, minutes
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.rules import units
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.rules import LEADING


@dataclass(frozen=True)
class GivenService:
    """One person on one date: minutes inside the hours that were held, units by the preset of the group's service type."""

    view: SheetView
    person: Person
    minutes: int
    units: int | None
    leader: LedBy | None
    signature: RosterSignature | None = None

    @property
    def group(self) -> Group:
        """Of which group the date was."""
        return self.view.occurrence.group


def services_given(identity: Identity, span: DaySpan) -> list[GivenService]:
    """Who was here on the dates of a span that this identity may read, in order of time; never one's own record."""
    query = (
        select(Occurrence, Sheet, Attendee)
        .join(Occurrence.group)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .options(contains_eager(Occurrence.group).joinedload(Group.modality), joinedload(Attendee.person))
        .where(
            readable(identity, clock.now()),
            Occurrence.local_date.between(span.first, span.last),
            Sheet.finished_at.is_not(None),
            Attendee.status == AttendanceStatus.PRESENT,
            Attendee.two_answers.is_(False),
            Attendee.removed_at.is_(None),
            Attendee.person_id.is_not(None),
            Attendee.person_id != (identity.person or 0),
        )
        .order_by(Occurrence.start, Occurrence.id, Attendee.id)
    )
    found = [(one, sheet, row) for one, sheet, row in db.session.execute(query)]
    leaders = leads_of(one for one, _sheet, _row in found)
    signed = signatures({sheet.id for _one, sheet, _row in found})
    return [_given(one, sheet, row, leaders.get(one.id), signed.get(row.uid)) for one, sheet, row in found]


def _given(
    one: Occurrence, sheet: Sheet, attendee: Attendee, leader: LedBy | None, signed: RosterSignature | None
) -> GivenService:
    row = stored_row(attendee)
    view, unit = SheetView(one, sheet, [row]), one.group.unit
    spent = minutes(row.state.answer, view.elapsed)
    counted = units(spent, unit.minutes, unit.rounding) if unit else None
    return GivenService(view, attendee.person, spent, counted, leader, signed)  # type: ignore[arg-type]


def leads_of(occurrences: Iterable[Occurrence]) -> Mapping[int, LedBy]:
    """The lead of each of these dates with what they held on the day, by the number of the date."""
    dates = {one.id: one for one in occurrences}
    assigned = (
        select(Assignment)
        .where(Assignment.occurrence_id.in_(dates), Assignment.role.in_(LEADING))
        .options(joinedload(Assignment.person), joinedload(Assignment.qualification))
        .order_by(Assignment.position.desc(), Assignment.person_id.desc())
    )
    found = {
        row.occurrence_id: LedBy(row.person, row.qualification, row.role)
        for row in db.session.scalars(assigned)
    }
    unsaid: dict[int, list[int]] = defaultdict(list)
    for one in dates.values():
        if one.id not in found:
            unsaid[one.group_id].append(one.id)
    leading = (
        select(Facilitator)
        .where(Facilitator.group_id.in_(unsaid))
        .options(joinedload(Facilitator.person).joinedload(Person.qualification))
        .order_by(Facilitator.position.desc(), Facilitator.person_id.desc())
    )
    for lead in db.session.scalars(leading):
        found |= dict.fromkeys(unsaid[lead.group_id], LedBy(lead.person, lead.person.qualification))
    return found
