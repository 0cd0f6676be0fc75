"""The backup of the night: one worker makes it, keeps two weeks of them, and says what went wrong."""

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.access.models import Program
from groupsched.core import clock
from groupsched.core.config import Settings
from groupsched.core.db import db, unit_of_work
from groupsched.core.web import settings
from groupsched.upkeep.models import NightlyBackup
from groupsched.upkeep.rules import BackupProblem, file_name, is_due, old_ones
from groupsched.upkeep.service.files import write_backup
from groupsched.upkeep.service.refusal import BackupRefused

log = logging.getLogger(__name__)


def back_up_if_due(now: datetime) -> None:
    """Make the backup of the night where it is due and no other worker makes it. Call it outside a transaction."""
    given = settings()
    with unit_of_work():
        mine = given.backups is not None and _take(given, now)
    if not mine or given.backups is None:
        return
    problem = _make(given, given.backups, now)
    done = {"problem": problem} if problem else {"problem": None, "made_at": clock.now()}
    with unit_of_work() as work:
        work.execute(update(NightlyBackup).values(**done).execution_options(synchronize_session=False))


def _take(given: Settings, now: datetime) -> bool:
    """Whether this worker makes it. In a demo nobody does: there is nothing in it that anybody would miss."""
    zone = db.session.scalar(
        select(Program.timezone).where(Program.demo.is_(False)).order_by(Program.id).limit(1)
    )
    row = db.session.execute(select(NightlyBackup.began_at, NightlyBackup.made_at)).first()
    began_at, made_at = row or (None, None)
    if zone is None or not is_due(now, given.backup_hour, zone, began_at, made_at):
        return False
    insert = (sqlite if db.engine.dialect.name == "sqlite" else postgresql).insert(NightlyBackup)
    if began_at is None:
        first = insert.values(id=1, began_at=now).on_conflict_do_nothing(index_elements=["id"])
        return db.session.execute(first.returning(NightlyBackup.id)).first() is not None
    taken = update(NightlyBackup).where(NightlyBackup.began_at == began_at).values(began_at=now)
    taken = taken.returning(NightlyBackup.id).execution_options(synchronize_session=False)
    return db.session.execute(taken).first() is not None


def _make(given: Settings, folder: Path, now: datetime) -> BackupProblem | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_backup(given, folder / file_name(now))
        for name in old_ones((path.name for path in folder.iterdir()), now):
            (folder / name).unlink(missing_ok=True)
    except BackupRefused as refusal:
        log.warning("no backup of the night: %s", refusal)
        return refusal.problem
    except OSError as error:
        log.warning("no backup of the night: %s cannot be used: %s", folder, error.strerror)
        return BackupProblem.NO_FOLDER
    return None
