"""Reads of the outbox."""

from sqlalchemy import select

from groupsched.core.db import db
from groupsched.outbox.models import Message


def target_of(uid: str, person_id: int | None) -> str:
    """Where the link of a message to this person leads; empty where there is no such message of theirs, or no link."""
    query = select(Message.target).where(Message.uid == uid, Message.person_id == person_id)
    return db.session.scalar(query) or ""
