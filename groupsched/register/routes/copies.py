"""A copy of what is kept: a client's own to take away, and a guest's, who has no way to sign in."""

from typing import Any

from flask import Response, current_app

from groupsched.access.identity import Member, current
from groupsched.access.policy import Permission, requires
from groupsched.accounts.queries import own_person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core import clock
from groupsched.core.errors import NotFound
from groupsched.register.queries import copy_of
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.people_forms import load


@blueprint.get("/my/record.json")
@requires(Permission.RECORD_READ_OWN)
def own_copy() -> Response:
    """What is kept of oneself."""
    if not isinstance(current(), Member):
        raise NotFound
    return _file(copy_of(own_person(current()), clock.now()))


@blueprint.get("/people/<uid>/record.json")
@requires(Permission.ATTENDANCE_EXPORT)
def guest_copy(uid: str) -> Response:
    """What is kept of somebody's guest, to hand to them. Not of a client, who takes it themself."""
    person, seen = load(uid)
    if person.grants or not seen.client or not seen.contact:
        raise NotFound
    saw(current(), AuditAction.PERSON_EXPORTED, [person], person)
    return _file(copy_of(person, clock.now()))


def _file(kept: dict[str, Any]) -> Response:
    """Under a name that says nothing."""
    answer = Response(current_app.json.dumps(kept, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="copy.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
