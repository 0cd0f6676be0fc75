"""Forms with their versions, and what people answered. A version that was published never changes: triggers refuse it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.core.triggers import append_only
from groupsched.questionnaires.rules import Audience, Form, Given, ResponseStatus, form_of


class Questionnaire(Identified, Base):
    """A form of a program by its key, through all its versions; `draft` is what somebody writes at, if anybody does."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("program_id", "key"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    key: Mapped[str] = mapped_column(String(40))
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    draft_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    draft_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    """How often the draft was saved: two editors of it see each other."""
    draft_by: Mapped[Person | None] = relationship()
    versions: Mapped[list["QuestionnaireVersion"]] = relationship(
        back_populates="questionnaire", order_by="QuestionnaireVersion.number"
    )

    @property
    def drafted(self) -> Form | None:
        """The draft as a form."""
        return form_of(self.draft) if self.draft else None


class QuestionnaireVersion(Identified, Base):
    """A form as it was published: responses keep its words."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int]
    said: Mapped[dict[str, Any]] = mapped_column("form", JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    questionnaire: Mapped[Questionnaire] = relationship(back_populates="versions")

    @property
    def form(self) -> Form:
        """What it says."""
        return form_of(self.said)


class QuestionnaireResponse(Identified, Base):
    """What somebody answered to one version, or somebody of their care team with them. Handed over it is never overwritten: an
    amendment is a new row that names it in `amends_id`."""

    __tablename__ = "questionnaire_response"
    __table_args__ = (
        CheckConstraint(among("status", ResponseStatus), name="status"),
        CheckConstraint(among("audience", Audience), name="audience"),
        CheckConstraint("(status = 'in-progress') = (handed_over_at IS NULL)", name="handed_over"),
        CheckConstraint("status != 'amended' OR amends_id IS NOT NULL", name="amended"),
        Index("ix_questionnaire_response_subject_status", "subject_id", "status"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_version.id"), index=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[ResponseStatus] = mapped_column(
        MemberOf(ResponseStatus, 12), default=ResponseStatus.IN_PROGRESS
    )
    audience: Mapped[Audience] = mapped_column(MemberOf(Audience, 14))
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_response.id"), unique=True)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published: Mapped[QuestionnaireVersion] = relationship()
    subject: Mapped[Person] = relationship(foreign_keys=subject_id)
    author: Mapped[Person | None] = relationship(foreign_keys=author_id)
    amends: Mapped["QuestionnaireResponse | None"] = relationship(remote_side="QuestionnaireResponse.id")
    rows: Mapped[list["ResponseAnswer"]] = relationship(
        order_by="ResponseAnswer.item", cascade="all, delete-orphan"
    )

    @property
    def answers(self) -> dict[str, Given]:
        """What is answered so far, by the keys of items."""
        return {row.item: row.given for row in self.rows}

    @property
    def is_open(self) -> bool:
        """Whether it is still being written."""
        return self.status is ResponseStatus.IN_PROGRESS


class ResponseAnswer(Base):
    """The answer to one item."""

    __tablename__ = "response_answer"
    response_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_response.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    own: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    @property
    def given(self) -> Given:
        """What it says, for the rules."""
        return Given(tuple(self.value) if isinstance(self.value, list) else self.value, self.own)


append_only("questionnaire_version")
