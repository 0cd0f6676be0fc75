"""Who is on whose care team, from when until when. A row is never deleted: who was, stays told."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from groupsched.accounts.models import Person
from groupsched.care.rules import CareRole, CareSpan
from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among


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
