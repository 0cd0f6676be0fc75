"""Run sheets of a program and of dates with all that they ever said, and the library that they are written from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.facilitation.rules import (
    AgreementFacts,
    GroupStage,
    PromptFacts,
    PromptFaith,
    PromptList,
    RunSheet,
    sheet_of,
)
from groupsched.schedule.models import Occurrence


class RunSheetTemplate(Identified, Base):
    """A sheet that dates have until somebody changes theirs: one of the program, or of one group alone. `number` counts what it said
    so far: two editors of it see each other by it."""

    __tablename__ = "run_sheet_template"
    __table_args__ = (UniqueConstraint("program_id", "key"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    group_id: Mapped[int | None] = mapped_column(
        ForeignKey("group_offered.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str] = mapped_column(String(60))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    group: Mapped[Group | None] = relationship()

    @property
    def sheet(self) -> RunSheet:
        """What it says now."""
        return sheet_of(self.said)


class DateRunSheet(Identified, Base):
    """The sheet of one date: a copy that was made when somebody first changed it. What becomes of the template touches it no more."""

    __tablename__ = "run_sheet"
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id", ondelete="CASCADE"), unique=True)
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[int] = mapped_column(default=1)
    occurrence: Mapped[Occurrence] = relationship()

    @property
    def sheet(self) -> RunSheet:
        """What it says now."""
        return sheet_of(self.said)


class RunSheetVersion(Base):
    """What a sheet said from a moment on. `former` is the number of what an undo goes back to."""

    __tablename__ = "run_sheet_version"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        UniqueConstraint("date_sheet_id", "number"),
        CheckConstraint("(template_id IS NULL) != (date_sheet_id IS NULL)", name="of_one"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("run_sheet_template.id", ondelete="CASCADE"))
    date_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("run_sheet.id", ondelete="CASCADE"))
    number: Mapped[int]
    former: Mapped[int | None]
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class LibraryPrompt(Base):
    """A prompt of a program, in each language."""

    __tablename__ = "library_prompt"
    __table_args__ = (
        CheckConstraint(among("deck", PromptList), name="deck"),
        CheckConstraint(among("faith", PromptFaith), name="faith"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    deck: Mapped[PromptList] = mapped_column(MemberOf(PromptList, 12))
    modalities: Mapped[Any] = mapped_column(JSON)
    faith: Mapped[PromptFaith] = mapped_column(MemberOf(PromptFaith, 16))
    stages: Mapped[Any] = mapped_column(JSON)
    minutes: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)

    @property
    def facts(self) -> PromptFacts:
        """What it fits, for the rules."""
        stages = tuple(GroupStage(one) for one in self.stages)
        return PromptFacts(self.key, self.deck, tuple(self.modalities), self.faith, stages, self.minutes)


class LibraryAgreement(Base):
    """An agreement of a program with its reason, in each language."""

    __tablename__ = "library_agreement"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    tags: Mapped[Any] = mapped_column(JSON)
    by_default: Mapped[bool] = mapped_column(Boolean)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)

    @property
    def facts(self) -> AgreementFacts:
        """What it is for, for the rules."""
        return AgreementFacts(self.key, tuple(self.tags), self.by_default)
