"""Reading what somebody answered, choosing who else may, and amending it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.i18n import _
from groupsched.questionnaires import queries, service
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.routes.blueprint import (
    audience_sent,
    blueprint,
    is_own,
    said_of_audiences,
)
from groupsched.questionnaires.routes.filling import overview
from groupsched.questionnaires.rules import screens
from groupsched.questionnaires.words import answer_words, in_words, nobody_words, shared_with_words


@blueprint.get("/forms/<uid>")
@requires(Permission.RESPONSE_READ)
def response(uid: str) -> str:
    """A response: its parts as long as it is written, then what it says."""
    row = queries.get_response(current(), uid)
    return overview(row) if row.is_open else _read(row)


@blueprint.post("/forms/<uid>/share")
@requires(Permission.RESPONSE_READ)
def share(uid: str) -> Response:
    """Choose anew who reads it."""
    row = queries.get_response(current(), uid)
    service.share(current(), row, audience_sent())
    flash(_("It is kept as you chose."))
    return redirect(url_for("questionnaires.response", uid=uid), 303)  # type: ignore[return-value]


@blueprint.post("/forms/<uid>/amend")
@requires(Permission.RESPONSE_READ)
def amend(uid: str) -> Response:
    """Begin an amendment; what was handed over stays as it is."""
    row = service.amend(current(), queries.get_response(current(), uid))
    return redirect(url_for("questionnaires.response", uid=row.uid), 303)  # type: ignore[return-value]


@blueprint.get("/people/<uid>/forms")
@requires(Permission.RESPONSE_READ)
def of_person(uid: str) -> str:
    """What a person handed over to who asks, and what could be filled in with them; under break-glass what any care team reads."""
    person = queries.get_person_read(current(), uid)
    rows = queries.responses_of(current(), person)
    saw(current(), AuditAction.PERSON_OPENED, [person], person)
    writes = can(current(), Permission.RESPONSE_WRITE, queries.writing_facts(person))
    asked = queries.to_begin_with_others(person.program_id) if writes else []
    return render_template(
        "questionnaires/of_person.html",
        person=person,
        rows=rows,
        asked=[(one.questionnaire, one.form) for one in asked],
        said=in_words,
    )


@blueprint.post("/people/<uid>/forms/<form>/begin")
@requires(Permission.RESPONSE_WRITE)
def begin_with(uid: str, form: str) -> Response:
    """Begin a form with a person, or go on with what one began."""
    person = queries.get_person_asked(current(), uid)
    row = service.begin(current(), person, queries.newest_of(person.program_id, form))
    return redirect(url_for("questionnaires.response", uid=row.uid), 303)  # type: ignore[return-value]


def _read(row: QuestionnaireResponse) -> str:
    saw(current(), AuditAction.RESPONSE_READ, [row.subject_id], row)
    before = row.amends.answers if row.amends else {}
    parts = [
        (one, [(item, answer_words(item, row.answers.get(item.key))) for item in one.items])
        for one in screens(row.published.form, row.answers)
    ]
    changed = [
        (item, answer_words(item, before.get(item.key)), answer_words(item, row.answers.get(item.key)))
        for item in row.published.form.questions
        if row.amends and before.get(item.key) != row.answers.get(item.key)
    ]
    later = queries.amendment_of(row)
    return render_template(
        "questionnaires/read.html",
        row=row,
        form=row.published.form,
        parts=parts,
        changed=changed,
        later=later if later is not None and not later.is_open else None,
        amends=queries.amends_shown(current(), row),
        later_shows=later is not None
        and can(current(), Permission.RESPONSE_READ, queries.response_facts(later)),
        may_amend=queries.may_amend(row),
        own=is_own(row),
        readers=queries.readers_of(row),
        audiences=said_of_audiences(row, queries.reading_now(row.subject)) if is_own(row) else [],
        nobody=nobody_words().get(row.audience, ""),
        audience=shared_with_words(row.published.form, row.audience),
        said=in_words,
    )
