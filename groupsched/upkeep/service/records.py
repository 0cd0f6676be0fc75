"""What each class of records is, whose each one is and since when it counts, and how it is removed.

That something was is kept, what it said goes: a mail that went out, a row of a sheet and a person stay as empty rows, by
whose numbers other things are told. The audit and the marks of sheets are no class here: they are append-only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update

from groupsched.access.identity import STAFF, Role, System
from groupsched.accounts.models import BreakGlass, Credential, Grant, Invitation, LegalHold, Person, SignIn
from groupsched.accounts.service import forget_left
from groupsched.attendance.models import Attendee, Sheet
from groupsched.care.service import forget_numbers
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import (
    ApartPair,
    Enrolment,
    GroupSwitch,
    Guest,
    GuestDate,
    NoFaithWish,
    OutsideDate,
    SuggestionAside,
)
from groupsched.enrolment.rules import GUESTS_COME, LIVE
from groupsched.feeds.models import Feed, FeedTitle
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.outbox.service import untold
from groupsched.questionnaires.models import QuestionnaireResponse, ResponseAnswer
from groupsched.questionnaires.service import forget_answers, forget_responses
from groupsched.schedule.models import Occurrence
from groupsched.upkeep.rules import RecordKind


@dataclass(frozen=True)
class RecordClass:
    """`found(program_id)` selects id, owner (the number of a person, or none) and at; `remove(ids)` removes these."""

    found: Callable[[int], Select[Any]]
    remove: Callable[[list[int]], None]


def _select(row: Any, owner: Any, at: Any) -> Select[Any]:
    return select(row.id.label("id"), owner.label("owner"), at.label("at"))


def _of_people(row: Any, at: Any, program_id: int) -> Select[Any]:
    found = _select(row, row.person_id, at).join(Person, Person.id == row.person_id)
    return found.where(Person.program_id == program_id)


def _mail_texts(program_id: int) -> Select[Any]:
    """Of mails that are over, and of which nobody has to be told any more."""
    over = Message.state.in_((MessageState.SENT, MessageState.FAILED, MessageState.SKIPPED))
    told = or_(Message.unreached.is_(None), Message.told_at.is_not(None))
    found = _select(Message, Message.person_id, Message.created_at)
    return found.where(Message.program_id == program_id, over, told, Message.forgotten_at.is_(None))


def _ended_links(program_id: int) -> Select[Any]:
    return _of_people(Feed, Feed.revoked_at, program_id).where(Feed.revoked_at.is_not(None))


def _sign_ins(program_id: int) -> Select[Any]:
    """But for those in which client records were opened by break-glass: that list names them."""
    glass = exists().where(BreakGlass.sign_in_id == SignIn.id)
    return _of_people(SignIn, func.coalesce(SignIn.ended_at, SignIn.ends_at), program_id).where(~glass)


def _invitations(program_id: int) -> Select[Any]:
    return _of_people(Invitation, Invitation.expires_at, program_id)


def _sheet_rows(program_id: int, *which: ColumnElement[bool]) -> Select[Any]:
    found = _select(Attendee, Attendee.person_id, Occurrence.end).join(Attendee.sheet).join(Sheet.occurrence)
    here = Occurrence.group.has(program_id=program_id)
    return found.where(here, Sheet.finished_at.is_not(None), *which)


def _sheet_notes(program_id: int) -> Select[Any]:
    return _sheet_rows(program_id, Attendee.note != "")


def _guest_names(program_id: int) -> Select[Any]:
    return _sheet_rows(program_id, Attendee.person_id.is_(None), Attendee.guest_name != "")


def _form_answers(program_id: int) -> Select[Any]:
    """Responses that still say something, since they were last written at."""
    says = exists().where(ResponseAnswer.response_id == QuestionnaireResponse.id)
    found = _select(QuestionnaireResponse, QuestionnaireResponse.subject_id, QuestionnaireResponse.saved_at)
    return found.where(QuestionnaireResponse.program_id == program_id, says)


def _left_people(program_id: int) -> Select[Any]:
    """Clients and nothing else, whose role is over and who kept no account; since the end of that role. Guests, who never had
    one, since they last came or their client's word ended."""
    of_them = Grant.person_id == Person.id
    role_ended = select(func.max(Grant.until_at)).where(of_them).correlate(Person).scalar_subquery()
    ended = func.coalesce(role_ended, _last_as_guest())
    was_client = or_(exists().where(of_them, Grant.role == Role.CLIENT), _was_guest())
    stays = exists().where(of_them, or_(Grant.until_at.is_(None), Grant.role.in_(STAFF)))
    account = exists().where(Credential.person_id == Person.id, Credential.disabled_at.is_(None))
    inside = exists().where(Enrolment.person_id == Person.id, Enrolment.state.in_(LIVE))
    found = _select(Person, Person.id, ended).where(Person.program_id == program_id)
    return found.where(Person.gone_at.is_(None), was_client, ~stays, ~account, ~inside)


def _last_as_guest() -> Any:
    last = select(func.max(func.coalesce(Guest.ended_at, Occurrence.end, Guest.word_at)))
    last = last.select_from(Guest).outerjoin(Guest.dates).outerjoin(GuestDate.occurrence)
    return last.where(Guest.person_id == Person.id).correlate(Person).scalar_subquery()


def _was_guest() -> ColumnElement[bool]:
    """Somebody without any role whom a client brought, and who has no date to come; nobody whose client is on hold."""
    coming = exists().where(
        Guest.person_id == Person.id,
        Guest.state.in_(GUESTS_COME),
        GuestDate.guest_id == Guest.id,
        GuestDate.lost_at.is_(None),
        Occurrence.id == GuestDate.occurrence_id,
        Occurrence.end > clock.now(),
    )
    no_role = ~exists().where(Grant.person_id == Person.id)
    held = exists().where(
        Guest.person_id == Person.id, LegalHold.person_id == Guest.host_id, LegalHold.lifted_at.is_(None)
    )
    return and_(exists().where(Guest.person_id == Person.id), no_role, ~coming, ~held)


def _forget_mails(which: ColumnElement[bool]) -> None:
    said: dict[str, Any] = {
        "fields": {},
        "was": None,
        "address": None,
        "last_error": "",
        "forgotten_at": clock.now(),
    }
    _run(update(Message).where(which, Message.forgotten_at.is_(None)).values(**said))


def _forget_people(ids: list[int]) -> None:
    """Who they were, and what else says it: mails to them, calendar links, words and answers of theirs, numbers to
    call, notes on them, reasons to leave or to change groups, what is not to be suggested to them."""
    theirs = Message.person_id.in_(ids)
    waiting = update(Message).where(theirs, Message.state == MessageState.WAITING)
    _run(waiting.values(state=MessageState.SKIPPED, withdrawn_at=clock.now()))
    _run(update(Message).where(theirs, untold()).values(withdrawn_at=clock.now()))
    _forget_mails(theirs)
    forget_answers(ids)
    forget_numbers(ids)
    for table in (Feed, FeedTitle, SuggestionAside, NoFaithWish, OutsideDate):
        _run(delete(table).where(table.person_id.in_(ids)))
    _run(update(Attendee).where(Attendee.person_id.in_(ids)).values(note=""))
    _run(
        update(Enrolment).where(Enrolment.person_id.in_(ids)).values(reason="", idea_words="", late_reason="")
    )
    left = select(Enrolment.id).where(Enrolment.person_id.in_(ids))
    _run(update(GroupSwitch).where(GroupSwitch.out_of_id.in_(left)).values(why=None))
    _run(update(SignIn).where(SignIn.person_id.in_(ids)).values(browser=""))
    _forget_pairs(ids)
    with_guests = [*ids, *_guests_of(ids)]
    for person in db.session.scalars(select(Person).where(Person.id.in_(with_guests)).order_by(Person.id)):
        forget_left(System(program_id=person.program_id), person)


def _forget_pairs(ids: list[int]) -> None:
    """Why they were kept apart from somebody; that they were, and when, stays."""
    theirs = or_(ApartPair.first_id.in_(ids), ApartPair.second_id.in_(ids))
    _run(update(ApartPair).where(theirs).values(reason=""))


def _guests_of(ids: list[int]) -> list[int]:
    """Whom these people alone brought: nobody's guests any more, and nothing else."""
    others = exists().where(Guest.person_id == Person.id, Guest.host_id.not_in(ids))
    theirs = exists().where(Guest.person_id == Person.id, Guest.host_id.in_(ids))
    free = (
        ~exists().where(Grant.person_id == Person.id),
        ~exists().where(LegalHold.person_id == Person.id, LegalHold.lifted_at.is_(None)),
    )
    found = select(Person.id).where(theirs, ~others, *free, Person.gone_at.is_(None), Person.id.not_in(ids))
    return list(db.session.scalars(found.order_by(Person.id)))


def _run(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


CLASSES: Mapping[RecordKind, RecordClass] = {
    RecordKind.MAIL_TEXT: RecordClass(_mail_texts, lambda ids: _forget_mails(Message.id.in_(ids))),
    RecordKind.ENDED_LINK: RecordClass(_ended_links, lambda ids: _run(delete(Feed).where(Feed.id.in_(ids)))),
    RecordKind.SIGN_IN: RecordClass(_sign_ins, lambda ids: _run(delete(SignIn).where(SignIn.id.in_(ids)))),
    RecordKind.INVITATION: RecordClass(
        _invitations, lambda ids: _run(delete(Invitation).where(Invitation.id.in_(ids)))
    ),
    RecordKind.SHEET_NOTE: RecordClass(
        _sheet_notes, lambda ids: _run(update(Attendee).where(Attendee.id.in_(ids)).values(note=""))
    ),
    RecordKind.GUEST_NAME: RecordClass(
        _guest_names, lambda ids: _run(update(Attendee).where(Attendee.id.in_(ids)).values(guest_name=""))
    ),
    RecordKind.FORM_ANSWERS: RecordClass(_form_answers, forget_responses),
    RecordKind.LEFT_PERSON: RecordClass(_left_people, _forget_people),
}
