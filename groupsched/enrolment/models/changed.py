"""Which groups of a catalogue were changed: what a process keeps of all of them is read anew for these alone."""

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core.db import Base


class CatalogueChange(Base):
    """What made a revision of a program's catalogue: the numbers of the groups that were changed, and nothing else was.

    A revision without one may have changed anything. It refers to no group: a reference would lock them.
    """

    __tablename__ = "catalogue_change"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    groups: Mapped[list[int]] = mapped_column(JSON)
