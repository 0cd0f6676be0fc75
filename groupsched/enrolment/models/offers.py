"""Seats that are kept, and who was asked for them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.models.seats import Enrolment
from groupsched.enrolment.rules import (
    MOST_DAYS,
    MOST_KEPT,
    OfferState,
    PassedFor,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import SeatPool


class SeatHold(Base):
    """Seats that are kept for who was asked: on one date, or on all dates of a group that start at or after `from_start`, in a
    cohort before `until_start`. Until
    `closed_at` they count as taken."""

    __tablename__ = "seat_hold"
    __table_args__ = (
        CheckConstraint(among("pool", SeatPool), name="pool"),
        CheckConstraint("seats >= 0", name="seats"),
        CheckConstraint("(occurrence_id IS NULL) <> (from_start IS NULL)", name="scope"),
        Index(
            "ix_seat_hold_open",
            "group_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "uq_seat_hold_timeslot",
            "timeslot_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    from_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pool: Mapped[SeatPool] = mapped_column(MemberOf(SeatPool, 6), default=SeatPool.ROOM)
    seats: Mapped[int] = mapped_column(default=1)
    # Of a date in slots: which one is kept, where one person is asked.
    timeslot_id: Mapped[int | None] = mapped_column(ForeignKey("timeslot.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Kept for nobody yet, but for whom staff bring, until that moment: no offer is of it.
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timeslot: Mapped[Timeslot | None] = relationship()
    offers: Mapped[list["SeatOffer"]] = relationship(back_populates="hold")


class ReferralPool(Base):
    """That a group keeps so many seats of each date for people whom staff bring, until so many days before it. A group without a row
    keeps none."""

    __tablename__ = "referral_pool"
    __table_args__ = (
        CheckConstraint(f"seats BETWEEN 1 AND {MOST_KEPT}", name="seats"),
        CheckConstraint(f"days BETWEEN 1 AND {MOST_DAYS}", name="days"),
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), primary_key=True)
    seats: Mapped[int]
    days: Mapped[int]


class SeatOffer(Identified, Base):
    """A seat that somebody in line was asked for, or was passed over for: for one date, or for all of the group (None).

    The person knows of it from `out_at` on, and may answer until `until_at`; who was passed over has neither. `by_id` answered.
    """

    __tablename__ = "seat_offer"
    __table_args__ = (
        CheckConstraint(among("state", OfferState), name="state"),
        CheckConstraint(among("passed_for", PassedFor), name="passed_for"),
        Index("ix_seat_offer_enrolment", "enrolment_id", "state"),
        Index("ix_seat_offer_hold", "hold_id"),
        # Nobody is asked twice at a time for one thing, whoever asks.
        Index(
            "uq_seat_offer_whole",
            "enrolment_id",
            unique=True,
            sqlite_where=text("state = 'open' AND occurrence_id IS NULL"),
            postgresql_where=text("state = 'open' AND occurrence_id IS NULL"),
        ),
        Index(
            "uq_seat_offer_date",
            "enrolment_id",
            "occurrence_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("seat_hold.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    # Who was passed over: the date because of which, of all those that were free; none where it was too late.
    clash_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    state: Mapped[OfferState] = mapped_column(MemberOf(OfferState, 12))
    # Who was passed over: why. None of rows from before that was kept.
    passed_for: Mapped[PassedFor | None] = mapped_column(MemberOf(PassedFor, 10))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hold: Mapped[SeatHold | None] = relationship(back_populates="offers")
    enrolment: Mapped[Enrolment] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship(foreign_keys=[occurrence_id])
    clash: Mapped[Occurrence | None] = relationship(foreign_keys=[clash_id])
