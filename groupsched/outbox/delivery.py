"""Delivering what waits in the outbox. Any number of workers may run.

A message is claimed (guarded UPDATE, committed), sent with no transaction open, then marked as sent. A worker that dies
between sending and marking leaves the claim; after CLAIM_LASTS the message is tried again. That is at least once in a
window of milliseconds, on purpose: a mail that never arrives harms more than one that arrives twice, and both copies
bear the same Message-ID, by which mail systems fold them into one. An `.eml` file has the name of its message, so
writing it again is no second mail at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, or_, select, update
from sqlalchemy.engine import CursorResult

from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.core.events import ask
from groupsched.core.web import settings
from groupsched.outbox.carriers import Carrier, MailRefused, carrier_for
from groupsched.outbox.events import AddressOf
from groupsched.outbox.models import Message
from groupsched.outbox.rules import (
    CLAIM_LASTS,
    GIVE_BACK,
    NEW_DATES,
    Envelope,
    MessageState,
    RenderedMessage,
    Unreached,
    build_mail,
    next_try,
    render,
    render_together,
)
from groupsched.outbox.service import absolute, fewer_path, one_date_path, without_link, wording


@dataclass
class DeliveryCounts:
    """What became of the messages of one round."""

    sent: int = 0
    later: int = 0
    failed: int = 0


def deliver_due(limit: int = 100, carrier: Carrier | None = None) -> DeliveryCounts:
    """Deliver what is due, at most `limit` messages, and say what became of them. Call it outside a transaction."""
    tally = DeliveryCounts()
    with carrier or carrier_for(settings()) as carrying:
        for number in _due(limit):
            claimed = _claim(number)
            if claimed is not None:
                _deliver([claimed, *_claim_with(claimed)], carrying, tally)
    return tally


def _is_due(now: datetime) -> object:
    stale = now - CLAIM_LASTS
    return or_(
        (Message.state == MessageState.WAITING) & (Message.due_at <= now),
        (Message.state == MessageState.SENDING)
        & (Message.claimed_at < stale)
        & Message.withdrawn_at.is_(None),
    )


def _due(limit: int) -> list[int]:
    with unit_of_work() as work:
        query = select(Message.id).where(_is_due(clock.now())).order_by(Message.due_at, Message.id)  # type: ignore[arg-type]
        return list(work.scalars(query.limit(limit)))


def _claim(number: int) -> Message | None:
    """Take a message for this worker alone; None where another was quicker."""
    now = clock.now()
    statement = (
        update(Message)
        .where(Message.id == number, _is_due(now))  # type: ignore[arg-type]
        .values(state=MessageState.SENDING, claimed_at=now, attempts=Message.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    with unit_of_work() as work:
        if not _touched(work.execute(statement)):
            return None
        # Anew: with the claim of an earlier round, if the session still knows it, `_mark` would find nothing to mark.
        found = work.get_one(Message, number, populate_existing=True)
        # Taken out of the transaction: what the worker holds while it sends must not open one again.
        work.expunge(found)
        return found


def _claim_with(first: Message) -> list[Message]:
    """Take what goes to the same person with a message, also what would have waited a little longer."""
    if first.together is None or first.address is not None:
        return []
    now = clock.now()
    waits = or_(Message.state == MessageState.WAITING, _is_due(now))  # type: ignore[arg-type]
    statement = (
        update(Message)
        .where(
            Message.together == first.together,
            Message.person_id == first.person_id,
            Message.id != first.id,
            waits,
        )
        .values(state=MessageState.SENDING, claimed_at=now, attempts=Message.attempts + 1)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    with unit_of_work() as work:
        numbers = list(work.scalars(statement))
        query = select(Message).where(Message.id.in_(numbers)).order_by(Message.id)
        found = list(work.scalars(query.execution_options(populate_existing=True)))
        for one in found:
            work.expunge(one)
        return found


def _deliver(messages: Sequence[Message], carrier: Carrier, tally: DeliveryCounts) -> None:
    """Send messages to one person as one mail, but for those that are of no more use."""
    now = clock.now()
    over = [one for one in messages if one.useful_until is not None and one.useful_until <= now]
    for one in over:
        _mark(one, state=MessageState.SKIPPED, last_error="out of date", **_kept(one))
    if useful := [one for one in messages if one not in over]:
        _send(useful, carrier, tally)


def _send(messages: Sequence[Message], carrier: Carrier, tally: DeliveryCounts) -> None:
    try:
        address, mail = _mail(messages)
        # A mail server may take its time: nothing is open meanwhile, or nobody else could write to SQLite.
        db.session.rollback()
        carrier.carry(address, mail, messages[0].uid)
    except MailRefused as refusal:
        for one in messages:
            _put_back(one, refusal, tally)
    else:
        for one in messages:
            _mark(one, state=MessageState.SENT, sent_at=clock.now(), last_error="", **_kept(one))
            tally.sent += 1


def _mail(messages: Sequence[Message]) -> tuple[str, bytes]:
    """The address and the bytes of messages to one person. Raises Refused for good where there is nowhere to send it."""
    message = messages[0]
    address = message.address or _address_of(message.person_id)
    given = settings()
    envelope = Envelope(
        address, given.mail_from, given.mail_from.rpartition("@")[2], message.uid, message.due_at
    )
    try:
        letter = _letter(messages, absolute(fewer_path(message.uid)))
        return address, bytes(build_mail(letter, envelope))
    except (KeyError, ValueError) as error:
        raise MailRefused(f"it cannot be written ({type(error).__name__})", final=True) from error


def _letter(messages: Sequence[Message], settings_link: str) -> RenderedMessage:
    first = messages[0]
    if len(messages) == 1:
        return render(wording(), first.kind, first.language, _with_links(first), settings_link)
    if all(one.kind.startswith(NEW_DATES) and one.useful_until for one in messages):
        # In order of time: dates that somebody got together are no sequence of acts.
        messages = sorted(messages, key=lambda one: (one.useful_until, one.id))
    parts = [(one.kind, _with_links(one)) for one in messages]
    return render_together(wording(), first.language, parts, settings_link)


def _with_links(message: Message) -> dict[str, str]:
    """The fields, with the signed address where a kind has one: it is a secret, so no row keeps it."""
    if GIVE_BACK not in message.fields:
        return message.fields
    return {**message.fields, GIVE_BACK: absolute(one_date_path(message.uid))}


def _address_of(person_id: int | None) -> str:
    found: list[str] = ask(AddressOf(person_id)) if person_id else []
    if not found:
        raise MailRefused("no address", final=True)
    return found[0]


def _put_back(message: Message, refusal: MailRefused, tally: DeliveryCounts) -> None:
    again = None if refusal.final else next_try(message.attempts, clock.now())
    if again is None:
        # Of what is taken back meanwhile nobody needs to hear; a message of no group has nobody who would tell it.
        unreached = case((Message.group_id.is_not(None), Unreached.FAILED.value), else_=None)
        kept = {**_kept(message), "was": message.was}
        _mark(message, state=MessageState.FAILED, last_error=str(refusal), unreached=unreached, **kept)
        tally.failed += 1
    else:
        taken_back = Message.withdrawn_at.is_not(None)
        state = case((taken_back, MessageState.SKIPPED), else_=MessageState.WAITING)
        _mark(message, state=state, due_at=again, last_error=str(refusal))
        tally.later += 1


def _kept(message: Message) -> dict[str, object]:
    """What stays once a message is done: neither an address of its own nor what was before it."""
    return {"fields": without_link(message.fields), "address": None, "was": None}


def _mark(message: Message, **values: object) -> None:
    """Write what became of a message, if the claim is still ours."""
    statement = (
        update(Message)
        .where(
            Message.id == message.id,
            Message.state == MessageState.SENDING,
            Message.claimed_at == message.claimed_at,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    with unit_of_work() as work:
        work.execute(statement)


def _touched(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
