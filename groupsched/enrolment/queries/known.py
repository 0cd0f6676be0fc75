"""Whom somebody who leads groups knows, and may therefore enrol: ENROL_OTHERS as a condition on Person.

Whoever asked to join or waits, or was taken off its list a moment ago; whoever is in a group of theirs or was in the last 90
days; whoever stands before them, found
by the whole name or number an hour ago at most. What they proposed themselves makes nobody known.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from groupsched.access.identity import ApiToken, Identity, Member, Role, System
from groupsched.access.policy import DESK, OWN_GROUP, SUPERVISOR, Facts, Permission, can
from groupsched.accounts.models import Person
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction
from groupsched.catalog.queries import groups_led_by
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import DateSeat, Enrolment
from groupsched.enrolment.rules import LIVE, DateSeatState

KNOWN_FOR = timedelta(days=90)
STANDS_HERE_FOR = timedelta(hours=1)


def known_to(identity: Identity) -> ColumnElement[bool]:
    """Whom this person knows as one who leads groups."""
    was_in = and_(Enrolment.ended_at > clock.now() - KNOWN_FOR, _had_seat())
    live = and_(Enrolment.state.in_(LIVE), ~Enrolment.is_proposal)
    removed = and_(
        Enrolment.undo_until > clock.now(), Enrolment.undo_by_staff, Enrolment.proposed_by_id.is_(None)
    )
    met = select(Enrolment.person_id).where(
        Enrolment.group_id.in_(groups_led_by(identity.person)), or_(live, was_in, removed)
    )
    return or_(Person.id.in_(met), Person.id.in_(sought_lately(identity, AuditAction.PERSON_SOUGHT)))


def _had_seat() -> ColumnElement[bool]:
    held = exists().where(DateSeat.enrolment_id == Enrolment.id, DateSeat.state == DateSeatState.HELD)
    return or_(Enrolment.from_start.is_not(None), held)


def sought_lately(identity: Identity, action: AuditAction, about: str | None = None) -> Select[int]:
    """Who was found by this person within an hour by a whole name or number, at the door of a date where one is named
    (`about`, a public id): the audit knows, for every answer stands in it."""
    query = (
        select(AuditSubject.person_id)
        .join(AuditSubject.row)
        .where(
            AuditRow.program_id == identity.program_id,
            AuditRow.at > clock.now() - STANDS_HERE_FOR,
            AuditRow.actor_id == identity.person,
            AuditRow.word == action.value,
        )
    )
    return query if about is None else query.where(AuditRow.object_uid == about)


def who_knows(identity: Identity, owners: frozenset[int], person: Person) -> frozenset[int]:
    """What the policy is told of the knowledge of one person: whether it is this identity who leads and knows them."""
    leads = isinstance(identity, Member) and Role.FACILITATOR in identity.roles()
    if not leads or identity.person not in owners:
        return frozenset()
    known = db.session.scalar(select(Person.id).where(Person.id == person.id, known_to(identity)))
    return frozenset({identity.person or 0} if known else ())


def enrolled_by(identity: Identity, joining: Facts, seen: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The ways by which this identity may enrol people in a group, any of which is enough: `seen` are those whose record
    it may read. The desk and supervisors choose among these, who leads the group among those they know, and a token that
    may enrol names people by their ids."""
    if isinstance(identity, ApiToken | System):
        return [Person.id.is_not(None)] if can(identity, Permission.ENROL_OTHERS, joining) else []
    ways = [seen] if DESK(identity, joining) or SUPERVISOR(identity, joining) else []
    return [*ways, known_to(identity)] if OWN_GROUP(identity, joining) else ways


def chooses_by_letters(identity: Identity, joining: Facts) -> bool:
    """Whether the register is open to this identity for a group; else it is asked by whole names and numbers."""
    return can(identity, Permission.REGISTER_READ, joining)
