"""The cohorts of closed groups."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.enrolment.rules import CohortSpan


class Cohort(Identified, Base):
    """The same people in a closed group from `begins_on` to `ends_on`, in the days of its `timezone`. Where it is follows from its
    days (`CohortSpan`) and stands nowhere."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="ends"),
        CheckConstraint(
            "screening_from <= begins_on AND screening_from <= screening_until", name="screening"
        ),
        CheckConstraint("screening_until <= joins_until AND joins_until <= ends_on", name="joins"),
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    screening_from: Mapped[date] = mapped_column(Date)
    screening_until: Mapped[date] = mapped_column(Date)
    joins_until: Mapped[date] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    group: Mapped[Group] = relationship()

    @property
    def span(self) -> CohortSpan:
        """Its days."""
        return CohortSpan(
            self.begins_on, self.ends_on, self.screening_from, self.screening_until, self.joins_until
        )

    @property
    def today(self) -> date:
        """The day it is where it meets."""
        return clock.today(self.timezone)
