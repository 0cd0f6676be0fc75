"""What the product keeps of its own upkeep: how it stands with the backup of the night, and how long records are kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.upkeep.rules import BackupProblem, RecordKind


class NightlyBackup(Base):
    """The one row that says when a worker last began the backup of the night, when one last stood, and what went wrong
    since. Whoever moves `began_at` makes it, so that of many workers one does."""

    __tablename__ = "nightly_backup"
    __table_args__ = (CheckConstraint(among("problem", BackupProblem), name="problem"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[BackupProblem | None] = mapped_column(MemberOf(BackupProblem, 12))


class RetentionRule(Identified, Base):
    """For how many months a program keeps a class of records, where that is written, who said so and when. Without a row it
    is kept without end. The worker that moves `ran_at` carries it out that night."""

    __tablename__ = "retention_rule"
    __table_args__ = (
        UniqueConstraint("program_id", "kind"),
        CheckConstraint(among("kind", RecordKind), name="kind"),
        CheckConstraint("months > 0", name="months"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    kind: Mapped[RecordKind] = mapped_column(MemberOf(RecordKind, 12))
    months: Mapped[int]
    source: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ran_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[Person | None] = relationship()

    @property
    def seen(self) -> str:
        """Which state of it a form has seen."""
        return self.set_at.isoformat()
