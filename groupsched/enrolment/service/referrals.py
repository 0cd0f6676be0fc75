"""How many seats a group keeps for people whom staff bring, and until when."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.enrolment.models import ReferralPool
from groupsched.enrolment.queries import referral_pool
from groupsched.enrolment.rules import MOST_DAYS, MOST_KEPT
from groupsched.enrolment.service.kept_seats import lay_out
from groupsched.enrolment.service.moving import advance
from groupsched.enrolment.service.outcomes import SeatOutcome
from groupsched.enrolment.service.seats import ahead
from groupsched.enrolment.service.telling import tell
from groupsched.schedule.service import lock


def keep_for_referrals(identity: Identity, group: Group, seats: int, days: int) -> list[SeatOutcome]:
    """Keep so many seats of each date until so many days before it, as far as they are free; 0: none any more, and who waits has
    them.

    Raises DomainError with the field for too many, Conflict where each date has its own times.
    """
    ensure(identity, Permission.GROUP_WRITE, group_facts(group))
    if group.has_slots:
        raise Conflict(_("Each date has its own times here: no seats are kept."), code="slots")
    if not 0 <= seats <= MOST_KEPT:
        raise DomainError(_("Keep up to %(n)s seats.", n=MOST_KEPT), field="seats", code="seats")
    if seats and not 1 <= days <= MOST_DAYS:
        raise DomainError(_("Choose 1 to %(n)s days.", n=MOST_DAYS), field="days", code="days")
    lock(group.id)
    found, now = referral_pool(group.id), clock.now()
    if found is None and not seats:
        return []
    if not seats:
        db.session.delete(found)
    elif found is None:
        db.session.add(ReferralPool(group_id=group.id, seats=seats, days=days))
    else:
        found.seats, found.days = seats, days
    db.session.flush()
    lay_out(group, ahead(group.id, now), now)
    record(identity, AuditAction.GROUP_CHANGED, group)
    return tell(advance(group.id).moved_up)
