"""Whose attendance an identity reads because it is on their care team: ATTENDANCE_READ of one person, as a condition of SQL."""

from sqlalchemy import ColumnElement, and_, false, or_

from groupsched.access.events import InCareAsked
from groupsched.access.identity import Identity, Member
from groupsched.access.policy import CARE_TEAM
from groupsched.attendance.models import Attendee
from groupsched.core.events import ask
from groupsched.schedule.models import Occurrence


def in_own_care(identity: Identity) -> ColumnElement[bool]:
    """The condition on Attendee joined with Occurrence that says the same as the policy of the care team: rows of those for whom
    this identity cares today, however old and of whatever group of the program."""
    if not isinstance(identity, Member) or not any(one.ever(identity) for one in CARE_TEAM):
        return false()
    theirs = ask(InCareAsked(identity.person_id, identity.program_id or 0))
    return and_(
        Occurrence.program_id == identity.program_id,
        Occurrence.external.is_(False),
        Attendee.person_id != identity.person_id,
        or_(false(), *(Attendee.person_id.in_(clients) for clients in theirs)),
    )
