"""What runs keeps the sheet it has."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.facilitation.models import (
    DateRunSheet,
    RunSheetTemplate,
)
from groupsched.facilitation.queries import (
    SheetOfDate,
    sheet_of_date,
)
from groupsched.facilitation.rules import RunSheet, sheet_data
from groupsched.facilitation.service.kept import note
from groupsched.schedule.models import Occurrence


def own_of(identity: Identity, found: SheetOfDate, begun: RunSheet) -> DateRunSheet:
    """The sheet of a date itself: the copy of what it has so far, or one that begins with this where it has none."""
    row = found.own
    if row is None:
        row = DateRunSheet(
            occurrence_id=found.occurrence.id,
            said=sheet_data(found.sheet or begun),
            number=1,
        )
        db.session.add(row)
        db.session.flush()
        note(row, None, identity.person)
    return row


def running(program_id: int, group_id: int | None = None) -> list[Occurrence]:
    """The dates that run now."""
    now = clock.now()
    query = select(Occurrence).where(
        Occurrence.program_id == program_id,
        Occurrence.external.is_(False),
        Occurrence.start <= now,
        Occurrence.end > now,
    )
    if group_id is not None:
        query = query.where(Occurrence.group_id == group_id)
    query = query.options(joinedload(Occurrence.group).joinedload(Group.modality))
    return list(db.session.scalars(query.order_by(Occurrence.id)).unique())


def keep_running(identity: Identity, template: RunSheetTemplate) -> None:
    """What runs by this sheet keeps it."""
    for occurrence in running(template.program_id):
        found = sheet_of_date(occurrence)
        if found.sheet is not None and found.template is not None and found.template.id == template.id:
            own_of(identity, found, found.sheet)
