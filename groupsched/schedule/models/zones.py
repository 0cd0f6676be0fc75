"""What was known of a time zone when the dates in it were last laid."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core.db import Base, UtcDateTime


class ZoneKnown(Base):
    """One zone in which groups meet: the mark of its data as the worker last found it, since when, and how many dates moved then."""

    __tablename__ = "zone_known"
    zone: Mapped[str] = mapped_column(String(60), primary_key=True)
    mark: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    moved: Mapped[int] = mapped_column(default=0)
