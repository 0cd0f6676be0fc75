"""Who asks, as they stand in the transaction that writes: what a request began with may have ended meanwhile."""

from dataclasses import replace

from sqlalchemy import select

from groupsched.access.identity import GrantInForce, Identity, Member
from groupsched.access.models import Program
from groupsched.accounts.models import Credential, Grant, SignIn
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound, SignedOut


def as_now(identity: Identity) -> Identity:
    """The same identity with the roles it holds at this moment. Raises NotFound where its account was closed.

    Whoever changes roles or accounts of a program takes turns by this: of two administrators who end each other at
    once the second is none any more, and one is left.
    """
    if not isinstance(identity, Member):
        return identity
    # The turn first: a row that is read before the wait for it is read as it was.
    turn = select(Program.id).where(Program.id == identity.program_id)
    # Not against those who only point at the program, as every row of the audit does.
    db.session.execute(turn.with_for_update(key_share=True))
    closed = select(Credential.id).where(
        Credential.person_id == identity.person_id, Credential.disabled_at.is_not(None)
    )
    if db.session.scalar(closed):
        raise NotFound
    return replace(identity, grants=grants_now(identity.person_id))


def still_stands(identity: Identity) -> frozenset[str] | None:
    """The words for the roles that a person holds now, held until the transaction ends.

    Raises SignedOut where their sign-in has ended or their account was closed.
    """
    if not isinstance(identity, Member):
        return None
    ends = select(SignIn.ended_at, Credential.disabled_at).join(
        Credential, Credential.person_id == SignIn.person_id
    )
    # By its number alone: a condition on what others change would not wait for them.
    found = db.session.execute(
        ends.where(SignIn.id == identity.sign_in_id).with_for_update(read=True)
    ).first()
    if found is not None and any(found):
        raise SignedOut
    return frozenset(grant.word for grant in grants_now(identity.person_id, lock=True))


def grants_now(person_id: int, *, lock: bool = False) -> tuple[GrantInForce, ...]:
    """The roles somebody holds at this moment, read anew; with `lock` whoever ends one waits for this transaction."""
    now, query = clock.now(), select(Grant).where(Grant.person_id == person_id)
    query = query.with_for_update(read=True) if lock else query
    held = db.session.scalars(query.order_by(Grant.id).execution_options(populate_existing=True))
    return tuple(GrantInForce(one.role, one.program_id, one.site_id) for one in held if one.in_force(now))
