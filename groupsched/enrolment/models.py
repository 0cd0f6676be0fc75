"""Who is in which group, who waits, and what was said about single dates."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.rules import (
    LIVE,
    MOST_BUFFER,
    ApartSpan,
    ClearanceSpan,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    GuestRelation,
    GuestSeats,
    GuestState,
    OfferState,
    ShownAt,
    SwitchReason,
)
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import SeatPool


class Enrolment(Identified, Base):
    """A person in a group: the whole of it, or chosen dates. Coming back after leaving is a new row.

    A whole enrolment holds a seat on every scheduled date that starts at or after `from_start` (when it got its seats),
    but for those with a DateSeat that says otherwise; after leaving, on those before `ended_at`.

    What was done last can be taken back `undo_until` then, by the person or, `undo_by_staff`, by staff: `left_as` is the
    state before it, LEFT where the enrolment began with it. Enrolments of a person with the same moment are one act.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint(among("mode", EnrolmentMode), name="mode"),
        CheckConstraint(among("state", EnrolmentState), name="state"),
        CheckConstraint(among("left_as", EnrolmentState), name="left_as"),
        CheckConstraint(among("pool", SeatPool), name="pool"),
        # Who joins twice at once is refused by this, not by a look beforehand. Of live rows only: who comes back has old ones.
        Index(
            "uq_enrolment_live",
            "group_id",
            "person_id",
            unique=True,
            sqlite_where=text(among("state", LIVE)),
            postgresql_where=text(among("state", LIVE)),
        ),
        Index("ix_enrolment_group_state", "group_id", "state"),
        Index("ix_enrolment_person_state", "person_id", "state"),
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mode: Mapped[EnrolmentMode] = mapped_column(MemberOf(EnrolmentMode, 10))
    state: Mapped[EnrolmentState] = mapped_column(MemberOf(EnrolmentState, 12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    from_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Who proposed the person, without knowing them; it stays when somebody has said yes.
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_as: Mapped[EnrolmentState | None] = mapped_column(MemberOf(EnrolmentState, 12))
    undo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_by_staff: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    moved_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The person wants it although something else of theirs is at the same time.
    keeps_both: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Of a hybrid group: how the person comes, where a date does not say otherwise (None: not said yet), since when they wait to
    # come the other way, and how often it changed: a calendar takes another place only for a higher number.
    pool: Mapped[SeatPool | None] = mapped_column(MemberOf(SeatPool, 6))
    other_pool_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pool_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    group: Mapped[Group] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    date_seats: Mapped[list["DateSeat"]] = relationship(back_populates="enrolment")

    def pool_on(self, occurrence_id: int) -> SeatPool | None:
        """How the person comes to a date; None: not said yet."""
        said = (one.pool for one in self.date_seats if one.occurrence_id == occurrence_id)
        return next(said, None) or self.pool

    @hybrid_property
    def is_proposal(self) -> bool:
        """Whether somebody who leads the group proposed the person, and nobody has said yes or no yet. Read of a loaded row
        and of the columns."""
        return self.state == EnrolmentState.REQUESTED and self.proposed_by_id is not None

    @is_proposal.inplace.expression
    @classmethod
    def _is_proposal(cls) -> ColumnElement[bool]:
        return and_(cls.state == EnrolmentState.REQUESTED, cls.proposed_by_id.is_not(None))


class DateSeat(Base):
    """What one enrolment says about one date: a seat held, waiting for one, or given up ("can't come").

    `at` is since when; whoever leaves the line of the date keeps it, until that can no longer be taken back. `left_as` and
    `moved_up_at` are those of the enrolment, for this date.
    """

    __tablename__ = "date_seat"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "occurrence_id"),
        CheckConstraint(among("state", DateSeatState), name="state"),
        CheckConstraint(among("left_as", DateSeatState), name="left_as"),
        CheckConstraint(among("pool", SeatPool), name="pool"),
        Index("ix_date_seat_occurrence_state", "occurrence_id", "state"),
        # Of two who take one time this lets one in, whoever looked beforehand.
        Index(
            "uq_date_seat_timeslot",
            "timeslot_id",
            unique=True,
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    state: Mapped[DateSeatState] = mapped_column(MemberOf(DateSeatState, 10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    left_as: Mapped[DateSeatState | None] = mapped_column(MemberOf(DateSeatState, 10))
    moved_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of a date in slots: the one held, else the one held last, which is taken again where it is free.
    timeslot_id: Mapped[int | None] = mapped_column(ForeignKey("timeslot.id"))
    # How often it was another one, or the seat was given up and taken again: a calendar takes a later time, or that it is
    # cancelled, only for a higher number.
    slot_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    # How the person comes to this date, where it is not as to the others; since when they wait to come the other way.
    pool: Mapped[SeatPool | None] = mapped_column(MemberOf(SeatPool, 6))
    other_pool_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timeslot: Mapped[Timeslot | None] = relationship()
    enrolment: Mapped[Enrolment] = relationship(back_populates="date_seats")
    occurrence: Mapped[Occurrence] = relationship()

    @validates("state")
    def _count(self, _name: str, state: DateSeatState) -> DateSeatState:
        if state != self.state and (self.state is not None or state == DateSeatState.GIVEN_UP):
            self.slot_changes = (self.slot_changes or 0) + 1
        return state


class GroupSwitch(Identified, Base):
    """Somebody changes from one group (`out_of`) into another (`into`): what they leave ends when the other is theirs, at once
    (`done_at`) or when a seat comes free. `dropped_at`: it was undone, or they keep both. `why` is said only by who likes to."""

    __tablename__ = "group_switch"
    __table_args__ = (
        CheckConstraint(among("why", SwitchReason), name="why"),
        CheckConstraint("out_of_id <> into_id", name="two_groups"),
        Index(
            "uq_group_switch_open",
            "out_of_id",
            unique=True,
            sqlite_where=text("done_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND dropped_at IS NULL"),
        ),
    )
    out_of_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    why: Mapped[SwitchReason | None] = mapped_column(MemberOf(SwitchReason, 16))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    out_of: Mapped[Enrolment] = relationship(foreign_keys=[out_of_id])
    into: Mapped[Enrolment] = relationship(foreign_keys=[into_id])


class ApartPair(Identified, Base):
    """Two people whom a supervisor keeps apart, from a day on, until (not on) another. A row is never deleted: that it stood, stays.

    The lower number is the first. `minutes` lie between their dates at one site. The reason is read by itself, never with a row.
    """

    __tablename__ = "apart_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="order"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="days"),
        CheckConstraint(f"minutes BETWEEN 0 AND {MOST_BUFFER}", name="minutes"),
        Index(
            "uq_apart_pair_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("until_day IS NULL"),
            postgresql_where=text("until_day IS NULL"),
        ),
        Index("ix_apart_pair_second", "second_id"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(500), deferred=True, deferred_raiseload=True)
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first: Mapped[Person] = relationship(foreign_keys=first_id)
    second: Mapped[Person] = relationship(foreign_keys=second_id)

    @property
    def span(self) -> ApartSpan:
        """When and how far apart, for the rules."""
        return ApartSpan(self.from_day, self.until_day, self.minutes)

    @property
    def both(self) -> tuple[Person, Person]:
        """The two, in the order of their first names."""
        one, other = sorted(
            (self.first, self.second), key=lambda who: (who.first_name, who.last_name, who.id)
        )
        return one, other


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
    dates: Mapped[list["GuestDate"]] = relationship(back_populates="guest", order_by="GuestDate.id")


class GuestDate(Base):
    """A date to which a guest comes, with a seat of it (`seated`) or besides its seats."""

    __tablename__ = "guest_date"
    __table_args__ = (
        UniqueConstraint("guest_id", "occurrence_id"),
        Index("ix_guest_date_occurrence", "occurrence_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guest.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    seated: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    guest: Mapped[Guest] = relationship(back_populates="dates")
    occurrence: Mapped[Occurrence] = relationship()


class SeatHold(Base):
    """Seats that are kept for who was asked: on one date, or on all dates of a group that start at or after `from_start`. Until
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
    pool: Mapped[SeatPool] = mapped_column(MemberOf(SeatPool, 6), default=SeatPool.ROOM)
    seats: Mapped[int] = mapped_column(default=1)
    # Of a date in slots: which one is kept, where one person is asked.
    timeslot_id: Mapped[int | None] = mapped_column(ForeignKey("timeslot.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    timeslot: Mapped[Timeslot | None] = relationship()
    offers: Mapped[list["SeatOffer"]] = relationship(back_populates="hold")


class SeatOffer(Identified, Base):
    """A seat that somebody in line was asked for, or was passed over for: for one date, or for all of the group (None).

    The person knows of it from `out_at` on, and may answer until `until_at`; who was passed over has neither. `by_id` answered.
    """

    __tablename__ = "seat_offer"
    __table_args__ = (
        CheckConstraint(among("state", OfferState), name="state"),
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
    # Who was passed over: the date that does not fit, of all those that were free.
    clash_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    state: Mapped[OfferState] = mapped_column(MemberOf(OfferState, 12))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hold: Mapped[SeatHold | None] = relationship(back_populates="offers")
    enrolment: Mapped[Enrolment] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship(foreign_keys=[occurrence_id])
    clash: Mapped[Occurrence | None] = relationship(foreign_keys=[clash_id])


class EquivalentShown(Identified, Base):
    """That a client saw a secular group beside a faith-based one: a record of choice, with the titles and the program's notice as
    they were then. Once a day and place is enough; a row is never changed."""

    __tablename__ = "equivalent_shown"
    __table_args__ = (
        CheckConstraint(among("occasion", ShownAt), name="occasion"),
        UniqueConstraint(
            "person_id", "faith_id", "secular_id", "occasion", "day", name="uq_equivalent_shown_once"
        ),
        Index("ix_equivalent_shown_program_shown", "program_id", "shown_at"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    faith_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    secular_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    faith_title: Mapped[str] = mapped_column(String(255))
    secular_title: Mapped[str] = mapped_column(String(255))
    occasion: Mapped[ShownAt] = mapped_column(MemberOf(ShownAt, 10))
    # Of the program, when it was shown.
    day: Mapped[date]
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person] = relationship()


class Clearance(Identified, Base):
    """That needles, touch or exercise are cleared for a person, until and on a day, as somebody on staff noted it. A row is
    never deleted: what ended stays told."""

    __tablename__ = "clearance"
    __table_args__ = (CheckConstraint(among("kind", ClearanceKind), name="kind"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ClearanceKind] = mapped_column(MemberOf(ClearanceKind, 10))
    until_day: Mapped[date | None] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    noted_by: Mapped[Person | None] = relationship(foreign_keys=[noted_by_id])

    @property
    def span(self) -> ClearanceSpan:
        """What it clears, and until when, for the rules."""
        return ClearanceSpan(self.kind, self.until_day)


class ClinicianConfirmation(Identified, Base):
    """A clinician confirmed that a person may have complementary kinds without other care here. Ended, it stays told."""

    __tablename__ = "clinician_confirmation"
    __table_args__ = (
        Index(
            "uq_clinician_confirmation_standing",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
