"""What the product keeps of its own upkeep: how it stands with the backup of the night."""

from datetime import datetime

from sqlalchemy import CheckConstraint
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
