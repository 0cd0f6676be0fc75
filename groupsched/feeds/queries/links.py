"""The links of a person, and the one read behind every fetch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Credential, Person
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.tokens import fingerprint
from groupsched.feeds.models import Feed, FeedTitle
from groupsched.feeds.rules import FeedKind, TitleMode

_KNOWN = (
    Feed.id, Feed.revision, Feed.rendered_revision, Feed.fresh_until, Feed.etag, Feed.modified_at, Feed.fetched_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """What a fetch needs to know of a link; `body` is empty where it was not asked for."""

    id: int
    revision: int
    rendered_revision: int
    fresh_until: datetime | None
    etag: str
    modified_at: datetime
    fetched_at: datetime | None
    body: bytes = b""

    def fresh(self, now: datetime) -> bool:
        """Whether what is stored may be sent."""
        return (
            self.rendered_revision == self.revision
            and self.fresh_until is not None
            and now < self.fresh_until
        )


def owner_of_links(identity: Identity, uid: str) -> Person:
    """A person whose links this identity may see and change, by their public id. Raises NotFound."""
    person = db.session.scalar(
        select(Person).where(Person.uid == uid, Person.program_id == identity.program_id)
    )
    if person is None:
        raise NotFound
    ensure(identity, Permission.FEED_OWN, Facts(program=person.program_id, subject=person.id))
    return person


def alive() -> ColumnElement[bool]:
    """A link that was not turned off, of a person whose account was not disabled."""
    disabled = select(Credential.id).where(
        Credential.person_id == Feed.person_id, Credential.disabled_at.is_not(None)
    )
    return Feed.revoked_at.is_(None) & ~disabled.exists()


def ready_query(body: str = "") -> Select[Any]:
    """One indexed SELECT for a living link by the hash of its token, with `body` or `zipped` where named."""
    wanted = {"body": Feed.body, "zipped": Feed.zipped}.get(body)
    columns = _KNOWN if wanted is None else (*_KNOWN, wanted)
    return select(*columns).where(Feed.token_hash == bindparam("token_hash"), alive())


_QUERIES = {body: ready_query(body) for body in ("", "body", "zipped")}


def ready(token_hash: str, *, body: str = "") -> StoredFeed | None:
    """Find a living link by the hash of its token: None for one that is unknown, turned off or disabled."""
    row: Any = db.session.execute(_QUERIES[body], {"token_hash": token_hash}).first()
    return StoredFeed(*row) if row else None


def own_feeds(identity: Identity) -> list[Feed]:
    """The living links of the person who asks, oldest first."""
    return feeds_of(identity.person) if identity.person else []


def feeds_of(person_id: int) -> list[Feed]:
    """The living links of a person, oldest first, for whoever may manage them."""
    query = select(Feed).where(Feed.person_id == person_id, Feed.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(Feed.created_at, Feed.id)))


def get_feed(identity: Identity, uid: str) -> Feed:
    """A living link that one may manage. Raises NotFound for an unknown one, somebody else's or one turned off."""
    query = select(Feed, Person.program_id).join(Person, Person.id == Feed.person_id)
    row = db.session.execute(query.where(Feed.uid == uid, Feed.revoked_at.is_(None))).first()
    if row is None:
        raise NotFound
    ensure(identity, Permission.FEED_OWN, Facts(program=row.program_id, subject=row.Feed.person_id))
    return row.Feed


def which_address(feed: Feed) -> str:
    """Which of its addresses a link has now, told from earlier ones; nothing that opens it."""
    return fingerprint(feed.token_hash)[:16]


def own_words(person_id: int) -> dict[int, str]:
    """A person's own words, by the number of the group."""
    query = select(FeedTitle).where(FeedTitle.person_id == person_id)
    return {row.group_id: row.words for row in db.session.scalars(query)}


def chosen_titles(person_id: int) -> TitleMode:
    """The title mode of a person's first link; private before there is one."""
    query = select(Feed.titles).where(
        Feed.person_id == person_id, Feed.kind == FeedKind.MINE, Feed.revoked_at.is_(None)
    )
    return db.session.scalar(query.order_by(Feed.created_at, Feed.id).limit(1)) or TitleMode.PRIVATE


def seen_before(moment: datetime) -> ColumnElement[bool]:
    """A link that no calendar has fetched since this moment."""
    return or_(Feed.fetched_at.is_(None), Feed.fetched_at < moment)
