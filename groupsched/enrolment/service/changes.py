"""What the schedule and the catalogue did, and what that means for seats, lines and people."""

from collections.abc import Sequence

from sqlalchemy import exists, select, update

from groupsched.access.models import Program
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
from groupsched.schedule.events import DateBefore
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming
from groupsched.schedule.service import lock


def occurrences_added(group_id: int, occurrence_ids: Sequence[int]) -> None:
    """New dates begin with a seat taken by everybody who is in the whole group."""
    catalogue_changed(group_id)
    if _has_people(group_id):
        lock(group_id)
        recount(occurrence_ids)


def occurrences_changed(group_id: int, occurrence_ids: Sequence[int]) -> None:
    """Moved dates are counted again; more seats let people in."""
    catalogue_changed(group_id)
    if _has_people(group_id):
        lock(group_id)
        recount(occurrence_ids)
        advance(group_id)


def occurrence_cancelled(occurrence_id: int) -> None:
    """Everybody with a seat or in line for the date is told; the rest of the group's dates may have room for its line."""
    occurrence = db.session.get_one(Occurrence, occurrence_id)
    catalogue_changed(occurrence.group_id)
    for enrolment, date in told_about([occurrence_id]):
        telling.cancelled(enrolment.person, date)
        publish(EnrolmentChanged(enrolment.person_id, enrolment.group_id))
    if _has_people(occurrence.group_id):
        lock(occurrence.group_id)
        advance(occurrence.group_id)


def occurrences_dropped(group_id: int, occurrence_ids: Sequence[int]) -> None:
    """Dates fell away together: lines may move on the dates that are left."""
    catalogue_changed(group_id)
    for person_id in {enrolment.person_id for enrolment, _date in told_about(occurrence_ids)}:
        publish(EnrolmentChanged(person_id, group_id))
    if _has_people(group_id):
        lock(group_id)
        advance(group_id)


def dates_replanned(group_id: int, moved: Sequence[DateBefore], dropped: Sequence[int]) -> None:
    """Dates moved or fell away in one change: each person with a seat on one of them is told once."""
    was = {one.occurrence_id: one for one in moved}
    touched: dict[int, list[tuple[Enrolment, Occurrence]]] = {}
    for enrolment, date in told_about([*was, *dropped]):
        touched.setdefault(enrolment.id, []).append((enrolment, date))
    if not touched:
        return
    group = db.session.get_one(Group, group_id)
    following = next((one for one in coming(group, clock.now(), None) if one.status == "scheduled"), None)
    for rows in touched.values():
        enrolment, dates = rows[0][0], [date for _enrolment, date in rows]
        telling.replanned(enrolment, dates, was, following if enrolment.mode == "whole" else None)


def group_changed(group_id: int) -> None:
    """Fields of a group changed: what can be found is read anew, and more seats let people in."""
    catalogue_changed(group_id)
    if _has_people(group_id):
        lock(group_id)
        advance(group_id)


def group_retired(group_id: int) -> None:
    """A group is no longer offered: whoever is in it has completed it, lines and requests end."""
    catalogue_changed(group_id)
    lock(group_id)
    live = select(Enrolment).where(Enrolment.group_id == group_id, Enrolment.state.in_(LIVE))
    for enrolment in db.session.scalars(live.order_by(Enrolment.id)).all():
        was_in = enrolment.state == "active"
        end(enrolment, clock.now(), "")
        enrolment.state = "completed" if was_in else "left"
        publish(EnrolmentChanged(enrolment.person_id, group_id))


def catalogue_changed(group_id: int) -> None:
    """The program's catalogue has a new revision: every index of /sessions is read anew."""
    program = select(Group.program_id).where(Group.id == group_id).scalar_subquery()
    db.session.execute(
        update(Program)
        .where(Program.id == program)
        .values(catalogue_revision=Program.catalogue_revision + 1)
        .execution_options(synchronize_session=False)
    )


def _has_people(group_id: int) -> bool:
    live = Enrolment.state.in_(("active", "waitlisted", "requested"))
    return bool(db.session.scalar(select(exists().where(Enrolment.group_id == group_id, live))))
