"""Putting messages into the outbox: rows of the transaction that causes them. Nothing is sent in a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import clock_time, short_day, weekday
from groupsched.core.regions import speaking
from groupsched.core.resources import content
from groupsched.core.web import settings
from groupsched.outbox.models import Message
from groupsched.outbox.rules import (
    MessageKind,
    MessageKinds,
    MessageSort,
    MessageState,
    WrongFields,
    read_wording,
)


class Recipient(Protocol):
    """What the outbox needs to know of a person."""

    id: Any
    program_id: Any
    email: Any
    language: Any
    wants_mail: Any


@cache
def wording() -> MessageKinds:
    """The words of every kind of message, from content/messages.yaml."""
    return read_wording(content("messages"))


@dataclass(frozen=True)
class MessageDraft:
    """One message to one person before it is a row: `enqueue` says what its parts are. It goes out `after` a while."""

    kind: str
    person: Recipient
    key: str
    fields: Mapping[str, object]
    after: timedelta = timedelta(0)


def enqueue(kind: str, person: Recipient, key: str, **fields: object) -> bool:
    """Put one message to one person into the outbox; say whether it will go out now.

    Idempotent: a second message with the same `key` changes nothing. `fields` are exactly the placeholders of the kind;
    a link may be a path of this program. Where a person has no mail address, or wants no messages (account messages
    always go out), the row is kept as skipped. Raises KeyError for an unknown kind, WrongFields for other fields.
    """
    row = _service_row(MessageDraft(kind, person, key, fields))
    return _insert_once([row]) and row["state"] == MessageState.WAITING


def enqueue_all(drafts: Iterable[MessageDraft]) -> None:
    """The same for any number of messages, in order, in one statement."""
    rows = [_service_row(draft) for draft in drafts]
    if rows:
        _insert_once(rows)


def enqueue_to(address: str, kind: str, person: Recipient, key: str, **fields: object) -> bool:
    """The same for an account message about a person that goes to this address, whatever theirs is now."""
    _known(kind, fields)
    return _insert_once(
        [{**_row(kind, person, key, fields), "address": address, "state": MessageState.WAITING}]
    )


def _service_row(draft: MessageDraft) -> dict[str, Any]:
    known, person = _known(draft.kind, draft.fields), draft.person
    goes = bool(person.email) and (known.sort is MessageSort.ACCOUNT or bool(person.wants_mail))
    row = _row(draft.kind, person, draft.key, draft.fields if goes else {})
    return {
        **row,
        "state": MessageState.WAITING if goes else MessageState.SKIPPED,
        "due_at": clock.now() + draft.after,
    }


def take_back(key: str) -> bool:
    """Forget a message that has not gone out; say whether it is not, and never was, on its way."""
    left = (MessageState.WAITING, MessageState.SKIPPED)
    # The guard of the worker's own claim: of the two statements, one finds the message as the other left it.
    db.session.execute(delete(Message).where(Message.key == key, Message.state.in_(left)))
    return not db.session.scalar(select(exists().where(Message.key == key)))


def _known(kind: str, fields: Mapping[str, object]) -> MessageKind:
    known = wording().kinds[kind]
    if set(fields) != known.placeholders:
        raise WrongFields(f"{kind} takes {sorted(known.placeholders)}, not {sorted(fields)}")
    return known


def _row(kind: str, person: Recipient, key: str, fields: Mapping[str, object]) -> dict[str, Any]:
    return {
        "program_id": person.program_id,
        "person_id": person.id,
        "key": key,
        "kind": kind,
        "language": person.language,
        "fields": {name: _text(value) for name, value in fields.items()},
    }


def when_fields(person: Recipient, moment: datetime, zone: str) -> dict[str, str]:
    """The words for a moment in the person's language and the zone of the place: `date`, `time` and `weekday`."""
    with speaking(person.language, person.program_id):
        return {
            "date": short_day(moment, zone),
            "time": clock_time(moment, zone),
            "weekday": weekday(moment, zone),
        }


def absolute(path: str) -> str:
    """The full address of a path of this program."""
    return settings().base_url + path if path.startswith("/") else path


def _text(value: object) -> str:
    return absolute(str(value))


def _insert_once(rows: list[dict[str, Any]]) -> bool:
    """Insert those whose key is not there; say whether any was."""
    return db.session.connection().execute(_insert(db.engine.dialect.name), rows).first() is not None


@cache
def _insert(dialect: str) -> Any:
    """Messages, each unless its key is there: built once."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(Message)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(Message.id)
