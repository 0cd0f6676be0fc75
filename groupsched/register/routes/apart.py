"""Who is kept apart from whom: the list, keeping two people apart, one pair with its reason, ending it."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.access.queries import current_program
from groupsched.accounts.models import Person
from groupsched.accounts.queries import record_facts
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw, saw_unnamed
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.web import asks_for_data, domain_answer, go, wants_json
from groupsched.enrolment import queries, service
from groupsched.enrolment.models import ApartPair
from groupsched.register.forms import ApartForm
from groupsched.register.queries import people_to_keep_apart
from groupsched.register.routes.blueprint import blueprint
from groupsched.register.routes.people_forms import load
from groupsched.register.rules import ApartAct


@blueprint.get("/people/apart")
@requires(Permission.KEEP_APART)
def apart() -> str:
    """Who is kept apart, now and before; never why."""
    identity, program = current(), current_program(current())
    if program is None:
        raise NotFound
    today, pairs = queries.today_of(program.id), queries.pairs_kept(identity)
    saw_unnamed(identity, AuditAction.APART_LISTED)
    return render_template(
        "register/apart.html",
        now=[pair for pair in pairs if not pair.span.is_over(today)],
        before=[pair for pair in pairs if pair.span.is_over(today)],
        today=today,
    )


@blueprint.get("/people/<uid>/apart")
@requires(Permission.KEEP_APART)
def start_apart(uid: str) -> Response:
    """Choose from whom a person is kept apart."""
    return _form_page(_person(uid), ApartForm(formdata=None))


@blueprint.post("/people/<uid>/apart")
@requires(Permission.KEEP_APART)
def keep_apart(uid: str) -> Response:
    """Look for the other one, or keep the two apart. A name stands in no address."""
    person, form, asked = _person(uid), ApartForm(), request.form.get("act") == ApartAct.KEEP
    if not asked or not form.validate():
        return _form_page(person, form, asked=asked)
    try:
        other = next((one for one in _found(person, form) if one.uid == form.person.data), None)
        if other is None:
            raise DomainError(_("Choose the other person of the list."), field="person", code="nobody")
        pair = service.keep_apart(current(), person, other, form.wish(queries.today_of(person.program_id)))
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _form_page(_person(uid), form, asked=True)
    return go("register.apart_pair", _("They are kept apart."), pair=pair.uid)  # type: ignore[no-any-return]


@blueprint.get("/people/apart/<pair>")
@requires(Permission.KEEP_APART)
def apart_pair(pair: str) -> str:
    """Two people, why they are kept apart, and where they would meet as it stands."""
    found = _pair(pair)
    today = queries.today_of(found.program_id)
    saw_unnamed(current(), AuditAction.APART_READ, found)
    reason = queries.reason_of(current(), found)
    meets = [] if found.span.is_over(today) else queries.where_they_meet(found)
    return render_template("register/apart_pair.html", pair=found, reason=reason, meets=meets, today=today)


@blueprint.post("/people/apart/<pair>/end")
@requires(Permission.KEEP_APART)
def end_apart(pair: str) -> Response:
    """From today they are kept apart no longer."""
    found = _pair(pair)
    service.end_apart(current(), found)
    undo = url_for("register.keep_on", pair=pair)
    flash({"words": _("They are kept apart no longer."), "undo": undo})  # type: ignore[arg-type]
    return redirect(url_for("register.apart_pair", pair=pair), 303)  # type: ignore[return-value]


@blueprint.post("/people/apart/<pair>/keep-on")
@requires(Permission.KEEP_APART)
def keep_on(pair: str) -> Response:
    """Take back that it ended."""
    service.keep_on(current(), _pair(pair))
    return go("register.apart_pair", _("They are kept apart again."), pair=pair)  # type: ignore[no-any-return]


def _pair(uid: str) -> ApartPair:
    return queries.get_pair(current(), clean_line(uid, 20))


def _person(uid: str) -> Person:
    person, _seen = load(uid)
    if not can(current(), Permission.KEEP_APART, record_facts(person)):
        raise NotFound
    return person


def _found(person: Person, form: ApartForm) -> list[Person]:
    """Those of the words that were typed; who was chosen before stays to be chosen."""
    return people_to_keep_apart(current(), person, form.q.data or "", form.person.data or "")


def _form_page(person: Person, form: ApartForm, *, asked: bool = False) -> Response:
    found = _found(person, form)
    saw(current(), AuditAction.PERSON_LISTED, [person, *found])
    page = render_template(
        "register/keep_apart.html",
        person=person,
        form=form,
        found=found,
        pairs=queries.pairs_of(current(), person),
    )
    return make_response(page, 422 if asked and form.errors else 200)


@blueprint.app_errorhandler(service.AskSupervisor)
def needs_supervisor(refused: service.AskSupervisor) -> Response:
    """Something was refused for two people who are kept apart: whoever keeps them so is led to them, others ask."""
    if wants_json() or asks_for_data():
        return domain_answer(refused)
    db.session.rollback()
    if refused.pairs:
        saw_unnamed(current(), AuditAction.APART_LISTED)
    page = render_template("register/needs_supervisor.html", pairs=refused.pairs, words=refused.message)
    return make_response(page, refused.status)
