"""Writing forms: drafts, publishing a version, taking a form out."""

from groupsched.access.identity import Identity, System
from groupsched.access.models import Program
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.tokens import public_id
from groupsched.questionnaires.models import Questionnaire, QuestionnaireVersion
from groupsched.questionnaires.queries import form_facts, questionnaires, ready_forms
from groupsched.questionnaires.rules import Form, FormKind, as_data, form_problems
from groupsched.questionnaires.words import problem_words


def load_ready_forms(program: Program) -> None:
    """Give a program the forms that come with the product and that it does not have: as drafts to look at. The one after a session
    is asked at once."""
    there = {row.key for row in questionnaires(program.id)}
    system = System(program_id=program.id)
    for key, form in ready_forms().items():
        if key not in there:
            row = _add(program.id, key, form)
            if form.kind is FormKind.REFLECTION:
                _publish(system, row, form)


def add_questionnaire(identity: Identity, form: Form) -> Questionnaire:
    """A new form, as a draft. Raises NotFound for whoever may not."""
    ensure(identity, Permission.QUESTIONNAIRE_WRITE, Facts(program=identity.program_id))
    row = _add(identity.program_id or 0, f"own-{public_id()}", form)
    row.draft_by_id = identity.person
    db.session.flush()
    record(identity, AuditAction.QUESTIONNAIRE_CHANGED, row)
    return row


def _add(program_id: int, key: str, form: Form) -> Questionnaire:
    row = Questionnaire(
        program_id=program_id, key=key, draft=as_data(form), draft_at=clock.now(), versions=[]
    )
    db.session.add(row)
    db.session.flush()
    return row


def write_draft(identity: Identity, row: Questionnaire, form: Form, version: int) -> None:
    """Keep a draft as it is, with whatever is still wrong with it. `version` is the one its writer saw. Raises ChangedMeanwhile."""
    _hold(identity, row)
    if row.version != version:
        raise ChangedMeanwhile
    row.draft, row.draft_at, row.draft_by_id = as_data(form), clock.now(), identity.person
    row.version += 1
    db.session.flush()
    db.session.expire(row, ["draft_by"])
    record(identity, AuditAction.QUESTIONNAIRE_CHANGED, row)


def publish_draft(identity: Identity, row: Questionnaire) -> QuestionnaireVersion:
    """Make a version of the draft: who begins from now on answers it, others finish theirs. Raises Conflict where nothing is drafted,
    DomainError with the first thing that is wrong with it."""
    _hold(identity, row)
    form = row.drafted
    if form is None:
        raise Conflict(_("There is no draft to publish."), code="no-draft")
    before = row.versions[-1].form if row.versions else None
    if problems := form_problems(form, before):
        raise DomainError(problem_words(problems[0]), field="form", code=problems[0].fault.value)
    return _publish(identity, row, form)


def _publish(identity: Identity, row: Questionnaire, form: Form) -> QuestionnaireVersion:
    number = row.versions[-1].number + 1 if row.versions else 1
    found = QuestionnaireVersion(
        number=number, said=as_data(form), published_at=clock.now(), published_by_id=identity.person
    )
    row.versions.append(found)
    row.draft = row.draft_at = row.draft_by_id = row.retired_at = None
    row.version += 1
    db.session.flush()
    record(identity, AuditAction.QUESTIONNAIRE_PUBLISHED, row, number=number)
    return found


def retire_questionnaire(identity: Identity, row: Questionnaire) -> None:
    """Ask a form no longer; whoever is in the middle of it may finish. Publishing again brings it back."""
    _hold(identity, row)
    if row.retired_at is None:
        row.retired_at = clock.now()
        row.version += 1
        db.session.flush()
        record(identity, AuditAction.QUESTIONNAIRE_RETIRED, row)


def _hold(identity: Identity, row: Questionnaire) -> None:
    ensure(identity, Permission.QUESTIONNAIRE_WRITE, form_facts(row))
    db.session.refresh(row, ["draft", "retired_at", "version"], with_for_update=True)
    db.session.expire(row, ["versions"])
