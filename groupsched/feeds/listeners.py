"""What the feeds do when dates, groups and enrolments change: mark the links that are touched, render nothing."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from groupsched.accounts.events import RolesChanged
from groupsched.accounts.models import Person
from groupsched.catalog.events import GroupChanged, GroupRetired, OfferChanged
from groupsched.catalog.models import Group
from groupsched.catalog.queries import leaders_of_groups
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service import catalogue_changed
from groupsched.feeds.models import Feed
from groupsched.feeds.service import touch
from groupsched.schedule.events import (
    OccurrenceCancelled,
    OccurrencesAdded,
    OccurrencesChanged,
    OccurrencesDropped,
    SeriesChanged,
)
from groupsched.schedule.models import Occurrence

OF_A_GROUP: tuple[type[Any], ...] = (
    GroupChanged, GroupRetired, OccurrencesAdded, OccurrencesChanged, OccurrencesDropped, SeriesChanged,
)  # fmt: skip


def connect(app: Flask) -> None:
    """Listen to the rooms below."""
    for kind in OF_A_GROUP:
        subscribe(app, kind, lambda event: _touch_group(event.group_id))
    subscribe(app, GroupChanged, _leaders_changed)
    subscribe(app, OfferChanged, _offer_changed)
    subscribe(app, SeriesChanged, lambda event: catalogue_changed(event.group_id))
    subscribe(app, OccurrenceCancelled, _cancelled)
    subscribe(app, EnrolmentChanged, _enrolment_changed)
    subscribe(app, RolesChanged, _roles_changed)


def _touch_group(group_id: int) -> None:
    """Touch the links of all who are or were in the group, and of those who lead it: each by an index."""
    mine = select(Enrolment.person_id).where(Enrolment.group_id == group_id)
    touch(Feed.person_id.in_(mine), Feed.kind == "mine")
    touch(Feed.person_id.in_(leaders_of_groups([group_id])), Feed.kind == "leading")


def _leaders_changed(event: GroupChanged) -> None:
    """Who led the group until now is not in its row any more: touch every leader of the program."""
    program = select(Group.program_id).where(Group.id == event.group_id).scalar_subquery()
    leaders = select(Person.id).where(Person.program_id == program)
    touch(Feed.person_id.in_(leaders), Feed.kind == "leading")


def _offer_changed(event: OfferChanged) -> None:
    """A room is renamed once in a while: every link of the program is rendered again."""
    touch(Feed.person_id.in_(select(Person.id).where(Person.program_id == event.program_id)))


def _cancelled(event: OccurrenceCancelled) -> None:
    _touch_group(db.session.get_one(Occurrence, event.occurrence_id).group_id)


def _enrolment_changed(event: EnrolmentChanged) -> None:
    touch(Feed.person_id == event.person_id, Feed.kind == "mine")


def _roles_changed(event: RolesChanged) -> None:
    """Whoever is no facilitator any more leads nothing; a role that ends by its date is seen the next day."""
    touch(Feed.person_id == event.person_id, Feed.kind == "leading")
