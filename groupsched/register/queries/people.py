"""People by name, and one person with what the rooms below know of them, as far as it shows to who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import selectinload

from groupsched.access.identity import Identity, Role
from groupsched.access.policy import CLIENTS_UNDER_GLASS, Permission, can
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.queries import named, staff_seen_by
from groupsched.attendance.queries import OwnMark, marks_seen_by, totals_seen_by
from groupsched.attendance.rules import AttendanceStatus
from groupsched.care.queries import TrialProgress, trial_progress
from groupsched.care.rules import KINDS
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import (
    PersonRights,
    coming_dates,
    enrolments_of,
    findable_clients,
    first_places,
    groups_before,
    groups_to_bring_into,
    in_own_slots,
    shows,
)
from groupsched.enrolment.rules import EnrolmentState
from groupsched.register.rules import PeopleList
from groupsched.schedule.models import Occurrence

COMING, MARKS, BEFORE = 8, 12, 40
MOST_FOUND = 20


def lists_for(identity: Identity) -> list[PeopleList]:
    """Which lists of people this identity may open at all. One's own record makes no list."""
    register = bool(identity.roles() & {Role.FACILITATOR, Role.FRONT_DESK, Role.SUPERVISOR})
    register = register or CLIENTS_UNDER_GLASS.ever(identity)
    lists = {PeopleList.CLIENTS: register, PeopleList.STAFF: can(identity, Permission.STAFF_READ)}
    return [name for name, opens in lists.items() if opens]


@dataclass(frozen=True)
class PeoplePage:
    """A page of people; `more` says whether another follows."""

    people: Sequence[Person]
    number: int
    more: bool


def find_people(
    identity: Identity, *, staff: bool = False, text: str = "", number: int = 1, size: int = 30
) -> PeoplePage:
    """The clients, or the staff, that this identity may see, by name, a page at a time."""
    query = people_query(identity, staff=staff, text=text)
    people = db.session.scalars(query.offset((number - 1) * size).limit(size + 1)).all()
    return PeoplePage(people[:size], number, len(people) > size)


def people_query(identity: Identity, *, staff: bool = False, text: str = "") -> Select[Person]:
    """The same as a query, in the order of names."""
    query = select(Person).where(staff_seen_by(identity)) if staff else findable_clients(identity)
    query = query.options(selectinload(Person.grants), selectinload(Person.credential))
    query = query.where(named(text))
    return query.order_by(func.lower(Person.first_name), func.lower(Person.last_name), Person.id)


def grants_shown(seen: PersonRights, person: Person) -> list[Grant]:
    """The grants of the sides that show, newest first."""
    shown = [g for g in person.grants if (seen.client if g.role == Role.CLIENT else seen.staff)]
    return sorted(shown, key=lambda grant: grant.from_at, reverse=True)


@dataclass(frozen=True)
class PersonRecord:
    """What the rooms below know of a client, as far as it shows to who asks. `before` are the groups they left or asked for, the
    latest first; `waiting` holds places in line; `groups` are
    those into which the reader may bring the person, and `ending` counts all that would end with their role. `rosters` are
    the groups whose people show to the reader, beside this one."""

    inside: Sequence[Enrolment]
    before: Sequence[Enrolment]
    asking: Sequence[Enrolment]
    waiting: Sequence[tuple[Enrolment, int]]
    coming: Sequence[Occurrence]
    marks: Sequence[OwnMark]
    totals: Mapping[AttendanceStatus, int]
    groups: Sequence[Group]
    ending: int
    rosters: frozenset[int]

    @property
    def shown(self) -> list[Enrolment]:
        """What of it shows, whatever its state."""
        return [*self.inside, *(one for one, _place in self.waiting), *self.asking]


def record_of(
    identity: Identity, person: Person, now: datetime, care_team: frozenset[int] = frozenset()
) -> PersonRecord:
    """Join what a person's page shows: groups now and before, dates to come, requests, lines, attendance. Whoever is of the care team sees
    all their groups."""
    every = enrolments_of(person)
    live = [one for one in every if shows(identity, one, care_team)]
    waiting = [one for one in live if one.state == EnrolmentState.WAITLISTED]
    places = first_places(waiting)
    return PersonRecord(
        inside=[one for one in live if one.state == EnrolmentState.ACTIVE],
        before=[one for one in groups_before(person, BEFORE) if shows(identity, one, care_team)],
        asking=[one for one in live if one.state == EnrolmentState.REQUESTED],
        waiting=[(one, places[one.id]) for one in waiting],
        coming=in_own_slots(person.id, coming_dates(live, now, COMING)),
        marks=marks_seen_by(identity, person.id, now, MARKS),
        totals=totals_seen_by(identity, person.id, now),
        groups=groups_to_bring_into(identity, person, every),
        ending=len(every),
        rosters=frozenset(one.group_id for one in live if shows(identity, one)),
    )


def trial_shown(person: Person, record: PersonRecord, now: datetime) -> TrialProgress | None:
    """The three kinds that somebody tries, with those of the dates whose groups show; None where none does."""
    progress = trial_progress(person.id, now)
    groups = {one.group_id for one in (*record.shown, *record.before)}
    dates = [one for one in progress.dates if one.occurrence.group_id in groups] if progress else []
    return replace(progress, dates=dates) if progress is not None and dates else None


def may_try(identity: Identity, record: PersonRecord) -> bool:
    """Whether three kinds could be begun with somebody: there are groups of three into which the reader may bring them."""
    return (
        can(identity, Permission.ENROL_OTHERS) and len({one.modality.kind for one in record.groups}) >= KINDS
    )


def people_to_keep_apart(identity: Identity, person: Person, text: str, chosen: str = "") -> list[Person]:
    """Whom one may keep a person apart from, by the words of their name: clients, guests and staff of the program, never who asks.
    Nobody, where nothing is typed but who is `chosen`."""
    named_so = named(text) if text.strip() else false()
    query = select(Person).where(
        Person.program_id == identity.program_id,
        Person.id.not_in((person.id, identity.person or 0)),
        Person.gone_at.is_(None),
        or_(named_so, Person.uid == chosen),
    )
    order = (func.lower(Person.first_name), func.lower(Person.last_name), Person.id)
    return list(
        db.session.scalars(query.options(selectinload(Person.grants)).order_by(*order).limit(MOST_FOUND))
    )
