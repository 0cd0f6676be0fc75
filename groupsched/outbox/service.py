"""Putting messages into the outbox: rows of the transaction that causes them. Nothing is sent in a request."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, Protocol

from itsdangerous import BadSignature, Signer
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.filters import clock_time, short_day, weekday
from groupsched.core.i18n import _
from groupsched.core.regions import speaking
from groupsched.core.resources import content
from groupsched.core.tokens import public_id
from groupsched.core.web import settings
from groupsched.outbox.models import Message, WorkerRound
from groupsched.outbox.rules import (
    WORD_EVERY,
    MessageKind,
    MessageKinds,
    MessageSort,
    MessageState,
    Unreached,
    WrongFields,
    read_wording,
    render,
    spoken,
)

OPAQUE = "/m/"  # before the public id of a message: its link, which says nothing of where it leads


class Recipient(Protocol):
    """What the outbox needs to know of a person."""

    id: Any
    program_id: Any
    email: Any
    language: Any

    @property
    def by_mail(self) -> bool: ...


@cache
def wording() -> MessageKinds:
    """The words of every kind of message, from content/messages.yaml."""
    return read_wording(content("messages"))


@dataclass(frozen=True)
class MessageDraft:
    """One message to one person before it is a row: `enqueue` says what its parts are, the row what the others mean. It
    goes out `after` a while, but not once it is of no more use. Of `news` its person hears by it alone: where it does not
    reach them, somebody has to tell them."""

    kind: str
    person: Recipient
    key: str
    fields: Mapping[str, object]
    after: timedelta = timedelta(0)
    useful_until: datetime | None = None
    about: str = ""
    was: Mapping[str, Any] | None = None
    group_id: int | None = None
    news: bool = False


@dataclass(frozen=True)
class Withdrawn:
    """A message that will not go out: what it was about, and what its person knows instead."""

    about: str
    was: Mapping[str, Any] | None


def enqueue(kind: str, person: Recipient, key: str, **fields: object) -> bool:
    """Put one message to one person into the outbox; say whether it will go out now.

    Idempotent: a second message with the same `key` changes nothing. `fields` are exactly the placeholders of the kind;
    a link may be a path of this program; in a service message an address that tells nothing stands for it. Where a person has no mail address, or wants no messages (account messages
    always go out), the row is kept as skipped. Raises KeyError for an unknown kind, WrongFields for other fields.
    """
    row = _service_row(MessageDraft(kind, person, key, fields))
    return _insert_once([row]) and row["state"] == MessageState.WAITING


def enqueue_all(drafts: Iterable[MessageDraft]) -> None:
    """The same for any number of messages, in order, in one statement."""
    rows = [_service_row(draft) for draft in drafts]
    if rows:
        _insert_once(rows)


def withdraw(subjects: Collection[str], at: datetime | None = None) -> list[Withdrawn]:
    """Take back what is about these things and of which nobody has heard; a subject that ends with `/` means all below it.

    Returns the messages of which nobody has heard. One that a worker is just sending may still arrive and is not among
    them, but is never tried again. `at` is the moment of what took them back, by which `bring_back` finds them.
    """
    wanted = list(dict.fromkeys(subjects))
    found: list[Any] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        found += db.session.execute(_withdrawal(wanted[begin : begin + _AT_ONCE], at or clock.now())).all()
    return [Withdrawn(row.about, row.was) for row in found if row.state != MessageState.SENDING]


def withdraw_below(group_id: int, people: Collection[int], part: str) -> None:
    """Take back what waits for these people of a group and is about `…/part`, whatever it was about before that."""
    mine = and_(
        Message.group_id == group_id, Message.person_id.in_(people), Message.about.endswith(f"/{part}")
    )
    row = update(Message).where(Message.state == MessageState.WAITING, Message.withdrawn_at.is_(None), mine)
    row = row.values(withdrawn_at=clock.now(), state=MessageState.SKIPPED)
    db.session.execute(row.execution_options(synchronize_session=False))


_AT_ONCE = 200


def _about(subjects: Collection[str]) -> ColumnElement[bool]:
    exact = [one for one in subjects if not one.endswith("/")]
    below = [Message.about.startswith(one, autoescape=True) for one in subjects if one.endswith("/")]
    return or_(Message.about.in_(exact), *below)


def _withdrawal(subjects: list[str], at: datetime) -> Any:
    waits = Message.state == MessageState.WAITING
    return (
        update(Message)
        .where(_about(subjects), Message.withdrawn_at.is_(None))
        .where(or_(Message.state.in_([MessageState.WAITING, MessageState.SENDING]), untold()))
        # In one statement: a worker may take a message, or put it back, between two.
        .values(withdrawn_at=at, state=case((waits, MessageState.SKIPPED), else_=Message.state))
        .returning(Message.about, Message.was, Message.state)
        .execution_options(synchronize_session=False)
    )


def bring_back(person_id: int, subjects: Collection[str], at: datetime) -> None:
    """Let messages to a person about these things that were withdrawn at that moment be as they were."""
    waited = and_(Message.state == MessageState.SKIPPED, Message.unreached.is_(None))
    row = update(Message).where(Message.person_id == person_id, _about(subjects), Message.withdrawn_at == at)
    row = row.values(withdrawn_at=None, state=case((waited, MessageState.WAITING.value), else_=Message.state))
    db.session.execute(row.execution_options(synchronize_session=False))


def was_heard(person_id: int, subjects: Collection[str], since: datetime) -> bool:
    """Whether a message to a person about these things, put in since then, is on its way, went out, or was told by somebody."""
    heard = exists().where(
        Message.person_id == person_id, _about(subjects), Message.created_at >= since, heard_of()
    )
    return bool(db.session.scalar(select(heard)))


def heard_of() -> ColumnElement[bool]:
    """Messages that are on their way, went out, or were told by somebody, as a condition."""
    gone = Message.state.in_([MessageState.SENDING, MessageState.SENT])
    return or_(gone, Message.told_at.is_not(None))


def last_heard(group_id: int) -> datetime | None:
    """When the latest of the messages of a group was put in that are on their way, went out, or were told by somebody."""
    return db.session.scalar(
        select(func.max(Message.created_at)).where(Message.group_id == group_id, heard_of())
    )


@dataclass(frozen=True)
class ComposedMessage:
    """A message as its person will read it, but for its link."""

    language: str
    subject: str
    text: str


def last_message() -> int:
    """The number of the newest message; 0 before there is one."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def composed_since(number: int, group_id: int) -> list[ComposedMessage]:
    """The messages of a group that were put in after this one and wait to go out, in order."""
    query = select(Message).where(
        Message.id > number, Message.group_id == group_id, Message.state == MessageState.WAITING
    )
    return [_composed(one) for one in db.session.scalars(query.order_by(Message.id))]


def _composed(one: Message) -> ComposedMessage:
    fields = {name: "…" if name == "link" else words for name, words in one.fields.items()}
    letter = render(wording(), one.kind, one.language, fields)
    return ComposedMessage(one.language, letter.subject, letter.text)


def enqueue_to(address: str, kind: str, person: Recipient, key: str, **fields: object) -> bool:
    """The same for an account message about a person that goes to this address, whatever theirs is now."""
    draft = MessageDraft(kind, person, key, fields)
    row = _row(draft, _known(draft).sort)
    return _insert_once([{**row, "address": address, "state": MessageState.WAITING}])


def _service_row(draft: MessageDraft) -> dict[str, Any]:
    known, person = _known(draft), draft.person
    row = _row(draft, known.sort)
    if person.by_mail or (person.email and known.sort is not MessageSort.SERVICE):
        return {**row, "state": MessageState.WAITING}
    skipped = {**row, "state": MessageState.SKIPPED}
    if not draft.news:
        return {**skipped, "fields": {}, "was": None}
    why = Unreached.NO_MAIL if person.email else Unreached.NO_ADDRESS
    return {**skipped, "fields": without_link(row["fields"]), "unreached": why}


def without_link(fields: Mapping[str, str]) -> dict[str, str]:
    """What is kept of a message that does not go out any more: never a link, for it may hold a secret."""
    return {name: value for name, value in fields.items() if name != "link"}


def untold() -> ColumnElement[bool]:
    """Messages whose person has not heard it yet and has to be told by somebody, as a condition."""
    return and_(Message.unreached.is_not(None), Message.told_at.is_(None), Message.withdrawn_at.is_(None))


def said_by_phone(message: Message) -> str:
    """What a message says, in the language of its person, for whoever tells them instead."""
    return spoken(wording(), message.kind, message.language, message.fields)


def mark_told(messages: Collection[Message], by: int | None, *, told: bool = True) -> bool:
    """Write down that the person of these messages was told all of them, or was not after all; says whether that is new."""
    now = clock.now() if told else None
    ids = [one.id for one in messages]
    row = update(Message).where(Message.id.in_(ids), Message.told_at.is_(None) == told)
    change = row.values(told_at=now, told_by_id=by if told else None).returning(Message.id)
    changed = db.session.execute(change.execution_options(synchronize_session=False)).first() is not None
    for one in messages:
        db.session.refresh(one)
    return changed


def _known(draft: MessageDraft) -> MessageKind:
    known = wording().kinds[draft.kind]
    if set(draft.fields) != known.placeholders:
        raise WrongFields(f"{draft.kind} takes {sorted(known.placeholders)}, not {sorted(draft.fields)}")
    return known


def _row(draft: MessageDraft, sort: MessageSort) -> dict[str, Any]:
    uid, fields = public_id(), dict(draft.fields)
    link = str(fields.get("link", ""))
    target = link if sort is not MessageSort.ACCOUNT and link.startswith("/") else ""
    if target:
        fields["link"] = f"{OPAQUE}{uid}"
    return {
        "uid": uid,
        "program_id": draft.person.program_id,
        "person_id": draft.person.id,
        "group_id": draft.group_id,
        "key": draft.key,
        "kind": draft.kind,
        "language": draft.person.language,
        "fields": {name: _text(value) for name, value in fields.items()},
        "about": draft.about,
        "together": _together.get(),
        "was": draft.was,
        "target": target,
        "unreached": None,
        "due_at": clock.now() + draft.after,
        "useful_until": draft.useful_until,
    }


def leave_word(now: datetime) -> None:
    """Write down that a worker did a round, at most once a minute."""
    row = update(WorkerRound).where(WorkerRound.id == 1, WorkerRound.at < now - WORD_EVERY)
    db.session.execute(row.values(at=now).execution_options(synchronize_session=False))
    insert = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(WorkerRound)
    db.session.execute(insert.values(id=1, at=now).on_conflict_do_nothing(index_elements=["id"]))


def when_fields(person: Recipient, moment: datetime, zone: str, *, online: bool = False) -> dict[str, str]:
    """The words for a moment in the person's language and the zone of the place: `date`, `time` and `weekday`.

    What people come to `online` has the time of their own program too.
    """
    with speaking(person.language, person.program_id):
        return {
            "date": short_day(moment, zone),
            "time": clock_time(moment, zone, online),
            "weekday": weekday(moment, zone),
        }


def fewer_path(uid: str) -> str:
    """The page on which whoever has this message asks for fewer, or none, without signing in."""
    return f"/fewer/{_signer().sign(uid).decode()}"


def message_signed(signed: str) -> str | None:
    """The public id of a message, from the address that `fewer_path` gave; None where nobody of ours signed it."""
    try:
        return _signer().unsign(signed).decode()
    except BadSignature:
        return None


def one_date_path(uid: str) -> str:
    """The page on which whoever has this message gives back the date that it names, and nothing else, without signing in."""
    return f"/c/{_signer(ONE_DATE).sign(uid).decode()}"


def message_of_date(signed: str) -> Message | None:
    """The message whose date can be given back at this address; None where nobody of ours signed it, or it is gone."""
    try:
        uid = _signer(ONE_DATE).unsign(signed).decode()
    except BadSignature:
        return None
    return db.session.scalar(select(Message).where(Message.uid == uid))


FEWER, ONE_DATE = "fewer messages", "one date"


def _signer(what: str = FEWER) -> Signer:
    return Signer(settings().secret_key, salt=what, digest_method=sha256)


def absolute(path: str) -> str:
    """The full address of a path of this program."""
    return settings().base_url + path if path.startswith("/") else path


def _text(value: object) -> str:
    return absolute(str(value))


_silent: ContextVar[bool] = ContextVar("silent", default=False)


_together: ContextVar[str | None] = ContextVar("together", default=None)


@contextmanager
def sent_together() -> Iterator[None]:
    """Whoever gets several messages of what is done inside gets them as one mail. Each is still taken back by itself."""
    token = _together.set(public_id())
    try:
        yield
    finally:
        _together.reset(token)


@contextmanager
def silence() -> Iterator[None]:
    """Nobody gets a message of what is done inside, nor has to be told of it: what would need one is a DomainError."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _insert_once(rows: list[dict[str, Any]]) -> bool:
    """Insert those whose key is not there; say whether any was."""
    if _silent.get() and any(row["state"] == MessageState.WAITING or row["unreached"] for row in rows):
        raise DomainError(
            _("Somebody would get a message of this. Please change it on its page, which says who."),
            code="would-tell",
        )
    return db.session.connection().execute(_insert(db.engine.dialect.name), rows).first() is not None


@cache
def _insert(dialect: str) -> Any:
    """Messages, each unless its key is there: built once."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(Message)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(Message.id)
