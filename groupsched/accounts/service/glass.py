"""Break-glass: somebody opens for an hour what their role does not show, says why, and those who watch over it hear at once."""

from groupsched.access.identity import Member, Role
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts import queries, rules
from groupsched.accounts.models import BreakGlass, SignIn
from groupsched.accounts.service.proving import prove
from groupsched.accounts.service.signing import Browser
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.outbox.service import enqueue, when_fields


def break_glass(identity: Member, reason: str, given: str, browser: Browser) -> BreakGlass:
    """Open client records to read in this browser, for an hour. Where they are open already, they stay as they are.

    Raises NotFound where this identity may not, TooManyTries, or DomainError without a reason, with a wrong password, or where
    a supervisor is the only one who could watch.
    """
    ensure(identity, Permission.GLASS_OPEN, Facts(program=identity.program_id))
    why = clean_line(reason)
    if not rules.says_why(why):
        raise DomainError(_("Please say in a few words why. Others will read it."), field="reason")
    if not identity.holds(Role.ADMIN, identity.program_id) and not queries.supervisors(identity):
        raise DomainError(_("Another supervisor has to watch over it, and there is none."), field="reason")
    prove(identity, given, browser)
    here = db.session.get(SignIn, identity.sign_in_id, with_for_update=True)
    if here is None:
        raise NotFound
    before = queries.glass_not_closed(here.id)
    if before is not None and before.ends_at > clock.now():
        return before
    if before is not None:
        before.closed_at = before.ends_at
        db.session.flush()
    return _opened(identity, here, why)


def _opened(identity: Member, here: SignIn, why: str) -> BreakGlass:
    now = clock.now()
    row = BreakGlass(
        program_id=identity.program_id,
        person_id=identity.person_id,
        sign_in_id=here.id,
        reason=why[: rules.LONGEST_REASON],
        opened_at=now,
        ends_at=now + rules.GLASS_LASTS,
    )
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.BREAK_GLASS_OPENED, row, reason=row.reason)
    for one in queries.supervisors(identity):
        said = when_fields(one, now, queries.zone_of(one))
        key = f"break-glass:{row.uid}:{one.uid}"
        enqueue("break_glass_opened", one, key, date=said["date"], time=said["time"], link="/break-glass/log")
    return row


def close_glass(identity: Member) -> None:
    """Close what is open in this browser, before its hour is over. Twice, or with nothing open, it is no error."""
    row = queries.glass_not_closed(identity.sign_in_id)
    if row is not None and row.ends_at > clock.now():
        row.closed_at = clock.now()
        record(identity, AuditAction.BREAK_GLASS_CLOSED, row)
