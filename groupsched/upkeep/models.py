"""What the product keeps of its own upkeep: the backup of the night, and that the data were put back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core.db import Base, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.upkeep.rules import BackupProblem


class NightlyBackup(Base):
    """The one row that says when a worker last began the backup of the night, when one last stood, and what went wrong
    since. Whoever moves `began_at` makes it, so that of many workers one does."""

    __tablename__ = "nightly_backup"
    __table_args__ = (CheckConstraint(among("problem", BackupProblem), name="problem"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[BackupProblem | None] = mapped_column(MemberOf(BackupProblem, 12))


class Restoration(Base):
    """That the data of a program were put back at a moment, from a backup of another, until somebody has read it."""

    __tablename__ = "restoration"
    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    messages_held: Mapped[int]
    links_ended: Mapped[int]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
