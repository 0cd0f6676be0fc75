"""Who is on a care team on which day (FHIR R4 CareTeam.participant: member, role, period)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class CareRole(StrEnum):
    """What somebody is on a care team. The first is whom the person knows as theirs."""

    COUNSELOR = "counselor"
    PRESCRIBER = "prescriber"
    CASE_MANAGER = "case_manager"
    PEER = "peer"
    OTHER = "other"

    @property
    def rank(self) -> int:
        """In which order a team is read."""
        return list(CareRole).index(self)


class MemberRefusal(StrEnum):
    """Why somebody cannot be put on a care team, or cannot leave it on a day."""

    THEMSELVES = "themselves"
    ALREADY = "already"
    BEFORE = "before"


@dataclass(frozen=True)
class CareSpan:
    """A member of a team from a day on, until (not on) another: none, as long as it lasts. Of no day where it was a mistake."""

    member_id: int
    from_day: date
    until_day: date | None = None

    def holds(self, day: date) -> bool:
        """Whether they are on the team that day."""
        return self.from_day <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether they are on the team no longer that day."""
        return self.until_day is not None and self.until_day <= day

    @property
    def last_day(self) -> date | None:
        """The last day on which they are on the team; None, as long as it lasts."""
        return self.until_day - timedelta(days=1) if self.until_day else None

    @property
    def is_mistake(self) -> bool:
        """Whether they were on the team on no day at all."""
        return self.until_day == self.from_day


def on_team(spans: Iterable[CareSpan], day: date) -> frozenset[int]:
    """The numbers of those who are on a team that day."""
    return frozenset(span.member_id for span in spans if span.holds(day))


def refusal_to_join(
    client_id: int, spans: Iterable[CareSpan], member_id: int, from_day: date
) -> MemberRefusal | None:
    """Why this colleague cannot be on the team from that day on; None, where they can. Nobody is on their own team, or on one
    twice."""
    if member_id == client_id:
        return MemberRefusal.THEMSELVES
    theirs = (span for span in spans if span.member_id == member_id and not span.is_mistake)
    return None if all(span.is_over(from_day) for span in theirs) else MemberRefusal.ALREADY


def refusal_to_leave(span: CareSpan, until_day: date) -> MemberRefusal | None:
    """Why somebody cannot leave on that day: they were not on the team before it. On the day they came, it was a mistake."""
    return MemberRefusal.BEFORE if until_day < span.from_day else None
