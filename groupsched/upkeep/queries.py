"""What staff read of upkeep: on their first page how it stands with backups, and how long records are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.queries import current_program
from groupsched.core.db import db
from groupsched.core.web import settings
from groupsched.upkeep.models import NightlyBackup, RetentionRule
from groupsched.upkeep.rules import LATE_AFTER, BackupProblem, RecordKind, Restoration, read_restoration


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


def rule_of(program_id: int, kind: RecordKind) -> RetentionRule | None:
    """For how long a program keeps a class of records; None: without end."""
    query = select(RetentionRule).options(joinedload(RetentionRule.by))
    here = (RetentionRule.program_id == program_id, RetentionRule.kind == kind)
    return db.session.scalar(query.where(*here))


def rules_of(program_id: int) -> dict[RecordKind, RetentionRule]:
    """Every rule of a program, with who set it."""
    query = select(RetentionRule).options(joinedload(RetentionRule.by))
    rows = db.session.scalars(query.where(RetentionRule.program_id == program_id).order_by(RetentionRule.id))
    return {row.kind: row for row in rows}
