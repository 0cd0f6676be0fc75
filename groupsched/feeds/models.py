"""Private calendar feeds: links stored as hashes, and the bytes rendered for each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from groupsched.core import clock
from groupsched.core.db import Base, Identified, UtcDateTime
from groupsched.core.states import MemberOf, among
from groupsched.feeds.rules import FactOf, FeedKind, TitleMode


class Feed(Identified, Base):
    """One link of one person for one calendar. The token is shown once; its hash is kept."""

    __tablename__ = "feed"
    __table_args__ = (
        CheckConstraint(among("titles", TitleMode), name="titles"),
        CheckConstraint(among("kind", FeedKind), name="kind"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    titles: Mapped[TitleMode] = mapped_column(MemberOf(TitleMode, 10), default=TitleMode.PRIVATE)
    kind: Mapped[FeedKind] = mapped_column(MemberOf(FeedKind, 10), default=FeedKind.MINE)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)
    rendered_revision: Mapped[int] = mapped_column(default=0)
    fresh_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    etag: Mapped[str] = mapped_column(String(80), default="")
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Nearly every reader takes gzip: it stands first, so that SQLite need not walk past the long one to reach it.
    zipped: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class FeedTitle(Base):
    """A person's own words for one group in their feeds."""

    __tablename__ = "feed_title"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("group_offered.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(80))


class ToldFact(Base):
    """When a fact that calendars tell was last changed, such as the name of a room. None is ever deleted: stamps would fall."""

    __tablename__ = "told_fact"
    __table_args__ = (CheckConstraint(among("about", FactOf), name="about"), Index("ix_told_fact_at", "at"))
    about: Mapped[FactOf] = mapped_column(MemberOf(FactOf, 10), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fact: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
