"""Writing down that somebody was told whom a message did not reach."""

from groupsched.access.identity import Identity
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.enrolment.queries import UnreachedPerson, get_unreached
from groupsched.outbox.service import mark_told


def finish_telling(identity: Identity, uid: str) -> UnreachedPerson:
    """The person of this message was told, by this identity, now, with what came before it. Doing it twice has one effect.

    Raises NotFound, and ChangedMeanwhile where something else is to be said now.
    """
    found = get_unreached(identity, uid)
    if mark_told(found.messages, identity.person):
        record(identity, AuditAction.TELLING_FINISHED, found.group, [found.person], message=uid)
    return found


def take_telling_back(identity: Identity, uid: str) -> UnreachedPerson:
    """They were not told after all and stand among those who have to be. Doing it twice has one effect. Raises as telling."""
    found = get_unreached(identity, uid)
    if mark_told(found.messages, identity.person, told=False):
        record(identity, AuditAction.TELLING_TAKEN_BACK, found.group, [found.person], message=uid)
    return found
