"""What was done and seen in the program, for supervisors and administrators."""

from flask import Blueprint, render_template

from groupsched.access.identity import Role, current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts import queries
from groupsched.audit.queries import rows_of_program, subjects_of
from groupsched.core.errors import NotFound
from groupsched.core.web import older_than

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def rows() -> str:
    """The audit of one's program, newest first. An administrator sees clients as numbers only."""
    identity, program = current(), current_program(current())
    if program is None:
        raise NotFound
    page = rows_of_program(program.id, before=older_than())
    subjects = subjects_of(page.rows)
    numbers = {number for people in subjects.values() for number in people}
    actors = {row.actor_id for row in page.rows if row.actor_id}
    people = queries.names(numbers | actors)
    return render_template(
        "audit/rows.html",
        page=page,
        subjects=subjects,
        people=people,
        staff={number for number, person in people.items() if queries.is_staff(person)},
        named=identity.holds(Role.SUPERVISOR, program.id),
        zone=program.timezone,
    )
