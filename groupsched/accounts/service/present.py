"""Who asks, as they stand in the transaction that writes: what a request began with may have ended meanwhile."""

from dataclasses import replace

from sqlalchemy import select

from groupsched.access.identity import GrantInForce, Identity, Member
from groupsched.access.models import Program
from groupsched.accounts.models import Credential, Grant
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound


def as_now(identity: Identity) -> Identity:
    """The same identity with the roles it holds at this moment. Raises NotFound where its account was closed.

    Whoever changes roles or accounts of a program takes turns by this: of two administrators who end each other at
    once the second is none any more, and one is left.
    """
    if not isinstance(identity, Member):
        return identity
    # The turn first: a row that is read before the wait for it is read as it was.
    db.session.execute(select(Program.id).where(Program.id == identity.program_id).with_for_update())
    now = clock.now()
    closed = select(Credential.id).where(
        Credential.person_id == identity.person_id, Credential.disabled_at.is_not(None)
    )
    if db.session.scalar(closed):
        raise NotFound
    query = select(Grant).where(Grant.person_id == identity.person_id)
    held = db.session.scalars(query.execution_options(populate_existing=True))
    grants = (GrantInForce(one.role, one.program_id, one.site_id) for one in held if one.in_force(now))
    return replace(identity, grants=tuple(grants))
