"""What the passing of time alone changes."""

from datetime import datetime

from sqlalchemy import exists, select

from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service.discharge import end_with_roles
from groupsched.enrolment.service.moving import advance
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import lock


def move_lines(now: datetime) -> int:
    """Let people in where the last full date of a group has passed; says in how many groups. For the worker.

    Whoever's role has run out leaves first, so that their seats are among those that are free.
    """
    end_with_roles(now)
    coming = (
        Occurrence.group_id == Enrolment.group_id,
        Occurrence.start > now,
        Occurrence.status == "scheduled",
    )
    query = (
        select(Enrolment.group_id)
        .where(
            Enrolment.state == "waitlisted",
            Enrolment.mode == "whole",
            exists().where(*coming),
            ~exists().where(*coming, Occurrence.taken >= Occurrence.capacity),
        )
        .distinct()
        .order_by(Enrolment.group_id)
    )
    found = list(db.session.scalars(query))
    for group_id in found:
        lock(group_id)
        advance(group_id)
    return len(found)
