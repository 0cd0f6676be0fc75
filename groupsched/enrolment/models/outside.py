"""Meetings that others run, in a person's own week."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, UtcDateTime
from groupsched.schedule.models import Occurrence


class OutsideDate(Base):
    """A date of a meeting that others run, which somebody has in their own week: no seat, and nobody who runs it knows of it."""

    __tablename__ = "outside_date"
    __table_args__ = (UniqueConstraint("person_id", "occurrence_id", name="uq_outside_date_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    person: Mapped[Person] = relationship()
    occurrence: Mapped[Occurrence] = relationship()
