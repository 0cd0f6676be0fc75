"""How much was seen under break-glass."""

from collections.abc import Sequence

from sqlalchemy import func, select

from groupsched.accounts.models import BreakGlass
from groupsched.audit.models import AuditRow
from groupsched.core.db import db


def looks_under(rows: Sequence[BreakGlass]) -> dict[str, int]:
    """How many looks were written down under each of these, by its public id."""
    if not rows:
        return {}
    which = AuditRow.detail["break_glass"].as_string()
    query = (
        select(which, func.count())
        .where(
            AuditRow.program_id == rows[0].program_id,
            AuditRow.actor_id.in_({row.person_id for row in rows}),
            AuditRow.at >= min(row.opened_at for row in rows),
            which.in_([row.uid for row in rows]),
        )
        .group_by(which)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
