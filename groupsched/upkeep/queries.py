"""What staff read of upkeep on their first page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program
from groupsched.core.db import db
from groupsched.core.web import settings
from groupsched.upkeep.models import NightlyBackup
from groupsched.upkeep.rules import LATE_AFTER, BackupProblem, Restoration, read_restoration


@dataclass(frozen=True)
class BackupState:
    """When the last backup of a night was made, and what went wrong since."""

    made_at: datetime | None
    problem: BackupProblem | None
    late: bool


def backup_state(identity: Identity, now: datetime) -> BackupState | None:
    """How it stands with the backups of the nights; None where this installation makes none, as a demo."""
    program = current_program(identity)
    if settings().backups is None or program is None or program.demo:
        return None
    row = db.session.execute(select(NightlyBackup.made_at, NightlyBackup.problem)).first()
    made_at, problem = row or (None, None)
    return BackupState(made_at, problem, late=made_at is None or now - made_at > LATE_AFTER)


def unread_restoration(identity: Identity) -> Restoration | None:
    """The last time that the data of this program were put back, until somebody has read it."""
    program = current_program(identity)
    return read_restoration(program.restored) if program is not None and program.restored else None
