"""Verbs of upkeep: backups, restoring, and proving that a database is sound."""

from groupsched.upkeep.service.files import write_backup
from groupsched.upkeep.service.nightly import back_up_if_due
from groupsched.upkeep.service.proving import faults, prove
from groupsched.upkeep.service.reading import mark_read
from groupsched.upkeep.service.refusal import BackupRefused
from groupsched.upkeep.service.restoring import RestoreResult, restore

__all__ = [
    "BackupRefused",
    "RestoreResult",
    "back_up_if_due",
    "faults",
    "mark_read",
    "prove",
    "restore",
    "write_backup",
]
