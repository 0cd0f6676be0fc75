"""Verbs of upkeep: backups, restoring, and proving that a database is sound."""

from groupsched.upkeep.service.files import write_backup
from groupsched.upkeep.service.nightly import back_up_if_due
from groupsched.upkeep.service.proving import faults, prove
from groupsched.upkeep.service.reading import mark_read
from groupsched.upkeep.service.refusal import BackupRefused
from groupsched.upkeep.service.restoring import RestoreResult, restore
from groupsched.upkeep.service.retention import (
    LONGEST_SOURCE,
    OldRecords,
    apply_due_rules,
    apply_rule,
    check_rule,
    end_rule,
    set_rule,
    would_remove,
)

__all__ = [
    "LONGEST_SOURCE",
    "BackupRefused",
    "OldRecords",
    "RestoreResult",
    "apply_due_rules",
    "apply_rule",
    "back_up_if_due",
    "check_rule",
    "end_rule",
    "faults",
    "mark_read",
    "prove",
    "restore",
    "set_rule",
    "would_remove",
    "write_backup",
]
