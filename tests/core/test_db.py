"""The rules of the database room: aware moments, one commit point, what constraints mean."""

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from groupsched.access.models import Program
from groupsched.core.db import constraint_name, db


def test_a_moment_without_a_zone_is_refused(world):
    person = world.client()
    person.created_at = datetime(2026, 1, 1, 9, 0)
    with pytest.raises(StatementError, match="without a zone"):
        db.session.flush()
    db.session.rollback()


def test_a_broken_unique_constraint_is_known_by_its_name_on_both_databases(world):
    db.session.add(Program(key="harbor", name="Twice", timezone="UTC"))
    with pytest.raises(IntegrityError) as caught:
        db.session.flush()
    assert constraint_name(caught.value) == "uq_program_key"
    db.session.rollback()


def test_an_audit_row_can_never_be_changed(world):
    from sqlalchemy import update
    from sqlalchemy.exc import DBAPIError

    from groupsched.audit.models import AuditRow

    db.session.add(AuditRow(word="group.published", program_id=world.program.id))
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(update(AuditRow).values(word="nothing"))
    db.session.rollback()
