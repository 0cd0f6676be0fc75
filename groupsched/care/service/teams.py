"""Verbs on care teams: come, leave, hand over, and take a change back. What was, stays as a row."""

from collections.abc import Sequence
from datetime import date, timedelta

from groupsched.access.identity import Identity, Member, Role
from groupsched.access.policy import Permission, ensure
from groupsched.access.standing import gives_up
from groupsched.accounts.models import Person
from groupsched.accounts.service import lock_people
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record
from groupsched.care.models import CareTeamMember
from groupsched.care.queries import colleagues, rows_of, team_on, today_in
from groupsched.care.rules import CareRole, MemberRefusal, refusal_to_join, refusal_to_leave
from groupsched.care.words import refusal_words
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.enrolment.queries import client_facts, keeps_apart, partners
from groupsched.enrolment.service import ask_supervisor

LONGEST_AHEAD = timedelta(days=366)


def join_team(
    identity: Identity, person: Person, colleague: Person, role: CareRole, from_day: date
) -> CareTeamMember:
    """Put a colleague on the care team of a client from a day on. Raises DomainError where they cannot be."""
    ensure(identity, Permission.CARE_TEAM_WRITE, client_facts(person))
    _ensure_decides(identity, person)
    if colleague.id == identity.person:
        raise Conflict(
            _("A colleague puts you on a care team. In an emergency, open what you need with a reason."),
            code="oneself",
        )
    _ensure_colleague(person, colleague)
    lock_people([person.id])
    return _join(identity, person, colleague, role, from_day, None)


def leave_team(identity: Identity, row: CareTeamMember, until_day: date) -> None:
    """Let a colleague be on the team no longer from that day on. Raises DomainError for a day before they came."""
    ensure(identity, Permission.CARE_TEAM_WRITE, client_facts(row.client))
    if row.member_id != identity.person:
        _ensure_decides(identity, row.client)
    lock_people([row.client_id])
    db.session.refresh(row)
    if row.until_day is not None and row.until_day <= today_in(row.client.program_id):
        raise Conflict(_("They are not on the team any more."), code="left-already")
    _leave(identity, row, until_day)


def return_to_team(identity: Identity, row: CareTeamMember) -> None:
    """Take back that a colleague left. Raises DomainError where they came anew meanwhile."""
    ensure(identity, Permission.CARE_TEAM_WRITE, client_facts(row.client))
    lock_people([row.client_id])
    db.session.refresh(row)
    others = [one.span for one in rows_of(row.client) if one is not row]
    _refuse(refusal_to_join(row.client_id, others, row.member_id, row.from_day))
    row.until_day = row.ended_by_id = None
    db.session.flush()
    record(
        identity, AuditAction.CARE_TEAM_JOINED, row.client, [row.client], member=row.member.uid, role=row.role
    )


def hand_over(
    identity: Identity, rows: Sequence[CareTeamMember], colleague: Person, from_day: date
) -> list[CareTeamMember]:
    """A colleague takes over from others, in the same roles, from a day on; the rows that begin. Where they are on the team
    already, the other only leaves. Raises DomainError where it cannot be."""
    if not rows:
        raise DomainError(_("Choose whom to hand over."), field="rows", code="nobody-chosen")
    for row in rows:
        ensure(identity, Permission.CARE_TEAM_WRITE, client_facts(row.client))
        if row.member_id != identity.person:
            _ensure_decides(identity, row.client)
        _ensure_colleague(row.client, colleague)
    lock_people([row.client_id for row in rows])
    begun = []
    for row in rows:
        db.session.refresh(row)
        if row.member_id == colleague.id:
            raise DomainError(_("They have these people already."), field="colleague", code="same-person")
        there = [one.span for one in rows_of(row.client) if one.member_id == colleague.id]
        _leave(identity, row, max(from_day, row.from_day))
        if refusal_to_join(row.client_id, there, colleague.id, from_day) is not MemberRefusal.ALREADY:
            begun.append(_join(identity, row.client, colleague, row.role, from_day, row))
    return begun


def take_back_hand_over(identity: Identity, rows: Sequence[CareTeamMember]) -> None:
    """Whoever handed over has these people again, and who took over never had them. Raises Conflict where that is no hand-over of
    today or of a day to come."""
    for row in rows:
        ensure(identity, Permission.CARE_TEAM_WRITE, client_facts(row.client))
    lock_people([row.client_id for row in rows])
    for row in rows:
        db.session.refresh(row)
        before = row.took_over_from
        if before is None or row.until_day is not None or row.from_day < today_in(row.client.program_id):
            raise Conflict(_("This can't be taken back any more."), code="too-late")
        _leave(identity, row, row.from_day)
        return_to_team(identity, before)


def _ensure_decides(identity: Identity, person: Person) -> None:
    """Go on only for who answers for the team: what a person shares with their counselor alone is read by whom these put there."""
    if not isinstance(identity, Member) or identity.holds(Role.SUPERVISOR, person.program_id):
        return
    own = [
        row.role for row in team_on(person, today_in(person.program_id)) if row.member_id == identity.person
    ]
    if not set(own) - {CareRole.PEER, CareRole.OTHER}:
        raise Conflict(
            _("Their counselor, or a supervisor, says who is on this care team."), code="not-yours-to-say"
        )


def _join(
    identity: Identity,
    person: Person,
    colleague: Person,
    role: CareRole,
    from_day: date,
    before: CareTeamMember | None,
) -> CareTeamMember:
    if from_day > today_in(person.program_id) + LONGEST_AHEAD:
        raise DomainError(_("Choose a day within a year."), field="from_day", code="too-far")
    _refuse(refusal_to_join(person.id, [row.span for row in rows_of(person)], colleague.id, from_day))
    if keeps_apart(person.program_id) and colleague.id in partners([person.id], from_day):
        raise ask_supervisor([person.id, colleague.id])
    row = CareTeamMember(
        client=person,
        member=colleague,
        role=role,
        from_day=from_day,
        took_over_from=before,
        entered_by_id=identity.person,
    )
    db.session.add(row)
    db.session.flush()
    record(identity, AuditAction.CARE_TEAM_JOINED, person, [person], member=colleague.uid, role=role)
    return row


def _leave(identity: Identity, row: CareTeamMember, until_day: date) -> None:
    _refuse(refusal_to_leave(row.span, until_day))
    if until_day <= today_in(row.client.program_id):
        gives_up(row.member_id)
    row.until_day, row.ended_by_id = until_day, identity.person
    db.session.flush()
    record(
        identity, AuditAction.CARE_TEAM_LEFT, row.client, [row.client], member=row.member.uid, role=row.role
    )


def _refuse(why: MemberRefusal | None) -> None:
    if why is not None:
        field = "day" if why is MemberRefusal.BEFORE else "colleague"
        raise DomainError(refusal_words(why), field=field, code=why.value)


def _ensure_colleague(person: Person, colleague: Person) -> None:
    if colleague not in colleagues(person.program_id):
        raise NotFound
