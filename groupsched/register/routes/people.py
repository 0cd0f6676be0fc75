"""The register: clients for the desk and supervisors, accounts for administrators."""

import segno
from flask import make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from groupsched.access.identity import Role, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import service
from groupsched.accounts.models import Person
from groupsched.accounts.queries import zone_of
from groupsched.accounts.service import (
    Slip,
    WitnessNeeded,
    add_person,
    change_person,
    ensure_may_invite,
    invite_by_mail,
    make_slip,
)
from groupsched.accounts.words import role_names
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import get_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, current_language, force_locale
from groupsched.core.meanwhile import Meanwhile, look, settle
from groupsched.core.rate_limit import costly
from groupsched.core.text import clean_line
from groupsched.core.web import go, is_part
from groupsched.enrolment.queries import beside_joined, person_in_reach
from groupsched.enrolment.rules import ShownAt, Waitlisted
from groupsched.enrolment.service import AskSupervisor, enrol, note_beside
from groupsched.enrolment.words import tell_of_secular
from groupsched.register import queries
from groupsched.register.forms import BringIntoForm, NewPersonForm, PersonForm
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.namesakes import asks_of_namesakes
from groupsched.register.routes.people_forms import (
    fields_of,
    fill,
    load,
    person_page,
    roles_to_give,
    said_of,
    start,
    uid_of,
    version_of,
)
from groupsched.register.routes.shared_mail import asks_to_share
from groupsched.register.routes.witness import with_witness
from groupsched.register.rules import PeopleList


@blueprint.route("/people", methods=["GET", "POST"], endpoint="people")
@requires(Permission.STAFF_PAGES)
def people_list() -> str:
    """The register, by name, a page at a time. A search is a post: a name or number stands in no address."""
    identity, given = current(), request.form if request.method == "POST" else request.args
    lists = queries.lists_for(identity)
    shown = given.get("show", lists[0] if lists else "")
    if shown not in lists:
        raise NotFound
    text = clean_line(request.form.get("q", ""), 80)
    number = max(1, min(given.get("page", 1, type=int), 10_000))
    page = queries.find_people(identity, staff=shown == PeopleList.STAFF, text=text, number=number)
    if shown == PeopleList.CLIENTS:
        saw(identity, AuditAction.PERSON_LISTED, page.people)
    return render_template(
        "register/_people_found.html" if is_part() else "register/people.html",
        page=page,
        shown=shown,
        lists=lists,
        text=text,
        may_add=bool(roles_to_give(identity)),
        roles=role_names(),
        now=clock.now(),
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@requires(Permission.STAFF_PAGES)
def new_person() -> Response:
    """Add somebody."""
    identity = current()
    roles = roles_to_give(identity)
    if not roles:
        raise NotFound
    form = NewPersonForm()
    fill(form, identity)
    form.roles.choices = [(role, role_names()[role]) for role in roles]
    if request.method == "GET":
        start(form, identity, roles)
        return _form_page(form, "register/new_person.html")
    if form.validate() and not (asks_to_share(form, uid_of(form)) or asks_of_namesakes(form, uid_of(form))):
        try:
            chosen = frozenset(Role(role) for role in form.roles.data)
            person = add_person(identity, fields_of(form), chosen, uid_of(form))
            return go("register.person", _("%(name)s is added.", name=person.name), uid=person.uid)
        except DomainError as refusal:
            add_refusal(form, refusal)
    return _form_page(form, "register/new_person.html")


@blueprint.get("/people/<uid>")
@requires(Permission.STAFF_PAGES)
def person(uid: str) -> str:
    """One person, with what of them shows to who asks."""
    return person_page(*load(uid))


@blueprint.route("/people/<uid>/edit", methods=["GET", "POST"])
@requires(Permission.STAFF_PAGES)
@costly
@with_witness
def edit_person(uid: str, *, witnessed: bool) -> Response:
    """Change what is written down about a person. A form that shows it is a look."""
    shown, seen = load(uid)
    if not seen.write:
        raise NotFound
    answer = _edited(shown, witnessed=witnessed)
    if seen.client and answer.status_code != 303:
        saw(current(), AuditAction.PERSON_OPENED, [shown], shown)
    return answer


def _edited(shown: Person, *, witnessed: bool) -> Response:
    if request.method == "GET":
        return _form_page(said_of(shown), "register/edit_person.html", person=shown)
    form = PersonForm()
    fill(form, current())
    if rows := settle(form, lambda: said_of(shown)):
        return _differing(form, shown, Meanwhile(rows))
    if form.validate() and not asks_to_share(form, shown.uid, shown.email or ""):
        try:
            change_person(current(), shown, fields_of(form), version_of(form), witnessed=witnessed)
            return go("register.person", _("Saved."), uid=shown.uid)
        except ChangedMeanwhile:
            db.session.refresh(shown)
            form.version.data = str(shown.version)
            return _differing(form, shown, look(form, said_of(shown)))
        except WitnessNeeded:
            raise
        except DomainError as refusal:
            add_refusal(form, refusal)
    return _form_page(form, "register/edit_person.html", person=shown)


@blueprint.post("/people/<uid>/groups")
@requires(Permission.ENROL_OTHERS)
def bring_into(uid: str) -> Response:
    """Bring a person into a group: every coming date of it, or its line."""
    shown, seen = load(uid)
    form = BringIntoForm()
    if not form.group.data:
        form.group.errors = [_("Choose a group of the list.")]
        return make_response(person_page(shown, seen, bring=form), 422)
    group = get_group(current(), form.group.data, Permission.ENROL_OTHERS)
    beside = beside_joined(current(), group, None, clock.now())
    try:
        outcome = enrol(
            current(), group, person_in_reach(current(), group, uid), accept_clash=form.accept_clash.data
        )
    except DomainError as refusal:
        if refusal.status == 404 or isinstance(refusal, AskSupervisor):
            raise
        db.session.rollback()
        shown, seen = load(uid)
        form.group.errors = [refusal.message]
        return make_response(person_page(shown, seen, bring=form), refusal.status)
    waits = isinstance(outcome.answer, Waitlisted)
    words = _("%(name)s is on the waiting list of %(group)s.") if waits else _("%(name)s is in %(group)s.")
    said = words % {"name": shown.name, "group": group.title}
    noted = note_beside(current(), outcome.enrolment.person, group, beside, ShownAt.BY_STAFF)
    also = f" {tell_of_secular(beside.group.title)}" if noted and beside is not None else ""
    return go("register.person", said + also, uid=uid)


@blueprint.post("/people/<uid>/credential")
@requires(Permission.STAFF_WRITE)
def set_credential(uid: str) -> Response:
    """Say which credential a colleague holds: it stands beside their name where they led."""
    service.set_qualification(current(), load(uid)[0], clean_line(request.form.get("qualification", ""), 60))
    return go("register.person", _("Saved."), uid=uid)


@blueprint.post("/people/<uid>/invite")
@requires(Permission.STAFF_PAGES)
@costly
@with_witness
def invite(uid: str, *, witnessed: bool) -> Response:
    """Send a link to set a password by mail."""
    shown, _seen = load(uid)
    ensure_may_invite(current_member(), shown, witnessed=witnessed)
    invite_by_mail(current_member(), shown)
    return go("register.person", _("A link is on its way."), uid=uid)


@blueprint.post("/people/<uid>/slip")
@requires(Permission.STAFF_PAGES)
@costly
@with_witness
def slip(uid: str, *, witnessed: bool) -> str:
    """A slip with a QR and a printed code: shown this once, as the answer to the button."""
    shown, _seen = load(uid)
    ensure_may_invite(current_member(), shown, witnessed=witnessed)
    made = make_slip(current_member(), shown)
    return render_template("register/slip.html", paper=_paper(made, shown), person=shown)


@blueprint.post("/people/<uid>/disable")
@requires(Permission.STAFF_PAGES)
def disable(uid: str) -> Response:
    """Close an account."""
    service.disable(current_member(), load(uid)[0])
    return go("register.person", _("The account is off."), uid=uid)


@blueprint.post("/people/<uid>/enable")
@requires(Permission.STAFF_PAGES)
def enable(uid: str) -> Response:
    """Open an account again."""
    service.enable(current_member(), load(uid)[0])
    return go("register.person", _("The account is on again."), uid=uid)


@blueprint.post("/people/<uid>/sign-out")
@requires(Permission.STAFF_PAGES)
def sign_out_everywhere(uid: str) -> Response:
    """End every sign-in of somebody."""
    service.sign_out_everywhere(current_member(), load(uid)[0])
    return go("register.person", _("This person is signed out everywhere."), uid=uid)


@blueprint.post("/people/<uid>/second-step/reset")
@requires(Permission.STAFF_PAGES)
def reset_second_step(uid: str) -> Response:
    """Take the second step from somebody who has lost phone and paper."""
    service.reset_second_step(current_member(), load(uid)[0])
    return go("register.person", _("The second step is reset."), uid=uid)


def _paper(made: Slip, person: Person) -> Markup:
    """The slip, drawn in the language of the person who takes it home."""
    qr = segno.make(made.link, error="m", boost_error=False)
    drawn = Markup(qr.svg_inline(scale=5, border=4, light="#fff", omitsize=True))  # noqa: S704 - our own drawing
    with force_locale(person.language):
        language, zone = current_language(), zone_of(person)
        return Markup(  # noqa: S704 - a template of ours, escaped by itself
            render_template("register/_slip.html", slip=made, qr=drawn, zone=zone, language=language)
        )


def _differing(form: PersonForm, shown: Person, found: Meanwhile) -> Response:
    """The form again, with what somebody else says; where that is the same, it is saved."""
    if not found.rows:
        return go("register.person", _("Saved."), uid=shown.uid)  # type: ignore[no-any-return]
    page = {
        "form": form,
        "person": shown,
        "meanwhile": found,
        "sent_over": ChangedMeanwhile().message,
    }
    return make_response(render_template("register/edit_person.html", **page), 409)


def _form_page(form: PersonForm, template: str, **values: object) -> Response:
    return make_response(render_template(template, form=form, **values), 422 if form.is_submitted() else 200)
