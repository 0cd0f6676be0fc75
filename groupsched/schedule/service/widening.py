"""Where nobody has said yes to cover for some hours, everybody else who is free and qualified is asked, once. For the worker."""

from datetime import datetime, timedelta

from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.access.models import Program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core.db import db
from groupsched.schedule.models import CoverAsk, Occurrence, Substitution
from groupsched.schedule.rules import CoverState
from groupsched.schedule.service.candidates import candidates
from groupsched.schedule.service.rows import lock


def widen_covers(now: datetime) -> int:
    """Ask everybody who is free and may lead it, for each date that has waited as long as its program says; says for how many."""
    waiting = [row for row in _open(now) if _has_waited(row, now)]
    return sum(_widen(row, now) for row in waiting)


def _open(now: datetime) -> list[Substitution]:
    """The questions that are open of coming dates, and of which not everybody was asked yet. In the order in which groups are locked."""
    query = (
        select(Substitution)
        .join(Substitution.occurrence)
        .where(
            Substitution.state == CoverState.OPEN, Substitution.widened_at.is_(None), Occurrence.awaited(now)
        )
        .order_by(Occurrence.group_id, Substitution.id)
    )
    return list(db.session.scalars(query))


def _has_waited(row: Substitution, now: datetime) -> bool:
    hours = db.session.get_one(Program, row.program_id).cover_hours
    return hours > 0 and row.asked_at <= now - timedelta(hours=hours)


def _widen(row: Substitution, now: datetime) -> bool:
    lock(row.occurrence.group_id)
    db.session.refresh(row, ["state", "widened_at", "asks"])
    if row.state is not CoverState.OPEN or row.widened_at is not None:
        return False
    asked = {ask.person_id for ask in row.asks}
    found = [one.person for one in candidates(row.occurrence, row.part_of) if one.fitness.fits]
    more = [person for person in found if person.id not in asked]
    row.asks = [*row.asks, *(CoverAsk(person_id=person.id, asked_at=now) for person in more)]
    row.widened_at = now
    db.session.flush()
    record(System(program_id=row.program_id), AuditAction.COVER_ASKED, row.occurrence, people=len(more))
    return True
