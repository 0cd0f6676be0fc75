"""Who did, saw or changed what: append-only. Triggers refuse any change of a row."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.audit.rules import ActorKind, AddressClass, AuditAction, action_of
from groupsched.core import clock
from groupsched.core.db import Base, UtcDateTime
from groupsched.core.states import MemberOf
from groupsched.core.triggers import append_only


class AuditRow(Base):
    """One act: by whom, on what, when. `detail` holds no note, no text of a client.

    `word` is the act as the version that wrote it called it: to filter, ask for `rules.words_of`.
    """

    __tablename__ = "audit_row"
    __table_args__ = (Index("ix_audit_row_program_at", "program_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_kind: Mapped[ActorKind] = mapped_column(MemberOf(ActorKind, 20), default=ActorKind.PERSON)
    word: Mapped[str] = mapped_column("action", String(60))
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_uid: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # By which token, and where from: of rows that a request wrote, since these columns were added.
    token_uid: Mapped[str | None] = mapped_column(String(20))
    came_from: Mapped[AddressClass | None] = mapped_column(MemberOf(AddressClass, 10))
    subjects: Mapped[list["AuditSubject"]] = relationship(back_populates="row")

    @property
    def action(self) -> AuditAction | None:
        """What was done; None where a later version wrote it."""
        return action_of(self.word)


class AuditSubject(Base):
    """A client whose record an act was about: a list view is one act with many subjects."""

    __tablename__ = "audit_subject"
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit_row.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    row: Mapped[AuditRow] = relationship(back_populates="subjects")


class RefusalCount(Base):
    """What was refused within an hour to one who asks, in one way, counted. When the hour is over the worker makes it one row
    of the audit; until then it is neither sealed nor shown."""

    __tablename__ = "refusal_count"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The hash of all that is alike."""
    hour: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor_kind: Mapped[ActorKind] = mapped_column(MemberOf(ActorKind, 20))
    word: Mapped[str] = mapped_column(String(60))
    token_uid: Mapped[str | None] = mapped_column(String(20))
    came_from: Mapped[AddressClass | None] = mapped_column(MemberOf(AddressClass, 10))
    route: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose account was tried."""
    times: Mapped[int] = mapped_column(default=1)


class AuditSeal(Base):
    """A link of the chain over the audit: the rows from `first_id` to `last_id` but those `left_out`, and some `late` ones
    that an earlier seal had left out, with the hash of the link before. A changed, missing or added row breaks it.

    `left_out` are numbers that were given and not there yet: their transactions were open, or were rolled back.
    """

    __tablename__ = "audit_seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    first_id: Mapped[int]
    last_id: Mapped[int] = mapped_column(unique=True)
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)
    late: Mapped[list[int]] = mapped_column(JSON, default=list)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


append_only("audit_row", "audit_subject", "audit_seal")
