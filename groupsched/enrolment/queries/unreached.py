"""Whom a message did not reach: somebody who sees who is in the group tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, can
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, NotFound
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries.apart import stranger_to
from groupsched.enrolment.queries.clients import facts
from groupsched.enrolment.queries.found import names_open
from groupsched.enrolment.rules import OFFER_KEY, OfferState
from groupsched.outbox.models import Message
from groupsched.outbox.service import said_by_phone, untold

LATELY = timedelta(hours=24)


@dataclass(frozen=True)
class UnreachedPerson:
    """Somebody who has to be told, and of which group: all that did not reach them, in the order in which it happened.

    `in_full`: whether their whole name shows to the reader, `phone_shows`: and their number. `offer`: the public id of what they are
    asked, while it waits for their answer.
    """

    messages: Sequence[Message]
    person: Person
    group: Group
    in_full: bool
    phone_shows: bool
    offer: str | None = None

    @property
    def name(self) -> str:
        """How the reader may call them."""
        return self.person.name if self.in_full else self.person.short_name

    @property
    def message(self) -> Message:
        """The last of the messages, by which the row is known."""
        return self.messages[-1]

    @property
    def words(self) -> str:
        """What to say, in the person's language."""
        return "\n".join(said_by_phone(one) for one in self.messages)


@dataclass(frozen=True)
class PeopleToTell:
    """Who has to be told, who was and has to answer yet, and who was told within a day: a row for each person and group, and for
    each time that they were told, whose news is the latest first."""

    waiting: list[UnreachedPerson]
    told: list[UnreachedPerson]
    to_answer: list[UnreachedPerson]

    @property
    def people(self) -> int:
        """How many people have to be told, of however many groups."""
        return len({one.person.id for one in self.waiting})


def unreached(identity: Identity, group: Group | None = None) -> PeopleToTell:
    """Whom no mail reached, of this group or of all whose roster this identity may read. Of dates that are all over nobody has
    to be told; and whoever is kept apart from the reader is told by others."""
    lately = and_(Message.told_at > clock.now() - LATELY, Message.withdrawn_at.is_(None))
    of_use = or_(Message.useful_until.is_(None), Message.useful_until > clock.now())
    query = _all_of(identity).where(or_(and_(untold(), of_use), lately)).order_by(Message.id)
    if group is not None:
        query = query.where(Message.group_id == group.id)
    rows = _rows(identity, query)
    waiting = [one for one in rows if one.message.told_at is None]
    told = [one for one in rows if one.message.told_at is not None and one.offer is None]
    to_answer = [one for one in rows if one.message.told_at is not None and one.offer is not None]
    # All that one person has to be told stands together.
    news: dict[int, int] = {}
    for place, one in enumerate(waiting):
        news.setdefault(one.person.id, place)
    return PeopleToTell(sorted(waiting, key=lambda one: news[one.person.id]), told, to_answer)


def get_unreached(identity: Identity, uid: str) -> UnreachedPerson:
    """The row that this public id of a message stands for, told or not, with what had come until then.

    Raises NotFound for who may not read the roster, ChangedMeanwhile where something else is to be said now.
    """
    row = db.session.execute(_all_of(identity).where(Message.uid == uid)).unique().first()
    if row is None or not _may_tell(identity, row[1], row[2]):
        raise NotFound
    last: Message = row[0]
    if last.withdrawn_at is not None:
        raise ChangedMeanwhile
    together = untold() if last.told_at is None else Message.told_at == last.told_at
    same = (Message.person_id == last.person_id, Message.group_id == last.group_id, Message.id <= last.id)
    found = db.session.scalars(select(Message).where(together, *same).order_by(Message.id)).all()
    return _shown_to(identity, [(found, row[1], row[2])], {last.id: row[3]} if row[3] else {})[0]


def _rows(identity: Identity, query: Select[Message, Person, Group, str | None]) -> list[UnreachedPerson]:
    together: dict[tuple[int, int, datetime | None], tuple[list[Message], Person, Group]] = {}
    offers: dict[int, str] = {}
    for message, person, group, offer in db.session.execute(query).unique():
        row = together.setdefault((person.id, group.id, message.told_at), ([], person, group))
        row[0].append(message)
        if offer is not None:
            offers[message.id] = offer
    may = [row for row in together.values() if _may_tell(identity, row[1], row[2])]
    rows = _shown_to(identity, may, offers)
    return sorted(rows, key=lambda one: one.message.created_at, reverse=True)


def _shown_to(
    identity: Identity, rows: Sequence[tuple[Sequence[Message], Person, Group]], offers: Mapping[int, str]
) -> list[UnreachedPerson]:
    """With as much of each person as shows to this identity, and what they are asked, by the number of its message."""
    found = [(*row, can(identity, Permission.REGISTER_READ, facts(row[2], row[1]))) for row in rows]
    full = names_open(identity, [person for _, person, _, phones in found if not phones])
    return [
        UnreachedPerson(
            messages,
            person,
            group,
            phones or person.id in full,
            phones,
            next((offers[one.id] for one in reversed(messages) if one.id in offers), None),
        )
        for messages, person, group, phones in found
    ]


def _all_of(identity: Identity) -> Select[Message, Person, Group, str | None]:
    asked = select(SeatOffer.uid).where(
        SeatOffer.uid == func.substr(Message.key, len(OFFER_KEY) + 1),
        Message.key.startswith(OFFER_KEY),
        SeatOffer.state == OfferState.OPEN,
        SeatOffer.until_at > clock.now(),
    )
    return (
        select(Message, Person, Group, asked.correlate(Message).scalar_subquery())
        .join(Person, Person.id == Message.person_id)
        .join(Group, Group.id == Message.group_id)
        .options(joinedload(Group.facilitators))
        .where(Group.program_id == identity.program_id, Message.unreached.is_not(None))
        .where(stranger_to(identity, Message.person_id))
    )


def _may_tell(identity: Identity, person: Person, group: Group) -> bool:
    return can(identity, Permission.TELLING_WRITE, facts(group, person))
