"""Messages as rows of the transaction that caused them; the worker delivers them later."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.outbox.rules import MessageChannel, MessageState, Unreached


class Message(Identified, Base):
    """One message to one person. `key` makes it go out once; `fields` fill the placeholders of its kind.

    `address` is where it goes instead of to the person's own, and is forgotten when it went out. Nothing is sent before
    `due_at`. `about` names the thing that it tells of, a path: by it a message that has not gone out is taken back or
    replaced (`withdrawn_at`). Those of one act that have the same word in `together` go out as one mail to each person. `was` is what the person knows until they read it. `target` is where its link leads.

    Where it is `unreached` its person has to be told by whoever may read the roster of the group, until `told_at`.
    """

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(among("state", MessageState), name="state"),
        CheckConstraint(among("unreached", Unreached), name="unreached"),
        Index("ix_message_due", "state", "due_at"),
        Index(
            "ix_message_unreached",
            "group_id",
            sqlite_where=text("unreached IS NOT NULL"),
            postgresql_where=text("unreached IS NOT NULL"),
        ),
    )
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group_offered.id"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    address: Mapped[str | None] = mapped_column(String(254))
    channel: Mapped[MessageChannel] = mapped_column(
        MemberOf(MessageChannel, 20), default=MessageChannel.EMAIL
    )
    language: Mapped[str] = mapped_column(String(5), default="en")
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    about: Mapped[str] = mapped_column(String(120), default="", server_default="")
    was: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    together: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(200), default="", server_default="")
    state: Mapped[MessageState] = mapped_column(MemberOf(MessageState, 10), default=MessageState.WAITING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    useful_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unreached: Mapped[Unreached | None] = mapped_column(MemberOf(Unreached, 12))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # When what it said was removed by a rule of retention; that it went out, and when, stays.
    forgotten_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")


class WorkerRound(Base):
    """The one row that says when a worker last did all that was due."""

    __tablename__ = "worker_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
