"""Deleting a group: a draft, or one that came by mistake, with the dates it would have had."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.catalog.service import delete_group
from groupsched.core.db import db, savepoint
from groupsched.core.errors import Conflict
from groupsched.core.i18n import _
from groupsched.schedule.models import (
    Assignment,
    ChangeMade,
    Curriculum,
    Occurrence,
    Series,
    Timeslot,
    Topic,
)


def delete_draft(identity: Identity, group: Group) -> None:
    """Delete a group that never was offered, with its dates.

    Raises Conflict for one that was, or to which something belongs that stays (a sheet, a place in somebody's calendar).
    """
    _delete(identity, group, offered=False)


def delete_unused(identity: Identity, group: Group) -> None:
    """Delete a group that nobody ever was in, offered or not, with its dates. Raises Conflict as above."""
    _delete(identity, group, offered=True)


def _delete(identity: Identity, group: Group, *, offered: bool) -> None:
    try:
        with savepoint():
            dates = select(Occurrence.id).where(Occurrence.group_id == group.id)
            for gone in (
                delete(Assignment).where(Assignment.occurrence_id.in_(dates)),
                delete(ChangeMade).where(ChangeMade.group_id == group.id),
                delete(Timeslot).where(Timeslot.occurrence_id.in_(dates)),
                delete(Occurrence).where(Occurrence.group_id == group.id),
                delete(Series).where(Series.group_id == group.id),
                delete(Topic).where(Topic.group_id == group.id),
                delete(Curriculum).where(Curriculum.group_id == group.id),
            ):
                db.session.execute(gone.execution_options(synchronize_session=False))
            delete_group(identity, group, offered=offered)
    except IntegrityError as used:
        raise Conflict(
            _("Something belongs to this group already, so it stays. You can put it away."), code="in-use"
        ) from used
