"""What is on file for a client before some kinds of sessions: noting a clearance, and a clinician's yes, on their page."""

from collections.abc import Callable

from flask import make_response, render_template
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.rules import ClearanceKind
from groupsched.catalog.words import clearances as clearance_words
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.web import go
from groupsched.enrolment import service
from groupsched.enrolment.queries import clearances_of, confirmation_of, other_care
from groupsched.register.forms import ClearanceForm
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.people_forms import load


@blueprint.get("/people/<uid>/clearances")
@requires(Permission.CLEARANCE_WRITE)
def clearances(uid: str) -> Response:
    """What is on file, and whether a clinician has said yes."""
    return _page(_load(uid), ClearanceForm(formdata=None))


@blueprint.post("/people/<uid>/clearances")
@requires(Permission.CLEARANCE_WRITE)
def note_clearance(uid: str) -> Response:
    """Note that something is cleared."""
    person, form = _load(uid), ClearanceForm()
    form.kind.choices = list(clearance_words().items())
    if not form.validate():
        return _page(person, form)
    try:
        service.note_clearance(current(), person, ClearanceKind(form.kind.data), form.until.data)
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(_load(uid), form)
    return _back(uid, _("Noted: %(kind)s.", kind=clearance_words()[ClearanceKind(form.kind.data)]))


@blueprint.post("/people/<uid>/clearances/<row>/end")
@requires(Permission.CLEARANCE_WRITE)
def end_clearance(uid: str, row: str) -> Response:
    """It is cleared no longer."""
    person = _load(uid)
    found = next((one for one in clearances_of(person.id) if one.uid == row), None)
    if found is not None:
        service.end_clearance(current(), found)
    return _back(uid, _("It is not cleared any more. What they have already stays."))


@blueprint.post("/people/<uid>/complementary")
@requires(Permission.CLEARANCE_WRITE)
def confirm_alone(uid: str) -> Response:
    """A clinician confirms that complementary kinds may stand alone."""
    return _step(uid, service.confirm_alone, _("Confirmed. They can have more than one complementary date."))


@blueprint.post("/people/<uid>/complementary/end")
@requires(Permission.CLEARANCE_WRITE)
def end_confirmation(uid: str) -> Response:
    """It is confirmed no longer."""
    return _step(
        uid, service.end_confirmation, _("It is not confirmed any more. What they have already stays.")
    )


def _step(uid: str, step: Callable[[Identity, Person], object], words: str) -> Response:
    """Do something about what a person has of complementary kinds, and say so."""
    step(current(), _load(uid))
    return _back(uid, words)


def _load(uid: str) -> Person:
    person, seen = load(uid)
    if not seen.client or not can(current(), Permission.CLEARANCE_WRITE, seen.about):
        raise NotFound
    return person


def _page(person: Person, form: ClearanceForm) -> Response:
    form.kind.choices = list(clearance_words().items())
    saw(current(), AuditAction.PERSON_OPENED, [person], person)
    page = render_template(
        "register/clearances.html",
        person=person,
        form=form,
        care=other_care(person.id, clock.now()),
        confirmation=confirmation_of(person.id),
        clearances=clearances_of(person.id),
        words=clearance_words(),
        is_clinician=service.is_clinician(current()),
        zone=zone_of(person),
    )
    return make_response(page, 422 if form.errors else 200)


def _back(uid: str, words: str) -> Response:
    return go("register.clearances", words, uid=uid)  # type: ignore[no-any-return]
