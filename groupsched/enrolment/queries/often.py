"""When seats were last taken and given back: read from the audit, so that every process counts the same."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from groupsched.access.identity import Identity
from groupsched.audit.models import AuditRow
from groupsched.audit.queries import is_about
from groupsched.audit.rules import ActorKind, AuditAction, words_of
from groupsched.core.db import db

ACTS = words_of(
    (
        AuditAction.ENROLMENT_JOINED, AuditAction.ENROLMENT_WAITLISTED, AuditAction.ENROLMENT_REQUESTED,
        AuditAction.ENROLMENT_DECLINED, AuditAction.ENROLMENT_LEFT, AuditAction.ENROLMENT_TAKEN_BACK,
        AuditAction.ENROLMENT_REVERTED, AuditAction.DATE_SEAT_CHOSEN, AuditAction.DATE_SEAT_GIVEN_UP,
        AuditAction.DATE_SEAT_TAKEN_BACK, AuditAction.OUTSIDE_TAKEN, AuditAction.SEAT_POOL_CHOSEN,
        AuditAction.OFFER_ACCEPTED, AuditAction.OFFER_DECLINED, AuditAction.ENROLMENT_REARRANGED,
    )
)  # fmt: skip


def latest_acts(identity: Identity, person_id: int | None, since: datetime, most: int) -> Sequence[datetime]:
    """When this identity last changed seats since a moment, newest first, at most so many: those of this person, or (None)
    of anybody. Tokens of the interface count together."""
    who = AuditRow.actor_id == identity.person
    if identity.person is None:
        who = AuditRow.actor_kind == ActorKind.API_TOKEN
    query = select(AuditRow.at).where(
        AuditRow.program_id == identity.program_id, AuditRow.at > since, who, AuditRow.word.in_(ACTS)
    )
    if person_id is not None:
        query = query.where(is_about(person_id))
    return db.session.scalars(query.order_by(AuditRow.at.desc()).limit(most)).all()
