"""A person's links: each with a name, a kind and a title mode; the token is shown once and kept as a hash."""

import base64
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from groupsched.access.identity import Identity
from groupsched.access.policy import Facts, Permission, ensure
from groupsched.accounts.models import Person
from groupsched.accounts.service import keyed
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line
from groupsched.core.tokens import fingerprint, secret
from groupsched.core.web import settings
from groupsched.feeds.models import Feed, FeedTitle
from groupsched.feeds.queries import feeds_of, own_words, which_address
from groupsched.feeds.rules import FactOf, FeedKind, TitleMode
from groupsched.feeds.service.stamping import stamp

NAME_LENGTH = 80
MOST_LINKS = 30


def create_feed(
    identity: Identity, person: Person, name: str, titles: str, kind: str, *, once: str = ""
) -> tuple[Feed, str]:
    """Make a link for a person; returns it with its address, which is kept nowhere.

    A form that is sent again with the secret that it was given (`once`) and the same words makes no second link: it gets
    the same answer. Raises NotFound where the identity may not, DomainError (field `name`, `titles` or `kind`) for what
    does not fit, Conflict where the link of that form is turned off.
    """
    _may(identity, person.id, person.program_id, kind)
    token = _token(once, "feed", person.uid, name, titles, kind)
    if once and (made := _made_before(person, token)) is not None:
        return made, link_of(token)
    if len(feeds_of(person.id)) >= MOST_LINKS:
        raise DomainError(
            _("There are many links already. Turn one off first."), field="name", code="too-many"
        )
    feed = Feed(
        person_id=person.id, token_hash=fingerprint(token), name=_name(name), titles=_titles(titles), kind=FeedKind(kind)
    )  # fmt: skip
    db.session.add(feed)
    db.session.flush()
    record(identity, AuditAction.FEED_CREATED, feed, [person.id], titles=feed.titles, kind=kind)
    return feed, link_of(token)


def update_feed(identity: Identity, feed: Feed, name: str, titles: str) -> None:
    """Give a link another name or title mode."""
    _may(identity, feed.person_id, identity.program_id)
    feed.name, changed = _name(name), _titles(titles) != feed.titles
    if changed:
        feed.titles = _titles(titles)
        # The database adds: dates that change at the same moment mark the link too, and each mark is to be seen.
        feed.revision = Feed.revision + 1
    db.session.flush()
    record(identity, AuditAction.FEED_CHANGED, feed, [feed.person_id], titles=feed.titles)


def renew_feed(identity: Identity, feed: Feed, *, once: str = "", replaces: str = "") -> str:
    """Make a new address for a link and return it; the old one answers like an unknown one from now on.

    A form that is sent again with its `once` gets the same address. Raises Conflict where the link has another one by now
    than the form was to replace (`which_address`).
    """
    _may(identity, feed.person_id, identity.program_id)
    db.session.refresh(feed, with_for_update=True)
    token = _token(once, "new address of feed", feed.uid)
    if fingerprint(token) == feed.token_hash:
        return link_of(token)
    if replaces and replaces != which_address(feed):
        raise Conflict(_("This link has another address by now. Begin again if you need a new one."))
    feed.token_hash, feed.fetched_at = fingerprint(token), None
    db.session.flush()
    record(identity, AuditAction.FEED_RENEWED, feed, [feed.person_id])
    return link_of(token)


def revoke_feed(identity: Identity, feed: Feed) -> None:
    """Turn a link off for good, and forget what was rendered for it."""
    _may(identity, feed.person_id, identity.program_id)
    if feed.revoked_at is None:
        feed.revoked_at, feed.body, feed.zipped = clock.now(), None, None
        db.session.flush()
        record(identity, AuditAction.FEED_REVOKED, feed, [feed.person_id])


def keep_own_words(identity: Identity, person_id: int, words: Mapping[int, str]) -> None:
    """Keep a person's own words for groups, by the number of the group; empty ones are forgotten."""
    _may(identity, person_id, identity.program_id)
    clean = {group_id: clean_line(text, NAME_LENGTH) for group_id, text in words.items()}
    had = own_words(person_id)
    gone = [group_id for group_id, text in clean.items() if not text]
    db.session.execute(
        delete(FeedTitle).where(FeedTitle.person_id == person_id, FeedTitle.group_id.in_(gone))
    )
    for group_id, text in sorted(clean.items()):
        if text:
            _keep(person_id, group_id, text)
    changed = [group_id for group_id, text in clean.items() if text != had.get(group_id, "")]
    if changed:
        stamp(db.session(), ((FactOf.PERSON, person_id, f"words.{group_id}") for group_id in changed))
        touch(Feed.person_id == person_id)
    record(identity, AuditAction.FEED_TITLE_CHOSEN, subjects=[person_id])


def link_of(token: str) -> str:
    """The address of a link."""
    return f"{settings().base_url}/feeds/{token}.ics"


def touch(*which: ColumnElement[bool], **also: Any) -> None:
    """Have these links rendered again when they are next fetched. One statement; nothing is rendered here.

    They are locked in one order: two transactions that touch the same people never wait in a circle.
    """
    found = select(Feed.id).where(Feed.revoked_at.is_(None), *which).order_by(Feed.id).with_for_update()
    db.session.execute(
        update(Feed)
        .where(Feed.id.in_(found))
        .values(revision=Feed.revision + 1, **also)
        .execution_options(synchronize_session=False)
    )


def _may(identity: Identity, person_id: int, program_id: int | None, kind: str = FeedKind.MINE) -> None:
    ensure(identity, Permission.FEED_OWN, Facts(program=program_id, subject=person_id))
    if kind not in list(FeedKind):
        raise DomainError(_("Choose what the calendar is for."), field="kind", code="kind-unknown")
    if kind == FeedKind.LEADING:
        ensure(identity, Permission.FEED_LEADING, Facts(program=program_id))


def _token(once: str, *about: str) -> str:
    """A new secret; the same one for the same form, which nobody makes without the secret key."""
    if not once:
        return secret()
    made = bytes.fromhex(keyed("\n".join((*about, once))))
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _made_before(person: Person, token: str) -> Feed | None:
    """What this form made when it was sent before. Of two at once the later one waits here."""
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    found = db.session.scalar(select(Feed).where(Feed.token_hash == fingerprint(token)))
    if found is not None and found.revoked_at is not None:
        raise Conflict(_("The link of this form is turned off. Begin again for another one."))
    return found


def _name(name: str) -> str:
    clean = clean_line(name)
    if not clean:
        raise DomainError(_("Give the link a name, such as “My phone”."), field="name", code="name-missing")
    if len(clean) > NAME_LENGTH:
        raise DomainError(_("This is too long. Please shorten it."), field="name", code="too-long")
    return clean


def _titles(titles: str) -> TitleMode:
    if titles not in list(TitleMode):
        raise DomainError(_("Choose what titles show."), field="titles", code="titles-unknown")
    return TitleMode(titles)


def _keep(person_id: int, group_id: int, words: str) -> None:
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.engine.dialect.name]
    row = dialect.insert(FeedTitle).values(person_id=person_id, group_id=group_id, words=words)  # type: ignore[attr-defined]
    db.session.execute(
        row.on_conflict_do_update(index_elements=["person_id", "group_id"], set_={"words": words})
    )
