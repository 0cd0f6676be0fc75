"""What was handed over to somebody on staff and was read by none of them yet."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from groupsched.access.identity import Identity, Member
from groupsched.access.models import Program
from groupsched.accounts.models import Person
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.rules import AuditAction
from groupsched.core.db import db
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.queries.responses import OPEN, loaded, shared_in_care
from groupsched.questionnaires.rules import SHARED


def to_read(identity: Identity) -> list[QuestionnaireResponse]:
    """What waits for this identity to read it: handed over to those who care for somebody, and none of them has opened it. What
    waits longest first."""
    ways = shared_in_care(identity) if isinstance(identity, Member) else []
    if not ways:
        return []
    table = QuestionnaireResponse
    written = or_(table.author_id.is_(None), table.author_id != identity.person)
    query = loaded().join(table.subject).where(or_(*ways), written, _unread())
    return list(db.session.scalars(query.order_by(table.saved_at, table.id)))


def waiting_to_be_read(since: datetime) -> list[tuple[QuestionnaireResponse, str]]:
    """All that was handed over or shared anew since a moment and nobody has read, in all programs, each with the zone of its own.
    For the worker."""
    table = QuestionnaireResponse
    query = loaded().add_columns(Program.timezone).join(table.subject)
    query = query.join(Program, Program.id == table.program_id)
    query = query.where(~OPEN, table.audience.in_(SHARED), table.saved_at > since, _unread())
    return [(row, zone) for row, zone in db.session.execute(query.order_by(table.id))]


def _unread() -> ColumnElement[bool]:
    """Nobody of the staff has opened it since it was handed over, whoever did so by break-glass aside; and nothing amends it."""
    table, later = QuestionnaireResponse, aliased(QuestionnaireResponse)
    read = (
        select(AuditSubject.audit_id)
        .join(AuditRow, AuditRow.id == AuditSubject.audit_id)
        .where(
            AuditSubject.person_id == table.subject_id,
            AuditRow.object_uid == table.uid,
            AuditRow.word == AuditAction.RESPONSE_READ.value,
            AuditRow.at >= table.handed_over_at,
            AuditRow.actor_id != table.subject_id,
            AuditRow.detail["break_glass"].as_string().is_(None),
        )
    )
    amended = exists().where(later.amends_id == table.id, later.handed_over_at.is_not(None))
    return and_(Person.gone_at.is_(None), ~read.exists(), ~amended)
