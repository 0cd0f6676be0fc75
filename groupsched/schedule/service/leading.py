"""Writing down who led: from the moment it begins a date keeps its leaders, whoever leads the group later."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.accounts.models import Person
from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.rules import GroupState
from groupsched.core.db import db
from groupsched.schedule.models import Assignment, Occurrence
from groupsched.schedule.rules import BESIDE, LEADING, AssignmentRole, OccurrenceStatus

LOOKED_BACK = timedelta(days=30)
"""How long a worker may have been away without losing who led."""


def assign_begun(now: datetime) -> int:
    """Write down the leaders of every date that has begun and has none yet. Returns how many rows that made."""
    return _assign(Occurrence.start > now - LOOKED_BACK, Occurrence.start <= now)


def assign_leaders(occurrence: Occurrence, now: datetime) -> None:
    """The same for one date, for whom the worker may not have come by yet."""
    if _assign(Occurrence.id == occurrence.id, Occurrence.start <= now):
        db.session.expire(occurrence, ["assignments"])


def _assign(*which: ColumnElement[bool]) -> int:
    role = case((Facilitator.position == 0, AssignmentRole.LEAD), else_=AssignmentRole.CO_LEAD)
    led = (
        select(Occurrence.id, Facilitator.person_id, role, Facilitator.position, Person.qualification_id)
        .join(Facilitator, Facilitator.group_id == Occurrence.group_id)
        .join(Person, Person.id == Facilitator.person_id)
        .join(Group, Group.id == Occurrence.group_id)
        .where(
            *which,
            Occurrence.external.is_(False),
            Occurrence.status != OccurrenceStatus.CANCELLED,
            Group.state != GroupState.DRAFT,
            ~exists().where(Assignment.occurrence_id == Occurrence.id, Assignment.role.in_(LEADING)),
        )
    )
    # Two workers may see the same date without leaders; the second one's rows are there already. Who was to be there besides
    # and leads the group by now leads the date.
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    columns = ["occurrence_id", "person_id", "role", "position", "qualification_id"]
    insert = dialect.insert(Assignment).from_select(columns, led)
    leads = {name: insert.excluded[name] for name in columns[2:]}
    insert = insert.on_conflict_do_update(
        index_elements=columns[:2], set_=leads, where=Assignment.role.in_(BESIDE)
    )
    return len(db.session.scalars(insert.returning(Assignment.person_id)).all())
