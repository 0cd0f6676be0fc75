"""Reads of the outbox."""

from datetime import datetime

from sqlalchemy import func, select

from groupsched.core.db import db
from groupsched.outbox.models import Message, WorkerRound
from groupsched.outbox.rules import FAILED_LATELY, MessageState, OutboxHealth


def target_of(uid: str, person_id: int | None) -> str:
    """Where the link of a message to this person leads; empty where there is no such message of theirs, or no link."""
    query = select(Message.target).where(Message.uid == uid, Message.person_id == person_id)
    return db.session.scalar(query) or ""


def recipient_of(uid: str) -> tuple[int | None, str]:
    """The number of the person to whom a message went, and of which kind it was; (None, "") where there is none."""
    row = db.session.execute(select(Message.person_id, Message.kind).where(Message.uid == uid)).first()
    return (row.person_id, row.kind) if row is not None else (None, "")


def last_round() -> datetime | None:
    """When a worker last did all that was due; None where none ever has."""
    return db.session.scalar(select(WorkerRound.at))


def health(now: datetime) -> OutboxHealth:
    """What waits to go out, since when, what failed lately, and when a worker was last here."""
    waits = (Message.state == MessageState.WAITING, Message.due_at <= now)
    due, oldest = db.session.execute(select(func.count(), func.min(Message.due_at)).where(*waits)).one()
    lately = (Message.state == MessageState.FAILED, Message.claimed_at > now - FAILED_LATELY)
    failed = db.session.scalar(select(func.count()).select_from(Message).where(*lately)) or 0
    return OutboxHealth(due, oldest, failed, last_round())
