"""Who of a group was there for which topic, and when those that are missing come round."""

from flask import render_template

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.words import labels_of
from groupsched.attendance import queries
from groupsched.attendance.routes.record import blueprint, own_group
from groupsched.audit import service as audit
from groupsched.audit.rules import AuditAction
from groupsched.catalog.queries import zone_of
from groupsched.core import clock
from groupsched.enrolment.queries import members
from groupsched.enrolment.rules import EnrolmentState
from groupsched.schedule.queries import come_round, topics_of


@blueprint.get("/groups/<uid>/topics/people")
@requires(Permission.ATTENDANCE_READ)
def topics_met(uid: str) -> str:
    """The topics of a group by person: which they met, and which they still need."""
    found = own_group(uid)
    people = [one.person for one in members(current(), found) if one.state == EnrolmentState.ACTIVE]
    audit.saw(current(), AuditAction.ATTENDANCE_READ, people, found)
    names = labels_of(people)
    return render_template(
        "attendance/topics.html",
        group=found,
        zone=zone_of(found),
        topics=topics_of(found),
        next_dates=come_round(found, clock.now()),
        met=queries.topics_met(found.id),
        people=[(one.id, names[one.id]) for one in people],
    )
