"""What bounds suggestions: what somebody put aside, that they want no faith, and the rules that a program does not use."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.enrolment.rules import SuggestionRule


class SuggestionAside(Base):
    """Somebody said “not for me” of a group: it is not suggested to them, until they bring it back."""

    __tablename__ = "suggestion_aside"
    __table_args__ = (UniqueConstraint("person_id", "group_id", name="uq_suggestion_aside_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    group: Mapped[Group] = relationship()


class NoFaithWish(Base):
    """Somebody said that they want no group with faith in it."""

    __tablename__ = "no_faith_wish"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class SuggestionRuleOff(Base):
    """A rule that a program does not use."""

    __tablename__ = "suggestion_rule_off"
    __table_args__ = (CheckConstraint(among("rule", SuggestionRule), name="rule"),)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    rule: Mapped[SuggestionRule] = mapped_column(MemberOf(SuggestionRule, 12), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
