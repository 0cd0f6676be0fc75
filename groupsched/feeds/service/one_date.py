"""One date as a file that is added to a calendar once."""

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment.queries import is_enrolled, live_of, own_slot, standings
from groupsched.enrolment.rules import EnrolmentState
from groupsched.feeds.ics import write
from groupsched.feeds.queries import FeedReader, chosen_titles, own_words, singles_of
from groupsched.feeds.rules import CalendarFile, TitleMode, told_alone
from groupsched.feeds.words import cancelled_title
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import SeatPool


def date_file(identity: Identity, uid: str) -> bytes:
    """Write one date. A signed-in person reads it in the mode of their links, private at first; a visitor in full.

    Raises NotFound for a date that is unknown or whose group the identity may neither see nor is in.
    """
    occurrence = _seen(identity, uid)
    group, person = occurrence.group, identity.person
    titles = TitleMode.FULL if person is None else chosen_titles(person)
    reader = FeedReader(
        identity.get_id(),
        titles,
        own_words(person) if person else {},
        person,
        public=not _has_seat(identity, group),
        pool=_pool(person, occurrence),
    )
    seat = own_slot(person, occurrence) if person else None
    [single] = singles_of([occurrence], reader, seat)
    events = told_alone(single, occurrence.start)
    return write(CalendarFile(events, private=titles is TitleMode.PRIVATE, cancelled_title=cancelled_title()))


def _has_seat(identity: Identity, group: Group) -> bool:
    """Whether the way into an online room is told: to those who are in, and to staff of the group."""
    live = live_of(group.id, identity.person) if identity.person else None
    return (live is not None and live.state == EnrolmentState.ACTIVE) or can(
        identity, Permission.ROSTER_READ, facts(group)
    )


def _pool(person_id: int | None, occurrence: Occurrence) -> SeatPool | None:
    """How the person comes to the date, where that is said."""
    where = standings(person_id, [occurrence]).get(occurrence.id)
    return where.pool if where is not None else None


def _seen(identity: Identity, uid: str) -> Occurrence:
    found = db.session.scalar(select(Occurrence).where(Occurrence.uid == uid))
    if found is None:
        raise NotFound
    if not (
        can(identity, Permission.GROUP_READ, facts(found.group))
        or is_enrolled(identity.person, found.group_id)
    ):
        raise NotFound
    return found
