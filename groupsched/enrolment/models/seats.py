"""Who is in which group, who waits, what was said about single dates, and who changes groups."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.models.cohorts import Cohort
from groupsched.enrolment.rules import (
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    SwitchReason,
)
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.rules import SeatPool


class Enrolment(Identified, Base):
    """A person in a group: the whole of it, or chosen dates. Coming back after leaving is a new row.

    A whole enrolment holds a seat on every scheduled date that starts at or after `from_start` (when it got its seats), in a
    cohort before `until_start`, but for those with a DateSeat that says otherwise; after leaving, on those before `ended_at`.

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
    # Of who is in a cohort: which, and the end of its last day. Of who waits for the next one: which one they wait past.
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    until_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why somebody was let into a cohort that had closed, by who may change the group.
    late_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Who proposed the person, without knowing them; it stays when somebody has said yes.
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_as: Mapped[EnrolmentState | None] = mapped_column(MemberOf(EnrolmentState, 12))
    undo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_by_staff: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # That it began was taken back: the person was never there by it.
    undone: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    moved_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The person wants it although something else of theirs is at the same time.
    keeps_both: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Of a hybrid group: how the person comes, where a date does not say otherwise (None: not said yet), since when they wait to
    # come the other way, and how often it changed: a calendar takes another place only for a higher number.
    pool: Mapped[SeatPool | None] = mapped_column(MemberOf(SeatPool, 6))
    other_pool_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pool_changes: Mapped[int] = mapped_column(default=0, server_default="0")
    # What the person said when they asked for the seat: whoever answers the request reads it there.
    response_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_response.id"))
    response: Mapped[QuestionnaireResponse | None] = relationship()
    # Who waits and said "later": not asked for a seat before that moment.
    ask_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # With a no to who asked to join: another group, a sentence, or both.
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("group_offered.id"))
    idea_words: Mapped[str] = mapped_column(String(300), default="", server_default="")
    group: Mapped[Group] = relationship(foreign_keys=[group_id])
    idea: Mapped[Group | None] = relationship(foreign_keys=[idea_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    cohort: Mapped[Cohort | None] = relationship()
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    date_seats: Mapped[list["DateSeat"]] = relationship(back_populates="enrolment")

    def covers(self, start: datetime) -> bool:
        """Whether a date that starts then lies in the time of a whole enrolment that is not over."""
        begun = self.from_start is not None and self.from_start <= start
        return begun and (self.until_start is None or start < self.until_start)

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
