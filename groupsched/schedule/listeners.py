"""What the schedule does when the catalogue changes, and when dates do."""

from flask import Flask

from groupsched.catalog.events import GroupChanged, GroupRetired, PlaceMoved, PlaceWouldMove
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.schedule.events import DatesChanged
from groupsched.schedule.service import (
    follow_group,
    lay_again,
    place_moved,
    retire_dates,
    told_if_place_moved,
)


def connect(app: Flask) -> None:
    """Listen to the catalogue; topics pass on to other dates where dates change."""
    subscribe(app, GroupChanged, _changed)
    subscribe(app, GroupRetired, _retired)
    subscribe(app, DatesChanged, lambda event: lay_again(event.group_id))
    subscribe(app, PlaceMoved, place_moved)
    subscribe(app, PlaceWouldMove, told_if_place_moved)


def _changed(event: GroupChanged) -> None:
    follow_group(db.session.get_one(Group, event.group_id), event.reach_was, by=event.by)


def _retired(event: GroupRetired) -> None:
    retire_dates(db.session.get_one(Group, event.group_id), by=event.by)
