"""Tokens for programs that call the JSON interface, and what they asked before."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime


class Token(Identified, Base):
    """An API token of a program with its scopes; printed once, kept as a hash."""

    __tablename__ = "api_token"
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    keeps_people: Mapped[bool] = mapped_column(default=False)
    """Made when `read` still meant people too: what it could then it goes on to do."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotentAnswer(Base):
    """The answer to a POST with an Idempotency-Key, kept for 24 hours per token."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("token_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
