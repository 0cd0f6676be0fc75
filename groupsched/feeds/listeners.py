"""What the feeds do when dates, groups and enrolments change: mark the links that are touched, render nothing."""

from typing import Any

from flask import Flask
from sqlalchemy import or_, select

from groupsched.accounts.models import Person
from groupsched.catalog.events import GroupChanged, GroupRetired
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service.changes import catalogue_changed
from groupsched.feeds.models import Feed
from groupsched.feeds.service.links import touch
from groupsched.schedule.events import (
    OccurrenceCancelled,
    OccurrencesAdded,
    OccurrencesChanged,
    SeriesChanged,
)
from groupsched.schedule.models import Occurrence

OF_A_GROUP: tuple[type[Any], ...] = (
    GroupChanged, GroupRetired, OccurrencesAdded, OccurrencesChanged, SeriesChanged,
)  # fmt: skip


def connect(app: Flask) -> None:
    """Listen to the rooms below."""
    for kind in OF_A_GROUP:
        subscribe(app, kind, _group_changed)
    subscribe(app, SeriesChanged, lambda event: catalogue_changed(event.group_id))
    subscribe(app, OccurrenceCancelled, _cancelled)
    subscribe(app, EnrolmentChanged, _enrolment_changed)


def _group_changed(event: Any) -> None:
    _touch_group(event.group_id)


def _touch_group(group_id: int) -> None:
    """Touch the links of all who are or were in the group, and of those who lead (or just led) groups beside it."""
    mine = select(Enrolment.person_id).where(Enrolment.group_id == group_id)
    program = select(Group.program_id).where(Group.id == group_id).scalar_subquery()
    leading = select(Person.id).where(Person.program_id == program)
    touch(
        or_(
            (Feed.kind == "mine") & Feed.person_id.in_(mine),
            (Feed.kind == "leading") & Feed.person_id.in_(leading),
        )
    )


def _cancelled(event: OccurrenceCancelled) -> None:
    _touch_group(db.session.get_one(Occurrence, event.occurrence_id).group_id)


def _enrolment_changed(event: EnrolmentChanged) -> None:
    touch(Feed.person_id == event.person_id, Feed.kind == "mine")
