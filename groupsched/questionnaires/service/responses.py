"""Answering a form: begin, save each answer, hand over, amend, and choose who reads it."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, delete, select

from groupsched.access.identity import ApiToken, Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.events import publish
from groupsched.core.i18n import _
from groupsched.questionnaires.events import ResponseThrownAway
from groupsched.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion, ResponseAnswer
from groupsched.questionnaires.queries import (
    amendment_of,
    open_response,
    response_facts,
    writing_facts,
)
from groupsched.questionnaires.rules import (
    Audience,
    FormKind,
    Given,
    Item,
    ItemType,
    ResponseStatus,
    to_hand_over,
)


def begin(identity: Identity, person: Person, version: QuestionnaireVersion) -> QuestionnaireResponse:
    """Begin to answer a form about a person, or go on with what one began of it. What no staff can read, its person alone begins.
    Raises NotFound for whoever may not."""
    ensure(identity, Permission.RESPONSE_WRITE, writing_facts(person))
    own = identity.person == person.id
    if version.questionnaire.program_id != person.program_id or not (own or version.form.reads_staff):
        raise NotFound
    lock_people([person.id])
    found = open_response(person, identity.person, version.questionnaire_id)
    return found or start(identity, person, version)


def start(
    identity: Identity,
    person: Person,
    version: QuestionnaireVersion,
    amends: QuestionnaireResponse | None = None,
) -> QuestionnaireResponse:
    """A new response, whatever else there is; for `begin`, `amend`, and rooms above that ask a form again and again."""
    ensure(identity, Permission.RESPONSE_WRITE, writing_facts(person))
    now = clock.now()
    row = QuestionnaireResponse(
        program_id=person.program_id,
        published=version,
        subject=person,
        subject_id=person.id,
        author_id=identity.person,
        audience=amends.audience if amends else version.form.shared_with,
        amends_id=amends.id if amends else None,
        begun_at=now,
        saved_at=now,
        rows=[],
    )
    db.session.add(row)
    db.session.flush()
    if identity.person != person.id:
        record(identity, AuditAction.RESPONSE_BEGUN, row, [person])
    return row


def save_answer(identity: Identity, row: QuestionnaireResponse, item: Item, given: Given) -> None:
    """Keep one answer, in the place of what was said before; a blank one takes it out. Doing it twice changes nothing. Raises
    Conflict where the response was handed over, NotFound for an item of another form."""
    _hold_open(identity, row)
    if row.published.form.item(item.key) != item or item.type is ItemType.HEADING:
        raise NotFound
    there = next((one for one in row.rows if one.item == item.key), None)
    if (there.given if there else Given()) == given or (there is None and given.is_blank):
        return
    now = clock.now()
    if given.is_blank:
        row.rows = [one for one in row.rows if one.item != item.key]
    else:
        if there is None:
            there = ResponseAnswer(item=item.key)
            row.rows.append(there)
        value = given.value
        there.value = list(value) if isinstance(value, tuple) else value
        there.own, there.answered_at = given.own, now
    row.saved_at = now
    db.session.flush()


def hand_over(identity: Identity, row: QuestionnaireResponse, audience: Audience | None = None) -> None:
    """Finish a response: from now on whoever was chosen reads it, and it does not change any more. Answers to what is not shown stay
    behind. What somebody else amends is read by whom the person has chosen by now, whatever is said here. Raises Conflict where it
    was handed over, DomainError for readers that the form does not have."""
    _hold_open(identity, row)
    if row.amends is not None and identity.person != row.subject_id:
        audience = row.amends.audience
    row.audience = _fitting(row, audience or row.audience)
    kept = to_hand_over(row.published.form, row.answers)
    row.rows = [one for one in row.rows if one.item in kept]
    row.status = ResponseStatus.AMENDED if row.amends_id else ResponseStatus.COMPLETED
    row.handed_over_at = row.saved_at = clock.now()
    db.session.flush()
    record(identity, AuditAction.RESPONSE_COMPLETED, row, [row.subject_id])


def respond(
    identity: Identity,
    person: Person,
    version: QuestionnaireVersion,
    answers: Mapping[str, Given],
    audience: Audience,
) -> QuestionnaireResponse:
    """A whole response at once, handed over. Raises NotFound for an item that the form does not have, DomainError as `hand_over`."""
    ensure(identity, Permission.RESPONSE_WRITE, writing_facts(person))
    if version.questionnaire.program_id != person.program_id:
        raise NotFound
    row = start(identity, person, version)
    for key, given in answers.items():
        item = version.form.item(key)
        if item is None:
            raise NotFound
        save_answer(identity, row, item, given)
    hand_over(identity, row, audience)
    return row


def amend(identity: Identity, row: QuestionnaireResponse) -> QuestionnaireResponse:
    """Begin an amendment of a response, with what it says, or go on with one's own; the old one stays as it is. It is to the same
    version. What a colleague has begun does not stand in the way of whom it is about: it ends. Raises NotFound for whoever may not,
    Conflict where somebody else amends it or it was amended."""
    ensure(identity, Permission.RESPONSE_READ, response_facts(row))
    lock_people([row.subject_id])
    if row.is_open:
        raise Conflict(_("This form was not handed over yet."), code="open")
    if row.audience is Audience.TOTALS:
        raise Conflict(_("What stands in totals is not changed any more."), code="in-totals")
    if row.published.form.kind is FormKind.REFERRAL:
        raise Conflict(
            _(
                "What was said with a request is not changed any more. You can take the request back, and ask again."
            ),
            code="in-request",
        )
    there = amendment_of(row)
    if there is not None and there.is_open and there.author_id == identity.person:
        return there
    if there is not None:
        _end_amendment(identity, there)
    new = start(identity, row.subject, row.published, row)
    for one in row.rows:
        new.rows.append(
            ResponseAnswer(item=one.item, value=one.value, own=one.own, answered_at=one.answered_at)
        )
    db.session.flush()
    record(identity, AuditAction.RESPONSE_AMENDED, new, [new.subject_id])
    return new


def _end_amendment(identity: Identity, there: QuestionnaireResponse) -> None:
    """Take out an amendment that was begun and stands in the way: that of a colleague, for whom it is about; for everybody, that of
    somebody who may not go on. Raises Conflict otherwise."""
    _lock_amendment(there)
    db.session.refresh(there, ["status"])
    lost = response_facts(there).subject is None
    if not there.is_open or not (lost or identity.person == there.subject_id):
        raise Conflict(_("This form was amended already, or somebody is at it."), code="amended")
    record(identity, AuditAction.RESPONSE_DROPPED, there, [there.subject_id])
    db.session.delete(there)
    db.session.flush()


def _lock_amendment(row: QuestionnaireResponse) -> None:
    """What is amended before what amends it: who shares the one anew and who writes at the other go one after another. Raises
    NotFound where somebody took it out meanwhile."""
    table = QuestionnaireResponse
    both = select(table.id).where(table.id.in_((row.amends_id, row.id))).order_by(table.id).with_for_update()
    if len(db.session.scalars(both).all()) != 2:
        raise NotFound
    db.session.refresh(row.amends, ["audience"])


def share(identity: Identity, row: QuestionnaireResponse, audience: Audience) -> None:
    """Choose anew who reads a response: whom it is about alone may. What was said for totals stays there. Raises NotFound, Conflict,
    DomainError for readers that the form does not have."""
    if identity.person != row.subject_id:
        raise NotFound
    ensure(identity, Permission.RESPONSE_READ, response_facts(row))
    db.session.refresh(row, ["status", "audience"], with_for_update=True)
    if Audience.TOTALS in (row.audience, audience) and not row.is_open and row.audience is not audience:
        raise Conflict(
            _("What was handed over for totals stays there, and nothing comes to it later."), code="in-totals"
        )
    row.audience, row.saved_at = _fitting(row, audience), clock.now()
    db.session.flush()
    record(identity, AuditAction.RESPONSE_SHARED, row, [row.subject_id])


def throw_away(identity: Identity, row: QuestionnaireResponse) -> None:
    """Take out a response that was not handed over, with all its answers: its writer alone may. Raises Conflict where it was handed over
    meanwhile, NotFound for whoever may not."""
    _hold_open(identity, row)
    publish(ResponseThrownAway(row.id))
    record(identity, AuditAction.RESPONSE_WITHDRAWN, row, [row.subject_id])
    db.session.delete(row)
    db.session.flush()


def forget_answers(person_ids: Collection[int]) -> None:
    """Take out what people answered. That they did stays, as rows that say nothing. For rules of retention, which know who left."""
    theirs = select(QuestionnaireResponse.id).where(QuestionnaireResponse.subject_id.in_(person_ids))
    _forget(ResponseAnswer.response_id.in_(theirs))


def forget_responses(ids: Collection[int]) -> None:
    """Take out what was answered in these responses; that it was stays. For rules of retention."""
    _forget(ResponseAnswer.response_id.in_(ids))


def _forget(which: ColumnElement[bool]) -> None:
    db.session.execute(delete(ResponseAnswer).where(which).execution_options(synchronize_session=False))


def _fitting(row: QuestionnaireResponse, audience: Audience) -> Audience:
    if audience not in row.published.form.readers:
        raise DomainError(_("Choose who may read it."), field="audience", code="no-reader")
    return audience


def _hold_open(identity: Identity, row: QuestionnaireResponse) -> None:
    """Its writer alone, as long as it is open and they may go on; one after another."""
    if row.amends_id is not None:
        _lock_amendment(row)
    db.session.refresh(row, ["status", "rows"], with_for_update=True)
    writes_it = row.author_id == identity.person and (
        identity.person is not None or isinstance(identity, ApiToken)
    )
    if not row.is_open:
        ensure(identity, Permission.RESPONSE_READ, response_facts(row))
        raise Conflict(_("This form is handed over: it can be amended."), code="handed-over")
    if not writes_it:
        raise NotFound
    if identity.person not in (None, row.subject_id):
        ensure(identity, Permission.RESPONSE_WRITE, writing_facts(row.subject))
        ensure(identity, Permission.RESPONSE_READ, response_facts(row))
