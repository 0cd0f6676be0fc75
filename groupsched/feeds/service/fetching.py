"""Answering the program that fetches a calendar: from stored bytes, rendered once for each revision.

A fetch is one indexed SELECT. Where the stored bytes are no longer right, one request writes them again under the
lock of the link's row, and whoever asks at the same moment waits for it and finds them there. No answer needs a write:
where the database refuses one, or somebody else keeps it from being written, what is right is rendered and sent unstored.
"""

import gzip
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import aside_if_possible, db, end_transaction, unit_of_work
from groupsched.core.errors import NotFound
from groupsched.core.regions import speaking
from groupsched.core.tokens import fingerprint
from groupsched.feeds.ics import write
from groupsched.feeds.models import Feed
from groupsched.feeds.queries import FeedContents, StoredFeed, ready, seen_before, shown_by
from groupsched.feeds.rules import (
    CalendarFile,
    FetchConditions,
    TitleMode,
    etag_of,
    fresh_until,
    nearest,
    told,
    told_alone,
    zipped_etag,
)
from groupsched.feeds.words import calendar_name, cancelled_title

LOOKED_AT = timedelta(minutes=15)
MOST_EVENTS = 1000  # what calendar programs take of one address, as is the size
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """What is sent: no body means 304."""

    etag: str
    modified_at: datetime
    body: bytes | None = None
    zipped: bool = False


def fetch(token: str, asked: FetchConditions) -> FetchAnswer:
    """Answer a fetch. Raises NotFound for a token that is unknown, turned off, or of a disabled account."""
    token_hash = fingerprint(token)
    found = _living(token_hash, "" if asked.conditional else asked.wanted)
    if not found.fresh(clock.now()):
        # The SELECT began a transaction that reads, and on SQLite that cannot turn to writing.
        end_transaction()
        try:
            _render_once(found.id)
        except DBAPIError:
            return answer_of(_unstored(found, asked), asked)
        found = _living(token_hash, asked.wanted)
    _note_fetch(found)
    if not found.body and not asked.holds(found.etag, found.modified_at):
        found = _living(token_hash, asked.wanted)
    return answer_of(found, asked)


def answer_of(found: StoredFeed, asked: FetchConditions) -> FetchAnswer:
    """Answer with what was found: without a body where the caller holds the same."""
    etag = zipped_etag(found.etag) if asked.zipped else found.etag
    unchanged = asked.holds(found.etag, found.modified_at)
    return FetchAnswer(etag, found.modified_at, None if unchanged else found.body, asked.zipped)


def _living(token_hash: str, body: str) -> StoredFeed:
    found = ready(token_hash, body=body)
    if found is None:
        raise NotFound
    return found


def was_noted(found: StoredFeed, now: datetime) -> bool:
    """Whether a fetch was written down within the last 15 minutes."""
    return found.fetched_at is not None and now - LOOKED_AT <= found.fetched_at


def _note_fetch(found: StoredFeed) -> None:
    """Remember that a calendar looked, at most once in 15 minutes, apart from the request."""
    now = clock.now()
    if not was_noted(found, now):

        def note(own: Session) -> None:
            own.execute(
                update(Feed).where(Feed.id == found.id, seen_before(now - LOOKED_AT)).values(fetched_at=now)
            )

        aside_if_possible(note)


def _render_once(feed_id: int) -> None:
    """Render a link's calendar and store it, unless somebody did while we waited for the lock."""
    with unit_of_work() as work:
        # On SQLite this takes the write lock first; elsewhere the row is locked.
        work.connection(execution_options={"write": True, "briefly": True})
        row = work.execute(_to_render(feed_id).with_for_update(of=Feed)).first()
        now = clock.now()
        if row is None or (
            row.revision == row.rendered_revision and row.fresh_until and now < row.fresh_until
        ):
            return
        body, until = _rendered(row, now)
        values = {"rendered_revision": row.revision, "fresh_until": until}
        if etag_of(body) != row.etag:
            values |= {"etag": etag_of(body), "body": body, "zipped": packed(body), "modified_at": now}
        work.execute(
            update(Feed)
            .where(Feed.id == feed_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _unstored(found: StoredFeed, asked: FetchConditions) -> StoredFeed:
    """A link's calendar as it is now, without a write."""
    row, now = db.session.execute(_to_render(found.id)).one(), clock.now()
    body, _until = _rendered(row, now)
    modified_at = found.modified_at if etag_of(body) == found.etag else now
    sent = packed(body) if asked.zipped else body
    return replace(found, etag=etag_of(body), modified_at=modified_at, body=sent)


def _to_render(feed_id: int) -> Any:
    query = select(
        Feed.revision, Feed.rendered_revision, Feed.fresh_until, Feed.etag, Feed.titles, Feed.kind,
        Feed.id.label("feed_id"), Person.id, Person.uid, Person.language, Person.program_id, Program.timezone,
    )  # fmt: skip
    query = query.join(Person, Person.id == Feed.person_id).join(Program, Program.id == Person.program_id)
    return query.where(Feed.id == feed_id)


def _rendered(row: Any, now: datetime) -> tuple[bytes, datetime]:
    """The bytes of a calendar, and until when they stay right."""
    with speaking(row.language, row.program_id):
        shown = shown_by(row.id, row.uid, row.kind, row.titles, row.feed_id)
        name, private = calendar_name(row.kind, row.titles), row.titles == TitleMode.PRIVATE
        return written(shown, name, row.timezone, now, private=private, most=MOST_EVENTS), fresh(shown, now)


def written(
    shown: FeedContents, name: str, zone: str, now: datetime, *, private: bool, most: int | None = None
) -> bytes:
    """Write what is shown, in the language in force; where there are `most` events, the single ones nearest to now."""
    events = [event for spell in shown.series_spans for event in told(spell, now)]
    events += [event for single in shown.singles for event in told_alone(single, now)]
    file = CalendarFile(tuple(events), name, zone, private=private, cancelled_title=cancelled_title())
    if most is None:
        return write(file)
    body = write(replace(file, events=tuple(nearest(events, now, most))))
    if len(body) > MOST_BYTES:
        fewer = most * MOST_BYTES // len(body) * 9 // 10
        body = write(replace(file, events=tuple(nearest(events, now, fewer))))
    return body


def fresh(shown: FeedContents, now: datetime) -> datetime:
    """Say until when what is shown stays right by itself."""
    meetings = [meeting for spell in shown.series_spans for meeting in spell.exceptions.values()]
    return fresh_until([*meetings, *(single.meeting for single in shown.singles)], now)


def packed(body: bytes) -> bytes:
    """The same bytes as gzip, always the same for the same body."""
    return gzip.compress(body, 6, mtime=0)
