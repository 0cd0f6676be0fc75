"""That somebody has read what was put back."""

from sqlalchemy import update

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import current_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.upkeep.models import Restoration


def mark_read(identity: Identity) -> None:
    """Write down that somebody of the program has read that its data were put back: the page says it no more."""
    ensure(identity, Permission.STAFF_READ, Facts(program=identity.program_id))
    row = update(Restoration).where(
        Restoration.program_id == identity.program_id, Restoration.read_at.is_(None)
    )
    row = row.values(read_at=clock.now(), read_by_id=identity.person).returning(Restoration.id)
    if db.session.execute(row.execution_options(synchronize_session=False)).all():
        record(identity, AuditAction.DATABASE_ACKNOWLEDGED, current_program(identity))
