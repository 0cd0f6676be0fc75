"""Whom clients bring."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.rules import (
    GuestRelation,
    GuestSeats,
    GuestState,
)
from groupsched.schedule.models import Occurrence


class GuestRule(Base):
    """That a group takes guests of its clients, and whether each takes one of its seats. A group without a row takes none."""

    __tablename__ = "guest_rule"
    __table_args__ = (CheckConstraint(among("seats", GuestSeats), name="seats"),)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), primary_key=True)
    seats: Mapped[GuestSeats] = mapped_column(MemberOf(GuestSeats, 8))


class Guest(Identified, Base):
    """A guest of one client in a group, by that client's word: a person without any grant. They come to chosen dates, or did.

    `words` is the sentence to which the client said yes at `word_at`. Who confirmed it noted that the client was asked alone,
    and that the guest agreed to confidentiality. A row is never deleted.
    """

    __tablename__ = "guest"
    __table_args__ = (
        CheckConstraint(among("relation", GuestRelation), name="relation"),
        CheckConstraint(among("state", GuestState), name="state"),
        CheckConstraint("host_id != person_id", name="other"),
        Index("ix_guest_group_state", "group_id", "state"),
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[GuestRelation] = mapped_column(MemberOf(GuestRelation, 12))
    state: Mapped[GuestState] = mapped_column(MemberOf(GuestState, 8))
    words: Mapped[str] = mapped_column(String(300))
    word_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    word_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    group: Mapped[Group] = relationship()
    host: Mapped[Person] = relationship(foreign_keys=host_id)
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=confirmed_by_id)
    dates: Mapped[list["GuestDate"]] = relationship(
        back_populates="guest",
        order_by="GuestDate.id",
        primaryjoin="and_(Guest.id == GuestDate.guest_id, GuestDate.lost_at.is_(None))",
    )


class GuestDate(Base):
    """A date to which a guest comes, with a seat of it (`seated`) or besides its seats.

    It is lost, `lost_at`, where their client comes no more: when that is undone, it comes back.
    """

    __tablename__ = "guest_date"
    __table_args__ = (
        UniqueConstraint("guest_id", "occurrence_id"),
        Index("ix_guest_date_occurrence", "occurrence_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    seated: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    guest: Mapped[Guest] = relationship(back_populates="dates")
    occurrence: Mapped[Occurrence] = relationship()
