"""What was observed: the sheet of a date, a row per person, and the history that its state is folded from."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.attendance.rules import (
    AttendanceStatus,
    CallOutcome,
    FollowUpKind,
    MarkingMode,
    MissedRule,
    OperationKind,
    OperationOutcome,
    QueuedKind,
    ReviewReason,
    RowOrigin,
    Settlement,
)
from groupsched.catalog.models import Group
from groupsched.catalog.rules import Access
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.core.triggers import append_only
from groupsched.schedule.models import Occurrence, Timeslot

# An operation that came a second time is answered and not kept, one that nobody can mean is answered with why.
KEPT = (OperationOutcome.APPLIED, OperationOutcome.CONFLICT)
ANSWERED = (*KEPT, OperationOutcome.REVIEW)


class Sheet(Base):
    """The attendance sheet of an occurrence. `version` rises with every change of any row."""

    __tablename__ = "sheet"
    __table_args__ = (CheckConstraint(among("arrival", MarkingMode), name="arrival"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), unique=True)
    version: Mapped[int] = mapped_column(default=0)
    arrival: Mapped[MarkingMode] = mapped_column(MemberOf(MarkingMode, 12), default=MarkingMode.NOT_ASKED)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopen_reason: Mapped[str] = mapped_column(String(300), default="")
    headcount: Mapped[int | None]
    # When it was last looked at for who is to be called; before it was finished (again): it waits for that.
    followed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When people truly began and ended; None: as planned.
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occurrence: Mapped[Occurrence] = relationship()
    attendees: Mapped[list["Attendee"]] = relationship(back_populates="sheet", order_by="Attendee.id")


class SheetReason(Base):
    """Why somebody who stands at no door of this group changed its sheet: asked of a supervisor, once a sheet."""

    __tablename__ = "sheet_reason"
    __table_args__ = (UniqueConstraint("sheet_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(300))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class Attendee(Identified, Base):
    """A row of the sheet: a person, or a guest by a first name. Its state is the fold of its operations."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("sheet_id", "person_id"),
        CheckConstraint(among("status", AttendanceStatus), name="status"),
        CheckConstraint(among("origin", RowOrigin), name="origin"),
    )
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    guest_name: Mapped[str] = mapped_column(String(80), default="")
    guest_number: Mapped[int | None]  # of the guests of this sheet, those taken off too: nobody is renamed
    origin: Mapped[RowOrigin] = mapped_column(MemberOf(RowOrigin, 12), default=RowOrigin.ENROLLED)
    expected: Mapped[bool] = mapped_column(Boolean, default=True)
    status: Mapped[AttendanceStatus] = mapped_column(
        MemberOf(AttendanceStatus, 10), default=AttendanceStatus.UNMARKED
    )
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    left_early: Mapped[bool] = mapped_column(Boolean, default=False)
    time_in: Mapped[datetime | None] = mapped_column(UtcDateTime)
    time_out: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the answer that stands
    two_answers: Mapped[bool] = mapped_column(Boolean, default=False)
    last_seen: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the date of this group before this one
    note: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=0)
    changed_in: Mapped[int] = mapped_column(default=0)  # the sheet's version of the last change
    # Of a date in slots: the one of this person.
    timeslot_id: Mapped[int | None] = mapped_column(ForeignKey("timeslot.id"))
    timeslot: Mapped[Timeslot | None] = relationship()
    # Of a hybrid group: comes online. What stands here stays, whatever the person says later of other dates.
    online: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    sheet: Mapped[Sheet] = relationship(back_populates="attendees")
    person: Mapped[Person | None] = relationship()


class AttendanceOperation(Base):
    """One mark as it was made: append-only. `op_id` comes from the device and is unique, so a retry changes nothing."""

    __tablename__ = "attendance_operation"
    __table_args__ = (
        CheckConstraint(among("status", AttendanceStatus), name="status"),
        CheckConstraint(among("outcome", KEPT), name="outcome"),
        CheckConstraint(among("kind", OperationKind), name="kind"),
        Index("ix_attendance_operation_attendee", "attendee_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # By it the rows of one statement are told apart, that bring many marks at once.
    op_id: Mapped[str] = mapped_column(String(36), unique=True, insert_sentinel=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"))
    kind: Mapped[OperationKind] = mapped_column(MemberOf(OperationKind, 12), default=OperationKind.MARK)
    batch: Mapped[str] = mapped_column(String(36), default="", index=True)  # joins the operations of one tap
    after: Mapped[str] = mapped_column(
        String(36), default="", server_default=""
    )  # the tap its device knew of
    auto: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # time in by the clock
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("attendance_operation.id"))
    status: Mapped[AttendanceStatus] = mapped_column(MemberOf(AttendanceStatus, 10))
    time_in: Mapped[datetime | None] = mapped_column(UtcDateTime)
    time_out: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    base_version: Mapped[int]
    device: Mapped[str] = mapped_column(String(60), default="")
    paired_device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # where it is one
    seq: Mapped[int] = mapped_column(default=0)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[OperationOutcome] = mapped_column(MemberOf(OperationOutcome, 10))


class SheetOperation(Base):
    """One act that a device sent, and how it was answered: append-only. What came of a mark stands in the rows' history."""

    __tablename__ = "sheet_operation"
    __table_args__ = (
        CheckConstraint(among("kind", QueuedKind), name="kind"),
        CheckConstraint(among("outcome", ANSWERED), name="outcome"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    op_id: Mapped[str] = mapped_column(String(36), unique=True, insert_sentinel=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    kind: Mapped[QueuedKind] = mapped_column(MemberOf(QueuedKind, 12))
    outcome: Mapped[OperationOutcome] = mapped_column(MemberOf(OperationOutcome, 10))
    device: Mapped[str] = mapped_column(String(60), default="")
    paired_device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))  # where it is one
    seq: Mapped[int] = mapped_column(default=0)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the clock of the device
    # Who was signed in on the device when it sent this, where somebody else had made it.
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class MarkToReview(Identified, Base):
    """An act that came where it could not be taken: kept as it was sent, with why, until somebody settles it."""

    __tablename__ = "mark_to_review"
    __table_args__ = (
        CheckConstraint(among("reason", ReviewReason), name="reason"),
        CheckConstraint(among("settled_as", Settlement), name="settled_as"),
    )
    op_id: Mapped[str] = mapped_column(String(36), unique=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id"))
    reason: Mapped[ReviewReason] = mapped_column(MemberOf(ReviewReason, 16))
    sent: Mapped[dict[str, Any]] = mapped_column(JSON)  # the operation as it came
    device: Mapped[str] = mapped_column(String(60), default="")
    paired_device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_as: Mapped[Settlement | None] = mapped_column(MemberOf(Settlement, 8))
    attendee: Mapped[Attendee | None] = relationship()
    occurrence: Mapped[Occurrence] = relationship()


class AbsenceRule(Identified, Base):
    """After how many missed dates of which groups somebody does what, within how many days; 0 is the same day."""

    __tablename__ = "absence_rule"
    __table_args__ = (
        CheckConstraint(among("kind", FollowUpKind), name="kind"),
        CheckConstraint("missed BETWEEN 1 AND 20", name="missed"),
        CheckConstraint("within_days BETWEEN 0 AND 60", name="within_days"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    access: Mapped[Access | None] = mapped_column(MemberOf(Access, 12))
    missed: Mapped[int]
    within_days: Mapped[int]
    kind: Mapped[FollowUpKind] = mapped_column(MemberOf(FollowUpKind, 10), default=FollowUpKind.CALL)
    position: Mapped[int] = mapped_column(default=0)

    @property
    def rule(self) -> MissedRule:
        """The row as rules read it."""
        return MissedRule(self.missed, self.within_days, self.kind, self.access)


class Task(Identified, Base):
    """Something to be done for a person by somebody, until when. What came of it stands in it; who was not reached gets the
    next one, which names it in `after_id`."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(among("kind", FollowUpKind), name="kind"),
        CheckConstraint(f"outcome IS NULL OR {among('outcome', CallOutcome)}", name="outcome"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done"),
        Index("ix_task_program_open", "program_id", "done_at", "due_at"),
        Index(
            "ix_task_once",
            "occurrence_id",
            "subject_id",
            "kind",
            unique=True,
            sqlite_where=text("after_id IS NULL"),
            postgresql_where=text("after_id IS NULL"),
        ),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[FollowUpKind] = mapped_column(MemberOf(FollowUpKind, 10))
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("group_offered.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[CallOutcome | None] = mapped_column(MemberOf(CallOutcome, 14))
    note: Mapped[str] = mapped_column(String(300), default="")
    makeup_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"))
    subject: Mapped[Person] = relationship(foreign_keys=[subject_id])
    assigned_to: Mapped[Person | None] = relationship(foreign_keys=[assigned_to_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    group: Mapped[Group | None] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship(foreign_keys=[occurrence_id])
    makeup: Mapped[Occurrence | None] = relationship(foreign_keys=[makeup_id])


class RollCall(Identified, Base):
    """A drill at a site: who is out. Its marks go when it ends, but for how many."""

    __tablename__ = "roll_call"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heads: Mapped[int] = mapped_column(default=0)
    came_out: Mapped[int] = mapped_column(default=0)


class RollCallMark(Base):
    """Somebody who is out, by the key of their tile, or a name somebody called out."""

    __tablename__ = "roll_call_mark"
    roll_call_id: Mapped[int] = mapped_column(ForeignKey("roll_call.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RosterSignature(Base):
    """That somebody who was here signed the roster on the tablet: initials and the moment of the tap. One stands; those that
    were taken back stay."""

    __tablename__ = "roster_signature"
    __table_args__ = (
        Index(
            "ix_roster_signature_stands",
            "attendee_id",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"))
    initials: Mapped[str] = mapped_column(String(4))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    device: Mapped[str] = mapped_column(String(60), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who passed the tablet round
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DoorCode(Base):
    """The code by which somebody signs themselves in at the door: kept as a keyed hash alone, so that it is shown once."""

    __tablename__ = "door_code"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("program_id", "code_hash"))
    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


append_only("attendance_operation", "sheet_operation")
