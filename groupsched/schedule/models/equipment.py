"""What the dates of groups take of the equipment of their rooms."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.catalog.models import Place
from groupsched.catalog.rules import THING_LENGTH
from groupsched.core.db import Base, UtcDateTime
from groupsched.schedule.models.dates import Occurrence


class EquipmentBooking(Base):
    """How many of a thing a date takes in its room, from `start` until before `end`. Where there are not enough, it is `kept`
    with the `reason` why."""

    __tablename__ = "equipment_booking"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "place_id", "thing"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_equipment_booking_place_start", "place_id", "start"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"))
    thing: Mapped[str] = mapped_column(String(THING_LENGTH))
    number: Mapped[int]
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    kept: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    occurrence: Mapped[Occurrence] = relationship()
    place: Mapped[Place] = relationship()
