"""What was shown to whom, and what a kind of session asks of a person before a seat is taken."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.rules import (
    ClearanceSpan,
    ShownAt,
)


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
