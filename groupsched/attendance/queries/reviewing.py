"""Marks that came where they could not be taken, for those who may settle them."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, MarkToReview
from groupsched.attendance.queries.writable import writable
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence


def _waiting(identity: Identity) -> Select[MarkToReview]:
    query = select(MarkToReview).join(MarkToReview.occurrence).join(Occurrence.group)
    return query.where(MarkToReview.settled_at.is_(None), writable(identity))


def marks_to_review(identity: Identity) -> Sequence[MarkToReview]:
    """What waits to be settled on sheets that this identity may write on, oldest first."""
    query = _waiting(identity).options(
        contains_eager(MarkToReview.occurrence)
        .contains_eager(Occurrence.group)
        .joinedload(Group.facilitators),
        contains_eager(MarkToReview.occurrence).joinedload(Occurrence.assignments),
        joinedload(MarkToReview.attendee).joinedload(Attendee.person),
    )
    return db.session.scalars(query.order_by(MarkToReview.id)).unique().all()


def count_to_review(identity: Identity) -> int:
    """How many marks wait to be settled."""
    waiting = _waiting(identity).with_only_columns(func.count(MarkToReview.id))
    return db.session.scalar(waiting) or 0


def get_mark_to_review(identity: Identity, uid: str) -> MarkToReview:
    """One that waits, or was settled. Raises NotFound where there is none, or none for this identity."""
    query = select(MarkToReview).join(MarkToReview.occurrence).join(Occurrence.group)
    found = db.session.scalars(query.where(MarkToReview.uid == uid, writable(identity))).one_or_none()
    if found is None:
        raise NotFound
    return found
