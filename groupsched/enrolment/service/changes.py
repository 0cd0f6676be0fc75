"""What the schedule and the catalogue did, and what that means for seats, lines and people."""

from collections.abc import Iterable

from sqlalchemy import exists, select, update

from groupsched.access.models import Program
from groupsched.catalog.events import GroupChanged, GroupRetired
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.enrolment.events import EnrolmentChanged
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import LIVE, told_about
from groupsched.enrolment.service import telling
from groupsched.enrolment.service.leaving import end
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.seats import recount
from groupsched.schedule.events import DatesChanged, OccurrenceCancelled
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming
from groupsched.schedule.service import lock


def dates_changed(event: DatesChanged) -> None:
    """Seats and lines follow the dates; each person with a seat on one that moved or fell away is told once."""
    if not _has_people(event.group_id):
        return
    lock(event.group_id)
    recount([*event.added, *event.changed])
    _tell_replanned(event)
    advance(event.group_id)


def _tell_replanned(event: DatesChanged) -> None:
    was = {one.occurrence_id: one for one in event.moved}
    touched: dict[int, list[tuple[Enrolment, Occurrence]]] = {}
    for enrolment, date in told_about([*was, *event.dropped]):
        touched.setdefault(enrolment.id, []).append((enrolment, date))
    if not touched:
        return
    group = db.session.get_one(Group, event.group_id)
    following = next((one for one in coming(group, clock.now(), None) if one.status == "scheduled"), None)
    for rows in touched.values():
        enrolment, dates = rows[0][0], [date for _enrolment, date in rows]
        telling.replanned(enrolment, dates, was, following if enrolment.mode == "whole" else None)
        publish(EnrolmentChanged(enrolment.person_id, enrolment.group_id))


def occurrence_cancelled(event: OccurrenceCancelled) -> None:
    """Everybody with a seat or in line for the date is told; the rest of the group's dates may have room for its line."""
    for enrolment, date in told_about([event.occurrence_id]):
        telling.cancelled(enrolment.person, date)
    if _has_people(event.group_id):
        lock(event.group_id)
        advance(event.group_id)


def group_retired(group_id: int) -> None:
    """A group is no longer offered: whoever is in it has completed it, lines and requests end."""
    lock(group_id)
    live = select(Enrolment).where(Enrolment.group_id == group_id, Enrolment.state.in_(LIVE))
    for enrolment in db.session.scalars(live.order_by(Enrolment.id)).all():
        was_in = enrolment.state == "active"
        end(enrolment, clock.now(), "")
        enrolment.state = "completed" if was_in else "left"
        publish(EnrolmentChanged(enrolment.person_id, group_id))


def catalogue_changed(
    events: Iterable[GroupChanged | GroupRetired | DatesChanged | OccurrenceCancelled],
) -> None:
    """The catalogue of these groups' programs has a new revision: every index of /sessions is read anew."""
    programs = select(Group.program_id).where(Group.id.in_({event.group_id for event in events}))
    db.session.execute(
        update(Program)
        .where(Program.id.in_(programs))
        .values(catalogue_revision=Program.catalogue_revision + 1)
        .execution_options(synchronize_session=False)
    )


def _has_people(group_id: int) -> bool:
    live = Enrolment.state.in_(("active", "waitlisted", "requested"))
    return bool(db.session.scalar(select(exists().where(Enrolment.group_id == group_id, live))))
