"""That somebody has read what was put back."""

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.access.queries import current_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record


def mark_read(identity: Identity) -> None:
    """Write down that somebody of the program has read that its data were put back: the page says it no more."""
    ensure(identity, Permission.STAFF_READ, Facts(program=identity.program_id))
    program = current_program(identity)
    if program is not None and program.restored:
        program.restored = None
        record(identity, AuditAction.DATABASE_ACKNOWLEDGED, program)
