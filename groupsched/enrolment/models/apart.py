"""Who is kept apart from whom."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.enrolment.rules import (
    MOST_BUFFER,
    ApartSpan,
)


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
