"""What the dates of a group are about, and the templates that a program saved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from groupsched.catalog.rules import TITLE_LENGTH
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.core.texts import said
from groupsched.schedule.rules import (
    TopicOrder,
)

TOPIC_LENGTH = 120
OUTLINE_LENGTH = 600


class Curriculum(Base):
    """That a group has a list of topics: how it goes on behind the last, and the day from which it counts. `before` is the
    list as it stood before its last change."""

    __tablename__ = "curriculum"
    __table_args__ = (CheckConstraint(among("mode", TopicOrder), name="mode"),)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), primary_key=True)
    mode: Mapped[TopicOrder] = mapped_column(MemberOf(TopicOrder, 7))
    begins_on: Mapped[date] = mapped_column(Date)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)


class Topic(Identified, Base):
    """A topic of a group. What was taken off the list stays: dates on which it was held refer to it.

    `name` and `outline` are read in the language of the page, as those of a group. `note` is for staff.
    """

    __tablename__ = "topic"
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), index=True)
    curriculum: Mapped[Curriculum | None] = relationship(
        primaryjoin=lambda: Topic.group_id == foreign(Curriculum.group_id), viewonly=True, uselist=False
    )
    position: Mapped[int] = mapped_column(default=0)
    plain_name: Mapped[str] = mapped_column("name", String(TOPIC_LENGTH), key="plain_name")
    plain_outline: Mapped[str] = mapped_column(
        "outline", String(OUTLINE_LENGTH), key="plain_outline", default=""
    )
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(String(OUTLINE_LENGTH), default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    name = said("name")
    outline = said("outline")


class SavedPattern(Identified, Base):
    """A group of the program, saved as a template for others: what its form said, its rule and the list of its
    topics. No people, no dates."""

    __tablename__ = "saved_pattern"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    name: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    rule: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    topics: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
