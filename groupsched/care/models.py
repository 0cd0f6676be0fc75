"""Who is on whose care team, from when until when. A row is never deleted: who was, stays told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.access.models import Site
from groupsched.accounts.models import Person
from groupsched.care.rules import CareRole, CareSpan, Turn, has_waited_long
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.schedule.models import Occurrence


class CareTeamMember(Identified, Base):
    """A colleague on the care team of a client: from a day on, until (not on) another. `took_over_from` names the row of
    whoever handed over to them."""

    __tablename__ = "care_team_member"
    __table_args__ = (
        CheckConstraint(among("role", CareRole), name="role"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="order"),
        Index(
            "uq_care_team_member_standing",
            "client_id",
            "member_id",
            unique=True,
            sqlite_where=text("until_day IS NULL"),
            postgresql_where=text("until_day IS NULL"),
        ),
        Index("ix_care_team_member_member_until", "member_id", "until_day"),
    )
    client_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[CareRole] = mapped_column(MemberOf(CareRole, 12))
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date | None] = mapped_column(Date)
    took_over_from_id: Mapped[int | None] = mapped_column(ForeignKey("care_team_member.id"))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    client: Mapped[Person] = relationship(foreign_keys=client_id)
    member: Mapped[Person] = relationship(foreign_keys=member_id)
    took_over_from: Mapped["CareTeamMember | None"] = relationship(remote_side="CareTeamMember.id")

    @property
    def span(self) -> CareSpan:
        """When they are on the team, for the rules."""
        return CareSpan(self.member_id, self.from_day, self.until_day)


class Reflection(Identified, Base):
    """What somebody said when they were asked how a date was: a response, not now, or nothing. `batch_id` is the total that it went
    into."""

    __tablename__ = "reflection"
    __table_args__ = (
        UniqueConstraint("person_id", "occurrence_id"),
        CheckConstraint(
            "(CASE WHEN response_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN skipped_at IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN later_at IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_answer",
        ),
        Index("ix_reflection_group_batch", "group_id", "batch_id"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_response.id"), unique=True)
    skipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    later_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("reflection_batch.id"))
    response: Mapped[QuestionnaireResponse | None] = relationship()
    occurrence: Mapped[Occurrence] = relationship()


class ReflectionBatch(Identified, Base):
    """Reflections of five or more people on a group, added up when the fifth came: what a leader reads. It says nobody's answer, and
    stays as it is whatever becomes of them."""

    __tablename__ = "reflection_batch"
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), index=True)
    people: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    group: Mapped[Group] = relationship()


class Trial(Identified, Base):
    """Somebody tries three kinds of sessions in two weeks; `by_id` began it, they themself or staff with them. What became of it
    is told by its dates and what people said; `ended_at` they stopped, or tried three others."""

    __tablename__ = "trial"
    __table_args__ = (
        Index(
            "uq_trial_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_trial_person_began", "person_id", "began_at"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    dates: Mapped[list["TrialDate"]] = relationship(back_populates="trial", order_by="TrialDate.id")


class TrialDate(Base):
    """One date of a trial, each of another kind; on another day, another date takes its place."""

    __tablename__ = "trial_date"
    __table_args__ = (UniqueConstraint("trial_id", "occurrence_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    trial_id: Mapped[int] = mapped_column(ForeignKey("trial.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), index=True)
    trial: Mapped[Trial] = relationship(back_populates="dates")
    occurrence: Mapped[Occurrence] = relationship()


class DutyTurn(Identified, Base):
    """When somebody is on duty at a site in every week, in minutes after midnight of a weekday (0 Monday), until the next day where
    `ends` is not later than `begins`: who is told first when somebody asks for a call now."""

    __tablename__ = "duty_turn"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("begins BETWEEN 0 AND 1439 AND ends BETWEEN 0 AND 1439", name="minutes"),
        UniqueConstraint("site_id", "person_id", "weekday", "begins"),
    )
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]
    person: Mapped[Person] = relationship()

    @property
    def turn(self) -> Turn:
        """The same for the rules."""
        return Turn(self.person_id, self.weekday, self.begins, self.ends)


class CallRequest(Identified, Base):
    """Somebody asks to be called now. It climbs, a rung every few minutes, until somebody takes it; what they answered stays theirs, but
    for those answers (`shared_items` of `response`) that they chose to send along. `rang_at`: when somebody last rang and did not
    reach them."""

    __tablename__ = "call_request"
    __table_args__ = (
        CheckConstraint("(taken_at IS NULL) = (taken_by_id IS NULL)", name="taken"),
        CheckConstraint("done_at IS NULL OR taken_at IS NOT NULL", name="done"),
        Index(
            "uq_call_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("done_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND withdrawn_at IS NULL"),
        ),
        Index("ix_call_request_program_asked", "program_id", "asked_at"),
    )
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    phone: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    rung: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rang_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire_response.id"))
    shared_items: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    response: Mapped[QuestionnaireResponse | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    taken_by: Mapped[Person | None] = relationship(foreign_keys=taken_by_id)
    site: Mapped[Site] = relationship()
    told: Mapped[list["CallTold"]] = relationship(order_by="CallTold.at, CallTold.person_id")

    @property
    def waits(self) -> bool:
        """Whether it is for somebody to take."""
        return self.taken_at is None and not self.is_over

    @property
    def minutes_waiting(self) -> int:
        """For how many minutes nobody has taken it: since it was asked for, or since somebody rang in vain."""
        return int((clock.now() - (self.rang_at or self.asked_at)).total_seconds() // 60)

    @property
    def waits_long(self) -> bool:
        """Whether its person is told that nobody has taken it, with the numbers to call."""
        return self.waits and has_waited_long(self.rang_at or self.asked_at, clock.now())

    @property
    def is_over(self) -> bool:
        """Whether nobody calls because of it any more."""
        return self.withdrawn_at is not None or self.done_at is not None


class CallTold(Base):
    """That somebody was told of a call at a rung: they see it, and may take it."""

    __tablename__ = "call_told"
    call_id: Mapped[int] = mapped_column(ForeignKey("call_request.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    person: Mapped[Person] = relationship()
