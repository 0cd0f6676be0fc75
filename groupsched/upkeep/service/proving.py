"""`groupsched db check`: whether the database is whole, and whether what it counts twice agrees."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from groupsched.attendance.models import Attendee, Sheet
from groupsched.core import clock, schema
from groupsched.core.db import db
from groupsched.enrolment.queries import (
    comes_by,
    each_pair,
    guests_seated,
    holds_seat,
    seats_kept,
)
from groupsched.feeds.models import Feed
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool

_AT_ONCE = 50


@dataclass(frozen=True)
class CheckResult:
    """What was looked at, and what is wrong with it, a sentence each."""

    what: str
    faults: list[str]


def prove() -> Iterator[CheckResult]:
    """Look at one thing after the other. Reads only."""
    yield CheckResult("integrity", schema.integrity())
    differ = schema.differences()
    yield CheckResult("tables, as the program knows them", differ)
    if differ:
        return  # what they hold can only be asked of the tables that the program knows
    looks: list[tuple[str, Callable[[], list[str]]]] = [
        ("seats of coming dates", _seats), ("sheets", _sheets), ("calendar links", _feeds)
    ]  # fmt: skip
    for what, look in looks:
        yield CheckResult(what, look())
        db.session.rollback()


def faults() -> list[str]:
    """Everything that is wrong, a sentence each."""
    return [fault for result in prove() for fault in result.faults]


def _seats() -> list[str]:
    """Of each coming date as many seats are taken as people hold one, or it is kept for who was asked. More than there are is no fault: whoever lowers the
    number of seats turns nobody out."""
    held = (
        each_pair(
            Occurrence.id.label("date"),
            func.count().label("held"),
            func.count(case((comes_by(SeatPool.ONLINE), 1))).label("online"),
        )
        .where(holds_seat())
        .group_by(Occurrence.id)
        .subquery()
    )
    number = func.coalesce(held.c.held, 0) + guests_seated() + seats_kept()
    online = func.coalesce(held.c.online, 0) + seats_kept(SeatPool.ONLINE)
    query = (
        select(Occurrence.uid, Occurrence.taken, number, Occurrence.online_taken, online)
        .outerjoin(held, held.c.date == Occurrence.id)
        .where(
            Occurrence.start > clock.now(),
            Occurrence.status == OccurrenceStatus.SCHEDULED,
            Occurrence.external.is_(False),
            or_(Occurrence.taken != number, Occurrence.online_taken != online),
        )
        .order_by(Occurrence.id)
    )
    return [
        f"date {uid}: {taken} seats are taken, {by_link} of them online, and {people} people hold one, {online} of them online"
        for uid, taken, people, by_link, online in db.session.execute(query)
    ]


def _sheets() -> list[str]:
    later = (
        select(Occurrence.uid)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(Attendee.changed_in > Sheet.version)
        .distinct()
    )
    nobody = (
        select(Occurrence.uid)
        .join(Sheet, Sheet.occurrence_id == Occurrence.id)
        .join(Attendee, Attendee.sheet_id == Sheet.id)
        .where(Attendee.person_id.is_(None), Attendee.guest_name == "")
        .distinct()
    )
    return [
        *(f"sheet of date {uid}: a row is newer than its sheet" for uid in db.session.scalars(later)),
        *(f"sheet of date {uid}: a row is nobody's" for uid in db.session.scalars(nobody)),
    ]


def _feeds() -> list[str]:
    kept = or_(Feed.body.is_not(None), Feed.zipped.is_not(None))
    wrong = [
        f"link {uid}: it is off and its calendar is still kept"
        for uid in db.session.scalars(select(Feed.uid).where(Feed.revoked_at.is_not(None), kept))
    ]
    query = select(Feed.uid, Feed.body, Feed.zipped).where(Feed.revoked_at.is_(None), kept)
    for uid, body, zipped in db.session.execute(query.execution_options(yield_per=_AT_ONCE)):
        if not _agree(body, zipped):
            wrong.append(f"link {uid}: what is kept for it is no calendar")
    return wrong


def _agree(body: bytes | None, zipped: bytes | None) -> bool:
    try:
        unpacked = gzip.decompress(zipped) if zipped else body
    except (OSError, EOFError, ValueError):
        return False
    whole = unpacked or b""
    return (
        (body or whole) == whole
        and whole.startswith(b"BEGIN:VCALENDAR")
        and whole.endswith(b"END:VCALENDAR\r\n")
    )
