"""Tokens and remembered answers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select

from groupsched.access.events import Footing, footing_columns
from groupsched.access.identity import ApiToken, Identity, Scope
from groupsched.access.models import Program
from groupsched.api.models import IdempotentAnswer, Token
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.tokens import fingerprint, secret

REMEMBERED = timedelta(hours=24)
_TOKEN = select(Token).where(Token.token_hash == bindparam("hash"), Token.revoked_at.is_(None))


def create_token(identity: Identity, program: Program, name: str, scopes: Sequence[str]) -> tuple[Token, str]:
    """A token and its secret, which is shown this once. Raises DomainError for an unknown scope."""
    unknown = [scope for scope in scopes if scope not in list(Scope)]
    if unknown or not scopes:
        raise DomainError(_("Choose scopes among: %(scopes)s.", scopes=", ".join(Scope)), field="scope")
    value = f"gs_{secret()}"
    token = Token(
        program_id=program.id,
        name=clean_line(name, 80),
        scopes=sorted(set(scopes)),
        token_hash=fingerprint(value),
    )
    db.session.add(token)
    db.session.flush()
    record(identity, AuditAction.TOKEN_CREATED, token, scopes=token.scopes)
    return token, value


def revoke_tokens(identity: Identity, program: Program, name: str) -> int:
    """End every token of this name, at once and for good; how many there were."""
    query = select(Token).where(
        Token.program_id == program.id, Token.name == clean_line(name, 80), Token.revoked_at.is_(None)
    )
    found = list(db.session.scalars(query))
    for token in found:
        token.revoked_at = clock.now()
        record(identity, AuditAction.TOKEN_REVOKED, token)
    return len(found)


def tokens_of(program_id: int) -> list[Token]:
    """The tokens of a program that are still good, the newest first."""
    good = select(Token).where(Token.program_id == program_id, Token.revoked_at.is_(None))
    return list(db.session.scalars(good.order_by(Token.created_at.desc(), Token.id.desc())))


def end_token(identity: Identity, program_id: int, uid: str) -> Token:
    """End one token, at once and for good. Raises NotFound for one that is unknown, ended, or of another program."""
    token = next((one for one in tokens_of(program_id) if one.uid == uid), None)
    if token is None:
        raise NotFound
    token.revoked_at = clock.now()
    record(identity, AuditAction.TOKEN_REVOKED, token)
    return token


def identity_of_token(value: str) -> ApiToken | None:
    """Who calls with this token; None for an unknown or a revoked one."""
    token = db.session.scalar(_TOKEN, {"hash": fingerprint(value)})
    if token is None:
        return None
    return ApiToken(
        program_id=token.program_id,
        token_id=token.id,
        token_uid=token.uid,
        scopes=frozenset(scope for scope in Scope if scope in token.scopes),
    )


def token_stands(identity: Identity) -> Footing | None:
    """The token of a caller. Where it was revoked, nothing is found."""
    if not isinstance(identity, ApiToken):
        return None
    held = select(*footing_columns(Token.revoked_at.is_(None))).where(Token.id == identity.token_id)
    return Footing(held.with_for_update(read=True), _not_revoked)


def _not_revoked(found: Sequence[Any]) -> frozenset[str]:
    if not all(row.good for row in found):
        raise NotFound
    return frozenset()


def remembered(token_id: int, key: str, request_hash: str) -> IdempotentAnswer | None:
    """The answer given before to this key. Raises DomainError when the key came with another request."""
    oldest = clock.now() - REMEMBERED
    found = db.session.scalar(
        select(IdempotentAnswer).where(IdempotentAnswer.token_id == token_id, IdempotentAnswer.key == key)
    )
    if found is not None and found.created_at < oldest:
        db.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < oldest))
        return None
    if found is not None and found.request_hash != request_hash:
        raise DomainError(_("This Idempotency-Key was used for another request."), field="Idempotency-Key")
    return found


def remember(token_id: int, key: str, request_hash: str, status: int, body: str) -> None:
    """Keep an answer with the change it tells of: both are there, or neither. What is older than a day is forgotten."""
    db.session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < clock.now() - REMEMBERED))
    db.session.add(
        IdempotentAnswer(token_id=token_id, key=key, request_hash=request_hash, status=status, body=body)
    )
    db.session.flush()
