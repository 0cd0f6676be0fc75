"""Why a backup or a restore did not come about."""

import errno
import subprocess

from groupsched.core.errors import DomainError
from groupsched.upkeep.rules import BackupProblem


class BackupRefused(DomainError):
    """A backup or a restore that is not done, with a sentence for operators; nothing was changed."""

    def __init__(self, message: str, problem: BackupProblem = BackupProblem.BROKEN) -> None:
        super().__init__(message, code=problem)
        self.problem = problem


def because_of(error: OSError) -> BackupRefused:
    """The refusal where a file or a folder cannot be had."""
    full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    if full:
        return BackupRefused(
            "There is no room left where the backup is to be written.", BackupProblem.NO_ROOM
        )
    return BackupRefused(
        f"{error.filename or 'The folder of the backup'} cannot be read or written: {error.strerror}.",
        BackupProblem.NO_FOLDER,
    )


def because_of_program(error: subprocess.CalledProcessError) -> BackupRefused:
    """The refusal where a program of PostgreSQL failed: its own last word."""
    said = (error.stderr or b"").decode(errors="replace").strip().splitlines() or ["it said nothing"]
    problem = BackupProblem.NO_ROOM if "No space left" in said[-1] else BackupProblem.DATABASE
    return BackupRefused(f"{error.cmd[0]} failed: {said[-1]}", problem)
