"""Who asks, as they stand in the transaction that writes: what a request began with may have ended meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select

from groupsched.access.events import Footing, footing_columns
from groupsched.access.identity import GrantInForce, Identity, Member, Role
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
    db.session.scalar(turn.with_for_update(key_share=True))
    closed = select(Credential.id).where(
        Credential.person_id == identity.person_id, Credential.disabled_at.is_not(None)
    )
    if db.session.scalar(closed):
        raise NotFound
    return replace(identity, grants=grants_now(identity.person_id))


def sign_in_stands(identity: Identity) -> Footing | None:
    """The sign-in by which somebody asks. Where it has ended, or their account was closed, they are SignedOut."""
    if not isinstance(identity, Member):
        return None
    good = and_(SignIn.ended_at.is_(None), Credential.disabled_at.is_(None))
    ends = select(*footing_columns(good)).join_from(
        SignIn, Credential, Credential.person_id == SignIn.person_id
    )
    # By its number alone: a condition on what others change would not wait for them.
    held = ends.where(SignIn.id == identity.sign_in_id).with_for_update(read=True)
    return Footing(held, _not_ended)


def _not_ended(found: Sequence[Any]) -> frozenset[str]:
    if not all(row.good for row in found):
        raise SignedOut
    return frozenset()


def roles_stand(identity: Identity) -> Footing | None:
    """The words for the roles that a person holds now."""
    if not isinstance(identity, Member):
        return None
    columns = footing_columns(Grant.in_force(clock.now()), Grant.role, Grant.program_id, Grant.site_id)
    held = select(*columns).where(Grant.person_id == identity.person_id).order_by(Grant.id)
    return Footing(held.with_for_update(read=True), _roles)


def _roles(found: Sequence[Any]) -> frozenset[str]:
    held = (GrantInForce(Role(row.word), row.number, row.other) for row in found if row.good)
    return frozenset(one.word for one in held)


def grants_now(person_id: int, *, lock: bool = False) -> tuple[GrantInForce, ...]:
    """The roles somebody holds at this moment, read anew; with `lock` whoever ends one waits for this transaction."""
    now, query = clock.now(), select(Grant).where(Grant.person_id == person_id)
    query = query.with_for_update(read=True) if lock else query
    held = db.session.scalars(query.order_by(Grant.id).execution_options(populate_existing=True))
    return tuple(GrantInForce(one.role, one.program_id, one.site_id) for one in held if one.in_force(now))
