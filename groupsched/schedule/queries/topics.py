"""The topics of a group, and the templates that a program saved."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.schedule.models import (
    Curriculum,
    Occurrence,
    SavedPattern,
    Topic,
)
from groupsched.schedule.rules import (
    OccurrenceStatus,
)


def curriculum_of(group: Group) -> Curriculum | None:
    """How the topics of a group go on, None where it never had any."""
    return db.session.get(Curriculum, group.id)


def topics_of(group: Group, *, removed: bool = False) -> list[Topic]:
    """The topics of a group in order, with those that were taken off it if asked. The group itself was loaded in scope."""
    return topics_of_groups([group.id], removed=removed).get(group.id, [])


def topics_of_groups(group_ids: Sequence[int], *, removed: bool = False) -> dict[int, list[Topic]]:
    """The topics of groups in order, by group id; one query for a whole list."""
    # With it: whoever asks `curriculum_of` next is not told by another statement.
    query = select(Topic).where(Topic.group_id.in_(group_ids)).options(joinedload(Topic.curriculum))
    if not removed:
        query = query.where(Topic.removed_at.is_(None))
    found: dict[int, list[Topic]] = {}
    for one in db.session.scalars(query.order_by(Topic.position, Topic.id)):
        found.setdefault(one.group_id, []).append(one)
    return found


def get_topic(group: Group, uid: str) -> Topic:
    """A topic on the list of a group. Raises NotFound."""
    found = next((one for one in topics_of(group) if one.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def come_round(group: Group, now: datetime) -> dict[int, Occurrence]:
    """The next date of each topic of a group, by the number of the topic."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.start > now,
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.topic_id.is_not(None),
    )
    # From behind: the dictionary keeps the last that it is given, which is the nearest.
    rows = db.session.scalars(query.order_by(Occurrence.start.desc(), Occurrence.id.desc()))
    return {row.topic_id: row for row in rows if row.topic_id is not None}


def met_last(group: Group, now: datetime) -> dict[int, Occurrence]:
    """The last date that was met on each topic of a group, by the number of the topic."""
    query = select(Occurrence).where(
        Occurrence.group_id == group.id,
        Occurrence.end <= now,
        Occurrence.status.not_in((OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)),
        Occurrence.topic_id.is_not(None),
    )
    rows = db.session.scalars(query.order_by(Occurrence.start, Occurrence.id))
    return {row.topic_id: row for row in rows if row.topic_id is not None}


def saved_patterns(identity: Identity) -> list[SavedPattern]:
    """The templates that a program saved of its own groups, by name."""
    mine = SavedPattern.program_id == (identity.program_id or 0)
    query = select(SavedPattern).where(mine, SavedPattern.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(SavedPattern.name, SavedPattern.id)))


def get_saved_pattern(identity: Identity, uid: str) -> SavedPattern:
    """A saved template of the identity's program by its public id. Raises NotFound."""
    found = next((one for one in saved_patterns(identity) if one.uid == uid), None)
    if found is None:
        raise NotFound
    return found
