"""Whose dates are in the calendar of somebody who leads: the same question as on pages, who leads a date."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from groupsched.access.identity import Role
from groupsched.accounts.models import Grant
from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.feeds.rules import PAST
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import leads


def led_by_others(person_id: int, groups: Sequence[Group]) -> frozenset[int]:
    """The dates of groups that somebody leads which are given to others, or were."""
    theirs = (Occurrence.group_id.in_([group.id for group in groups]), ~leads(person_id))
    return frozenset(db.session.scalars(select(Occurrence.id).where(*theirs)))


def led_besides(person_id: int, groups: Sequence[Group]) -> list[Occurrence]:
    """The dates that somebody leads, or led, of groups that they do not."""
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .where(
            leads(person_id),
            is_facilitator(person_id),
            Occurrence.group_id.not_in([group.id for group in groups]),
            Group.state != GroupState.DRAFT,
            Occurrence.start > clock.now() - PAST,
            ~Occurrence.dropped,
        )
        .options(
            contains_eager(Occurrence.group).joinedload(Group.modality),
            joinedload(Occurrence.place).joinedload(Place.site),
            joinedload(Occurrence.series),
        )
    )
    return list(db.session.scalars(query.order_by(Occurrence.start, Occurrence.id)))


def is_facilitator(person_id: int) -> ColumnElement[bool]:
    """Whether a person holds that role now."""
    role = (Grant.person_id == person_id, Grant.role == Role.FACILITATOR)
    return exists().where(*role, Grant.in_force(clock.now()))
