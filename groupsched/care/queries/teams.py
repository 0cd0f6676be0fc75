"""Care teams as they stand and stood: of one person, and of everybody in somebody's care."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from groupsched.access.events import CARES, CareTeamAsked, Footing, InCareAsked, footing_columns
from groupsched.access.identity import Identity, Role
from groupsched.access.models import Program
from groupsched.access.policy import Permission, can, ensure
from groupsched.access.queries import get_program
from groupsched.accounts.models import Person
from groupsched.accounts.queries import has_client_side, holds_now
from groupsched.care.models import CareTeamMember
from groupsched.care.rules import CareRole
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.states import rank
from groupsched.enrolment.queries import client_facts


def today_in(program_id: int) -> date:
    """The day it is for a program: care teams change at its midnight. Raises NotFound where there is none."""
    program = get_program(program_id)
    if program is None:
        raise NotFound
    return clock.today(program.timezone)


def standing_on(day: date) -> ColumnElement[bool]:
    """Who is on a team that day, as a condition on its rows: the same as `CareSpan.holds`."""
    ends = or_(CareTeamMember.until_day.is_(None), CareTeamMember.until_day > day)
    return and_(CareTeamMember.from_day <= day, ends)


def in_care_of(asked: InCareAsked) -> Select[int]:
    """The numbers of the clients on whose team somebody is today, or whose counselor."""
    query = select(CareTeamMember.client_id).where(
        CareTeamMember.member_id == asked.member_id, standing_on(today_in(asked.program_id))
    )
    return query.where(CareTeamMember.role == CareRole.COUNSELOR) if asked.counselors else query


def rows_of(person: Person) -> list[CareTeamMember]:
    """Everybody who is or was on the team of a person, the newest first."""
    query = select(CareTeamMember).options(
        joinedload(CareTeamMember.member).joinedload(Person.qualification),
        joinedload(CareTeamMember.took_over_from).joinedload(CareTeamMember.member),
    )
    query = query.where(CareTeamMember.client_id == person.id)
    return list(db.session.scalars(query.order_by(CareTeamMember.from_day.desc(), CareTeamMember.id.desc())))


def team_on(person: Person, day: date) -> list[CareTeamMember]:
    """Who is on the team of a person that day, counselor first."""
    return in_order(row for row in rows_of(person) if row.span.holds(day))


def in_order(rows: Iterable[CareTeamMember]) -> list[CareTeamMember]:
    """A team as it is read: counselor first, then who came first."""
    return sorted(rows, key=lambda row: (row.role.rank, row.from_day, row.id))


def care_team_of(asked: CareTeamAsked) -> Select[int]:
    """The numbers of those who are on somebody's team today, or of their counselors."""
    query = select(CareTeamMember.member_id).where(
        CareTeamMember.client_id == asked.person_id, standing_on(today_in(asked.program_id))
    )
    return query.where(CareTeamMember.role == CareRole.COUNSELOR) if asked.counselors else query


def get_client(identity: Identity, uid: str, permission: Permission) -> Person:
    """A client whose care team this identity may read or change. Raises NotFound."""
    person = db.session.scalars(select(Person).where(Person.uid == uid, has_client_side())).one_or_none()
    if person is None:
        raise NotFound
    ensure(identity, permission, client_facts(person))
    return person


def get_row(person: Person, uid: str) -> CareTeamMember:
    """A row of the team of a person. Raises NotFound."""
    found = next((row for row in rows_of(person) if row.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def colleagues(program_id: int | None) -> list[Person]:
    """Who may be on a care team: those who lead groups or supervise in a program now, by first name."""
    staff = or_(holds_now(Role.FACILITATOR), holds_now(Role.SUPERVISOR))
    query = select(Person).where(Person.program_id == program_id, staff)
    return list(
        db.session.scalars(
            query.order_by(func.lower(Person.first_name), func.lower(Person.last_name), Person.id)
        )
    )


def get_colleague(program_id: int | None, uid: str) -> Person:
    """Somebody who may be on a care team. Raises DomainError for whoever is not, or not any more."""
    found = next((one for one in colleagues(program_id) if one.uid == uid), None)
    if found is None:
        raise DomainError(_("Choose a colleague of the list."), field="colleague", code="no-colleague")
    return found


def in_care(colleague: Person, but_id: int | None) -> list[CareTeamMember]:
    """The clients of a colleague today and those who come into their care, by name; never the record of who asks."""
    day = today_in(colleague.program_id)
    query = (
        select(CareTeamMember)
        .join(CareTeamMember.client)
        .options(selectinload(CareTeamMember.client))
        .where(
            CareTeamMember.member_id == colleague.id,
            CareTeamMember.client_id != (but_id or 0),
            or_(CareTeamMember.until_day.is_(None), CareTeamMember.until_day > day),
            or_(CareTeamMember.until_day.is_(None), CareTeamMember.until_day != CareTeamMember.from_day),
            Person.gone_at.is_(None),
        )
    )
    names = (func.lower(Person.first_name), func.lower(Person.last_name))
    return list(
        db.session.scalars(query.order_by(*names, rank(CareTeamMember.role, CareRole), CareTeamMember.id))
    )


def handed_over(identity: Identity, uids: Collection[str]) -> list[CareTeamMember]:
    """The rows that begin a hand-over, of clients whose teams this identity may change: all of them, or none."""
    query = select(CareTeamMember).where(
        CareTeamMember.uid.in_(uids), CareTeamMember.took_over_from_id.is_not(None)
    )
    found = list(db.session.scalars(query.order_by(CareTeamMember.id)))
    may = (can(identity, Permission.CARE_TEAM_WRITE, client_facts(row.client)) for row in found)
    return found if len(found) == len(uids) and all(may) else []


def handed_over_since(since: datetime, until: datetime) -> list[tuple[CareTeamMember, str]]:
    """The rows by which somebody took people over between two moments at the hand of somebody else, as far as they still hold,
    in all programs, each with the zone of its own. For the worker."""
    query = (
        select(CareTeamMember, Program.timezone)
        .join(CareTeamMember.client)
        .join(Program, Program.id == Person.program_id)
        .options(contains_eager(CareTeamMember.client), joinedload(CareTeamMember.member))
        .where(
            CareTeamMember.took_over_from_id.is_not(None),
            CareTeamMember.entered_at > since,
            CareTeamMember.entered_at <= until,
            CareTeamMember.until_day.is_(None),
            or_(
                CareTeamMember.entered_by_id.is_(None),
                CareTeamMember.entered_by_id != CareTeamMember.member_id,
            ),
            Person.gone_at.is_(None),
        )
    )
    return [(row, zone) for row, zone in db.session.execute(query.order_by(CareTeamMember.id))]


def carers(program_id: int | None, but_id: int | None) -> list[tuple[Person, int]]:
    """Everybody who has somebody in their care today, with how many, by first name: also who is no longer staff."""
    if program_id is None:
        return []
    clients = func.count(CareTeamMember.client_id.distinct())
    query = (
        select(Person, clients)
        .join(CareTeamMember, CareTeamMember.member_id == Person.id)
        .where(Person.program_id == program_id, standing_on(today_in(program_id)))
        .where(CareTeamMember.client_id != (but_id or 0))
        .group_by(Person.id)
        .order_by(func.lower(Person.first_name), func.lower(Person.last_name), Person.id)
    )
    return [(person, number) for person, number in db.session.execute(query)]


def still_cares(identity: Identity, words: Collection[str]) -> Footing | None:
    """Those of the words that name a client on whose team this identity is today."""
    ids = sorted(int(word.removeprefix(CARES)) for word in words if word.startswith(CARES))
    if not ids or identity.program_id is None:
        return None
    rows = select(
        *footing_columns(standing_on(today_in(identity.program_id)), number=CareTeamMember.client_id)
    )
    held = rows.where(CareTeamMember.member_id == identity.person, CareTeamMember.client_id.in_(ids))
    held = held.order_by(CareTeamMember.id).with_for_update(read=True)
    return Footing(held, lambda found: frozenset(f"{CARES}{row.number}" for row in found if row.good))
