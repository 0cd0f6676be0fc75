"""Guests of clients: of a group for staff, of oneself, and on the sheets of dates."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from groupsched.access.identity import Identity
from groupsched.access.policy import Permission, ensure
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts as group_facts
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.states import rank
from groupsched.enrolment.models import Guest, GuestDate, GuestRule
from groupsched.enrolment.queries.apart import stranger_to
from groupsched.enrolment.queries.clients import facts_to_enrol
from groupsched.enrolment.rules import GUESTS_COME, GuestSeats, GuestState, takes_guests
from groupsched.schedule.models import Occurrence

ANSWER_SHOWN = timedelta(days=7)
"""So long the client reads on their week that a guest does not come."""

_WITH = (
    joinedload(Guest.host),
    joinedload(Guest.person),
    selectinload(Guest.dates).joinedload(GuestDate.occurrence),
)


def guest_seats(group: Group) -> GuestSeats | None:
    """How a group takes guests; None: it takes none."""
    rule = db.session.get(GuestRule, group.id)
    return rule.seats if rule is not None and takes_guests(group.setting, rule.seats) else None


def guests_of_group(identity: Identity, group: Group) -> list[Guest]:
    """The guests of a group whose word stands, those who wait for a yes first, then by their client's name. Raises NotFound for
    who may not read its people."""
    ensure(identity, Permission.ROSTER_READ, group_facts(group))
    query = (
        select(Guest)
        .join(Guest.host)
        .options(contains_eager(Guest.host), *_WITH[1:])
        .where(Guest.group_id == group.id, Guest.state.in_(GUESTS_COME))
        .order_by(rank(Guest.state, GuestState), Person.first_name, Person.last_name, Guest.id)
    )
    return list(db.session.scalars(query))


def guests_of(host: Person, group: Group) -> list[Guest]:
    """The guests of a client in a group whose word stands, the first asked first."""
    query = select(Guest).options(*_WITH).where(Guest.host_id == host.id, Guest.group_id == group.id)
    return list(db.session.scalars(query.where(Guest.state.in_(GUESTS_COME)).order_by(Guest.id)))


def guests_to_answer(identity: Identity) -> Subquery:
    """How many guests wait for a yes or no, by group: of clients other than who reads, and none from whom they are kept apart. Of
    dates that are all over nobody is asked."""
    ahead = Guest.dates.any(GuestDate.occurrence.has(Occurrence.start > clock.now()))
    query = select(Guest.group_id, func.count().label("guests")).where(
        Guest.state == GuestState.ASKED, Guest.host_id != (identity.person or 0), ahead,
        stranger_to(identity, Guest.host_id),
    )  # fmt: skip
    return query.group_by(Guest.group_id).subquery()


def guests_in_my_week(person_id: int, now: datetime) -> list[Guest]:
    """Whom somebody brings to dates that are still to come, or asked to bring, and for some days whom staff said no to; by group, the
    first asked first."""
    ahead = Guest.dates.any(GuestDate.occurrence.has(Occurrence.end > now))
    refused = and_(
        Guest.state.in_((GuestState.DECLINED, GuestState.ENDED)),
        Guest.ended_at > now - ANSWER_SHOWN,
        Guest.ended_by_id != person_id,
    )
    query = (
        select(Guest)
        .join(Guest.group)
        .options(contains_eager(Guest.group), *_WITH[1:])
        .where(Guest.host_id == person_id, or_(and_(Guest.state.in_(GUESTS_COME), ahead), refused))
        .order_by(Group.title, Group.id, Guest.id)
    )
    return list(db.session.scalars(query))


def get_guest(identity: Identity, uid: str) -> Guest:
    """A guest of one's own, or of a client whom one may enrol. Raises NotFound for any other."""
    guest = db.session.scalar(select(Guest).options(*_WITH, joinedload(Guest.group)).where(Guest.uid == uid))
    if guest is None:
        raise NotFound
    if guest.host_id != identity.person:
        ensure(identity, Permission.ENROL_OTHERS, facts_to_enrol(identity, guest.group, guest.host))
    return guest


def known_guest(host: Person, first_name: str) -> Person | None:
    """The person of this name whom a client brought before: what is known of them, that they are kept apart too, stays with them."""
    query = (
        select(Person)
        .join(Guest, Guest.person_id == Person.id)
        .where(Guest.host_id == host.id, Person.first_name == first_name, ~Person.grants.any())
        .order_by(Person.id)
    )
    return db.session.scalars(query.limit(1)).first()


def guest_times(person: Person) -> list[Guest]:
    """Whose guest somebody is or was, in which group and on which dates, the latest first."""
    query = (
        select(Guest)
        .options(
            joinedload(Guest.host),
            joinedload(Guest.group),
            selectinload(Guest.dates).joinedload(GuestDate.occurrence),
        )
        .where(Guest.person_id == person.id)
    )
    return list(db.session.scalars(query.order_by(Guest.id.desc())))


def guests_on(occurrence_ids: Collection[int]) -> list[GuestDate]:
    """Who comes as a guest to these dates, with their clients, in order."""
    query = (
        select(GuestDate)
        .join(GuestDate.guest)
        .options(contains_eager(GuestDate.guest).joinedload(Guest.host))
        .where(
            GuestDate.occurrence_id.in_(occurrence_ids),
            GuestDate.lost_at.is_(None),
            Guest.state == GuestState.COMES,
        )
        .order_by(GuestDate.id)
    )
    return list(db.session.scalars(query))
