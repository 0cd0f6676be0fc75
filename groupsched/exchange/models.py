"""Tables that were brought in, as long as they can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.exchange.rules import TableKind


class TableImport(Identified, Base):
    """A table that was brought in, and how many rows of it were new. `created` names these with a mark of how each was
    then; it is forgotten after a day, or when it was taken back. Nobody who signed in did it where `by_id` is empty."""

    __tablename__ = "table_import"
    __table_args__ = (
        CheckConstraint(among("kind", TableKind), name="kind"),
        Index("ix_table_import_program_at", "program_id", "at"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    kind: Mapped[TableKind] = mapped_column(MemberOf(TableKind, 10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    rows: Mapped[int]
    created: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
