"""A date with fewer people than its group needs: it takes place anyway, or is cancelled where the group says so."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.models import Program
from groupsched.access.policy import Permission, ensure
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.catalog.rules import DECIDE_HOURS, GroupState
from groupsched.core.db import db
from groupsched.core.i18n import _, force_locale
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import CancelDate, OccurrenceStatus, decide_by
from groupsched.schedule.service.changing import follow
from groupsched.schedule.service.rows import touch


def run_anyway(identity: Identity, occurrence: Occurrence) -> None:
    """The date takes place however many come. Saying it twice has one effect. Raises NotFound for who may not change it."""
    ensure(identity, Permission.GROUP_WRITE, facts(occurrence.group))
    if not occurrence.runs_anyway:
        occurrence.runs_anyway = True
        touch(occurrence)
        db.session.flush()
        record(identity, AuditAction.OCCURRENCE_CHANGED, occurrence, runs_anyway=True)


def cancel_few(now: datetime) -> int:
    """Cancel the dates of which nobody has decided in time, of groups that say so; returns how many. For the worker."""
    query = (
        select(Occurrence)
        .join(Occurrence.group)
        .options(joinedload(Occurrence.group))
        .where(
            Occurrence.program_id.in_(select(Program.id)),
            Occurrence.external.is_(False),
            Occurrence.start > now,
            Occurrence.start <= now + timedelta(hours=max(DECIDE_HOURS)),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Group.cancels_if_few,
            Group.state == GroupState.PUBLISHED,
        )
        .order_by(Occurrence.start, Occurrence.id)
    )
    due = [
        one
        for one in db.session.scalars(query)
        if one.is_few(now) and decide_by(one.start, one.group.decide_hours or 0) <= now
    ]
    for one in due:
        with force_locale(db.session.get_one(Program, one.program_id).languages[0]):
            reason = str(_("Too few people could come"))
        follow(one.group, CancelDate(one.id, reason))
    return len(due)
