"""Who is looked for to lead a date instead, and when people are away or at work."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.schedule.models.dates import Occurrence
from groupsched.schedule.rules import (
    TAKEN,
    CoverState,
)

COVER_REASON_LENGTH = 300


class Substitution(Identified, Base):
    """A part of a date for which somebody else is looked for, and what came of it. The reason is for those who coordinate."""

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint(among("state", CoverState), name="state"),
        CheckConstraint(f"taken_by_id IS NOT NULL OR NOT {among('state', TAKEN)}", name="taken"),
        Index("ix_substitution_program_state", "program_id", "state"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    part_of_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    reason: Mapped[str] = mapped_column(String(COVER_REASON_LENGTH), default="")
    state: Mapped[CoverState] = mapped_column(MemberOf(CoverState, 9), default=CoverState.OPEN)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When everybody else was asked, as nobody had said yes.
    widened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurrence: Mapped[Occurrence] = relationship()
    part_of: Mapped[Person] = relationship(foreign_keys=part_of_id)
    asked_by: Mapped[Person | None] = relationship(foreign_keys=asked_by_id)
    taken_by: Mapped[Person | None] = relationship(foreign_keys=taken_by_id)
    asks: Mapped[list["CoverAsk"]] = relationship(
        order_by="CoverAsk.person_id", back_populates="substitution"
    )


class CoverAsk(Base):
    """Somebody who was asked to lead a date instead; `declined_at`: they cannot, and need no reason."""

    __tablename__ = "cover_ask"
    substitution_id: Mapped[int] = mapped_column(ForeignKey("substitution.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    substitution: Mapped[Substitution] = relationship(back_populates="asks")
    person: Mapped[Person] = relationship()


class TimeOff(Identified, Base):
    """A span in which somebody is away: it warns and refuses nothing. The note is theirs and their coordinators'."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        Index("ix_time_off_person_ends", "person_id", "ends_at"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(COVER_REASON_LENGTH), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class WorkingHours(Base):
    """When somebody works on a weekday (0 Monday), in minutes after midnight. Who has no row works at any time."""

    __tablename__ = "working_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name="order"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begins: Mapped[int]
    ends: Mapped[int]
