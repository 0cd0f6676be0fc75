"""Marks that came where they could not be taken, for those who may settle them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Identity
from groupsched.attendance.models import Attendee, MarkToReview
from groupsched.attendance.queries.writable import writable
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import Occurrence


def marks_to_review(identity: Identity) -> Sequence[MarkToReview]:
    """What waits to be settled on sheets that this identity may write on, oldest first."""
    query = select(MarkToReview).join(MarkToReview.occurrence).join(Occurrence.group)
    query = query.where(MarkToReview.settled_at.is_(None), writable(identity)).options(
        contains_eager(MarkToReview.occurrence)
        .contains_eager(Occurrence.group)
        .joinedload(Group.facilitators),
        contains_eager(MarkToReview.occurrence).joinedload(Occurrence.assignments),
        joinedload(MarkToReview.attendee).joinedload(Attendee.person),
    )
    return db.session.scalars(query.order_by(MarkToReview.id)).unique().all()


def get_mark_to_review(identity: Identity, uid: str) -> MarkToReview:
    """One that waits, or was settled. Raises NotFound where there is none, or none for this identity."""
    query = select(MarkToReview).join(MarkToReview.occurrence).join(Occurrence.group)
    found = db.session.scalars(query.where(MarkToReview.uid == uid, writable(identity))).one_or_none()
    if found is None:
        raise NotFound
    return found
