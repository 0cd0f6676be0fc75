"""What a database that was put back may not do as it did: let in whoever was shut out, and write old mails again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, delete, inspect, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from sqlalchemy.pool import NullPool

from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.accounts.models import (
    Credential,
    DeviceUser,
    Invitation,
    LegalHold,
    Pairing,
    Person,
    SignIn,
)
from groupsched.accounts.queries import held
from groupsched.api.models import Token
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.core.instance import database_file
from groupsched.feeds.models import Feed
from groupsched.feeds.service import touch
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.upkeep.events import MailsDueByNow
from groupsched.upkeep.rules import BackupHeader, Restoration

BY_THE_CLOCK = ("reminder", "staff_")
"""How the kinds of messages begin that the worker writes by itself: it would write them again."""
_AT_ONCE = 500


@dataclass
class LastKnown:
    """What the database that is replaced says of what may still be used: hashes of living links and tokens; the accounts
    with a later password or turned off, by the uid of their person; the keys of mails that went out since; who is on hold."""

    links: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    mails: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)


def last_known(url: str, made_at: datetime) -> LastKnown | None:
    """What the database of this address knows since a backup was made; None where there is none, or it cannot be read."""
    file = database_file(url)
    if url.startswith("sqlite") and (file is None or not file.exists()):
        return None
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as old:
            return _read(old, made_at) if inspect(old).has_table(Feed.__tablename__) else None
    except (DBAPIError, ValueError, KeyError):
        return None


def _read(old: Connection, made_at: datetime) -> LastKnown:
    """Only columns that are as old as the product: an earlier version may stand there."""
    shut = or_(Credential.disabled_at.is_not(None), Credential.password_at > made_at)
    accounts = select(Person.uid, Credential.disabled_at, Credential.password_hash, Credential.password_at)
    mails = select(Message.key, Message.kind, Message.program_id).where(
        Message.created_at >= made_at,
        Message.state.in_([MessageState.SENT, MessageState.SENDING]),
        or_(*(Message.kind.startswith(begin, autoescape=True) for begin in BY_THE_CLOCK)),
    )
    return LastKnown(
        set(old.scalars(select(Feed.token_hash).where(Feed.revoked_at.is_(None)))),
        set(old.scalars(select(Token.token_hash).where(Token.revoked_at.is_(None)))),
        {row.uid: row._asdict() for row in old.execute(accounts.join(Credential).where(shut))},
        [row._asdict() for row in old.execute(mails)],
        _holds(old),
    )


def _holds(old: Connection) -> list[dict[str, Any]]:
    if not inspect(old).has_table(LegalHold.__tablename__):
        return []
    by = aliased(Person)
    said = select(Person.uid, LegalHold.reason, LegalHold.since, by.uid.label("by")).join(LegalHold.person)
    said = said.outerjoin(by, by.id == LegalHold.by_id).where(LegalHold.lifted_at.is_(None))
    return [row._asdict() for row in old.execute(said)]


def settle(header: BackupHeader, known: LastKnown | None, now: datetime, *, keep_links: bool) -> Restoration:
    """Make a database that was put back safe to use; returns what its people are to be told. Flushes.

    A link or a token lives on only where the replaced database is `known` to have it alive, or where nothing can have
    been turned off since (`keep_links`).
    """
    _end_sign_ins(now)
    held = _hold_mails(known, now)
    ended = 0 if keep_links else _end_links(known or LastKnown(), now)
    _shut_accounts(known or LastKnown())
    _hold_people(known or LastKnown())
    # Their copies may be of a later day than what is here now: all calendars take the whole anew.
    touch(changed_at=now)
    told = Restoration(now, header.made_at, held, ended)
    for program in db.session.scalars(select(Program).order_by(Program.id)):
        program.restored = told.kept()
        record(System(program_id=program.id), AuditAction.DATABASE_RESTORED, program, **told.kept())
    return told


def _change(statement: Any) -> int:
    changed: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(changed.rowcount)


def _end_sign_ins(now: datetime) -> None:
    _change(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now))
    _change(update(Invitation).where(Invitation.used_at.is_(None)).values(used_at=now))
    _change(update(Pairing).where(Pairing.used_at.is_(None)).values(expires_at=now))
    # A tablet may have been unpaired since: no PIN opens it before somebody has given their password there.
    _change(delete(DeviceUser))


def _hold_mails(known: LastKnown | None, now: datetime) -> int:
    """Hold back what waits, and see to it that the worker does not write again what went out by the clock."""
    if known is None:
        publish(MailsDueByNow(now))
    waits = Message.state.in_([MessageState.WAITING, MessageState.SENDING])
    held = _change(update(Message).where(waits).values(state=MessageState.SKIPPED, withdrawn_at=now))
    there = set(db.session.scalars(select(Message.key)))
    programs = set(db.session.scalars(select(Program.id)))
    for row in known.mails if known else ():
        if row["key"] not in there and row["program_id"] in programs:
            db.session.add(Message(**row, state=MessageState.SENT, sent_at=now, fields={}))
    db.session.flush()
    return held


def _end_links(known: LastKnown, now: datetime) -> int:
    feeds = select(Feed.id, Feed.token_hash).where(Feed.revoked_at.is_(None))
    tokens = select(Token.id, Token.token_hash).where(Token.revoked_at.is_(None))
    gone = [number for number, own in db.session.execute(feeds) if own not in known.links]
    lost = [number for number, own in db.session.execute(tokens) if own not in known.tokens]
    for some in _pieces(gone):
        _change(update(Feed).where(Feed.id.in_(some)).values(revoked_at=now, body=None, zipped=None))
    for some in _pieces(lost):
        _change(update(Token).where(Token.id.in_(some)).values(revoked_at=now))
    return len(gone) + len(lost)


def _pieces(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[begin : begin + _AT_ONCE] for begin in range(0, len(numbers), _AT_ONCE))


def _shut_accounts(known: LastKnown) -> None:
    """Who was shut out since stays out, and a password that was changed since stays changed."""
    for credential, uid in db.session.execute(select(Credential, Person.uid).join(Person)).all():
        said = known.accounts.get(uid)
        if said is None:
            continue
        credential.disabled_at = credential.disabled_at or said["disabled_at"]
        later = said["password_at"]
        if later is not None and (credential.password_at is None or later > credential.password_at):
            credential.password_hash, credential.password_at = said["password_hash"], later
    db.session.flush()


def _hold_people(known: LastKnown) -> None:
    """Who was put on hold since is on hold; a hold that was lifted since is there again, until it is lifted once more."""
    for said in known.holds:
        person = db.session.scalar(select(Person).where(Person.uid == said["uid"], ~held(Person.id)))
        if person is not None:
            by = db.session.scalar(select(Person.id).where(Person.uid == said["by"]))
            told = {"reason": said["reason"], "since": said["since"], "by_id": by}
            db.session.add(LegalHold(program_id=person.program_id, person_id=person.id, **told))
    db.session.flush()
