"""Calls that somebody asks for now, and who is on duty."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from groupsched.access.identity import Identity, Member, Role
from groupsched.access.models import Site
from groupsched.access.policy import Facts
from groupsched.accounts.models import Grant, Person
from groupsched.accounts.queries import holds_now
from groupsched.care.models import CallRequest, CallTold, DutyTurn
from groupsched.care.rules import ladder, on_duty
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.filters import local
from groupsched.enrolment.queries import keeps_apart, partners
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import BLANK, Given, Item, help_for


def duty_turns(site: Site) -> list[DutyTurn]:
    """Who is on duty at a site when, from Monday on."""
    query = select(DutyTurn).where(DutyTurn.site_id == site.id).options(joinedload(DutyTurn.person))
    return list(db.session.scalars(query.order_by(DutyTurn.weekday, DutyTurn.begins, DutyTurn.id)))


def rungs_of(site: Site, asks: int, now: datetime) -> list[frozenset[int]]:
    """Who is told at a site when somebody asks for a call now, one rung after the other: nobody from whom they are kept apart."""
    at = local(now, site.timezone)
    apart = partners([asks], at.date()) if keeps_apart(site.program_id) else frozenset()
    turns = [row.turn for row in duty_turns(site) if _works(row.person, site)]
    duty, desk, supervisors = (
        [one for one in rung if one not in apart]
        for rung in (on_duty(turns, at), _desk(site), _holding(site, Role.SUPERVISOR))
    )
    return ladder(duty, desk, supervisors, asks)


def _works(person: Person, site: Site) -> bool:
    """Whether somebody on the list may take a call there: they lead or supervise, or work at its desk, still."""
    now = clock.now()
    held = [grant for grant in person.grants if grant.in_force(now)]
    return any(
        grant.role in (Role.FACILITATOR, Role.SUPERVISOR)
        or (grant.role is Role.FRONT_DESK and grant.site_id in (None, site.id))
        for grant in held
    )


def _desk(site: Site) -> list[int]:
    at_it = exists().where(
        Grant.person_id == Person.id,
        Grant.role == Role.FRONT_DESK,
        Grant.in_force(clock.now()),
        or_(Grant.site_id.is_(None), Grant.site_id == site.id),
    )
    query = select(Person.id).where(Person.program_id == site.program_id, at_it)
    return list(db.session.scalars(query.order_by(Person.id)))


def _holding(site: Site, role: Role) -> list[int]:
    query = select(Person.id).where(Person.program_id == site.program_id, holds_now(role))
    return list(db.session.scalars(query.order_by(Person.id)))


def call_facts(row: CallRequest) -> Facts:
    """What the policy may know of a call: who asks, and who was told."""
    told = frozenset(one.person_id for one in row.told)
    return Facts(program=row.program_id, site=row.site_id, subject=row.person_id, owners=told)


def calls_told(identity: Identity) -> ColumnElement[bool]:
    """CALL_TAKE as a condition on CallRequest: the same as `can()` says."""
    if not isinstance(identity, Member) or identity.program_id is None:
        return false()
    here = and_(CallRequest.program_id == identity.program_id, CallRequest.person_id != identity.person_id)
    if identity.holds(Role.SUPERVISOR, identity.program_id):
        return here
    told = exists().where(CallTold.call_id == CallRequest.id, CallTold.person_id == identity.person_id)
    desks = identity.sites(Role.FRONT_DESK)
    if identity.holds(Role.FACILITATOR, identity.program_id) or None in desks:
        return and_(here, told)
    return and_(here, told, CallRequest.site_id.in_(desks))


def calls_for(identity: Identity) -> list[CallRequest]:
    """The calls that wait for this identity or that it took and has not finished, who asked first first."""
    mine = or_(CallRequest.taken_at.is_(None), CallRequest.taken_by_id == identity.person)
    query = _loaded().where(
        calls_told(identity), mine, CallRequest.done_at.is_(None), CallRequest.withdrawn_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(CallRequest.asked_at, CallRequest.id)))


def number_of_calls(identity: Identity) -> Select[int]:
    """How many calls wait for this identity, as a question."""
    open_ = (CallRequest.taken_at, CallRequest.withdrawn_at, CallRequest.done_at)
    query = select(func.count()).select_from(CallRequest).where(calls_told(identity))
    return query.where(*(column.is_(None) for column in open_))


def get_call(identity: Identity, uid: str) -> CallRequest:
    """A call that this identity was told of. Raises NotFound."""
    found = db.session.scalar(_loaded().where(CallRequest.uid == uid, calls_told(identity)))
    if found is None:
        raise NotFound
    return found


def own_call(person: Person, uid: str) -> CallRequest:
    """A call that somebody asked for. Raises NotFound."""
    found = db.session.scalar(_loaded().where(CallRequest.uid == uid, CallRequest.person_id == person.id))
    if found is None:
        raise NotFound
    return found


def shared_answers(row: CallRequest) -> list[tuple[Item, Given]]:
    """What somebody chose to send along with the call that they ask for, as they say it now: until it is over."""
    if row.response is None or row.is_over:
        return []
    answers = row.response.answers
    items = (item for item in row.response.published.form.questions if item.key in row.shared_items)
    return [(item, answers[item.key]) for item in items if item.key in answers]


def urgent_items(response: QuestionnaireResponse) -> list[Item]:
    """The questions of a form that were answered so that help is shown: those whose answers may go along with a call."""
    answers = response.answers
    questions = response.published.form.questions
    return [one for one in questions if help_for(one, answers.get(one.key, BLANK))]


def open_call_of(person_id: int) -> CallRequest | None:
    """The call that somebody asks for now."""
    return db.session.scalar(
        _loaded().where(
            CallRequest.person_id == person_id,
            CallRequest.done_at.is_(None),
            CallRequest.withdrawn_at.is_(None),
        )
    )


def call_under_way(person_id: int) -> CallRequest | None:
    """The same, for pages that lead to it: with who took it alone."""
    query = select(CallRequest).options(joinedload(CallRequest.taken_by))
    return db.session.scalar(
        query.where(
            CallRequest.person_id == person_id,
            CallRequest.done_at.is_(None),
            CallRequest.withdrawn_at.is_(None),
        )
    )


def calls_waiting() -> list[int]:
    """The numbers of all calls that nobody has taken, who asked first first."""
    open_ = (CallRequest.taken_at, CallRequest.withdrawn_at, CallRequest.done_at)
    query = select(CallRequest.id).where(*(column.is_(None) for column in open_))
    return list(db.session.scalars(query.order_by(CallRequest.asked_at, CallRequest.id)))


def duty_people(program_id: int | None) -> list[Person]:
    """Who may be on duty: staff that is told, by first name."""
    staff = or_(*map(holds_now, (Role.FACILITATOR, Role.FRONT_DESK, Role.SUPERVISOR)))
    query = select(Person).where(Person.program_id == program_id, staff)
    return list(db.session.scalars(query.order_by(func.lower(Person.first_name), Person.id)))


def _loaded() -> Select[CallRequest]:
    return select(CallRequest).options(
        joinedload(CallRequest.person),
        joinedload(CallRequest.taken_by),
        joinedload(CallRequest.site),
        selectinload(CallRequest.told).joinedload(CallTold.person),
    )
