"""Somebody of the same name who is here already: it may be the same person, and two records of one are hard to join."""

from flask import request

from groupsched.access.identity import current
from groupsched.accounts.models import Person
from groupsched.accounts.queries import called
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.core.text import fold
from groupsched.enrolment.queries import seen_by, sides
from groupsched.register.forms import NewPersonForm

ANOTHER = "another_person"
MOST = 5


def asks_of_namesakes(form: NewPersonForm, uid: str | None) -> bool:
    """Whether a form adds somebody with the name of people who show here, and nobody ticked that it is another one. The form
    then says who they are; of people who do not show nothing is said."""
    name = (form.first_name.data or "", form.last_name.data or "")
    asked = fold(" ".join(name))
    if request.form.get(ANOTHER) == asked:
        return False
    query = called(current().program_id, *name).where(seen_by(current()), Person.uid != (uid or ""))
    found = db.session.scalars(query.limit(MOST)).unique().all()
    if not found:
        return False
    saw(current(), AuditAction.PERSON_LISTED, found)
    form.first_name.errors = [_("Somebody of this name is here already.")]
    form.namesakes, form.another = found, asked
    form.clients = {one for one in found if sides(current(), one).client}
    return True
