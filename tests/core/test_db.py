"""The rules of the database room: aware moments, one commit point, what constraints mean."""

from datetime import datetime

import pytest
from flask import g
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from groupsched.access.models import Program
from groupsched.core.db import aside, constraint_name, db, engine_options, run_view


@pytest.mark.parametrize(
    ("where", "mode"),
    [("db.example.org", "require"), ("127.0.0.1", None), ("/run/postgresql", None), ("", None)],
)
def test_a_database_on_another_machine_is_asked_over_tls(where, mode):
    there = f"postgresql+psycopg://{where}/sessions"
    if where.startswith("/"):
        there = f"postgresql+psycopg:///sessions?host={where}"
    assert engine_options(there)["connect_args"].get("sslmode") == mode
    assert "sslmode" not in engine_options("postgresql+psycopg://db/x?sslmode=verify-full")["connect_args"]


def test_a_moment_without_a_zone_is_refused(world):
    person = world.client()
    person.created_at = datetime(2026, 1, 1, 9, 0)
    with pytest.raises(StatementError, match="without a zone"):
        db.session.flush()
    db.session.rollback()


def test_a_broken_unique_constraint_is_known_by_its_name_on_both_databases(world):
    db.session.add(Program(key=world.program.key, name="Twice", timezone="UTC"))
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


def test_a_view_that_runs_again_says_what_it_showed_once(app):
    class Deadlock(Exception):
        sqlstate = "40P01"

    runs = []

    def view():
        runs.append(aside(lambda own: None))
        if len(runs) == 1:
            raise OperationalError("", {}, Deadlock())
        return g.asides

    with app.test_request_context():
        assert len(run_view(view)) == 1
        g.pop("asides")
    assert len(runs) == 2
