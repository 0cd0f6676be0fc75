"""The chain over the audit: it fits what was written, and breaks where a row was changed, taken out or put in."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import System
from groupsched.audit.commands import audit
from groupsched.audit.models import AuditRow, AuditSeal
from groupsched.audit.queries import prove_seals, rows_to_seal
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import SEALED_EVERY, record, seal
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.triggers import names


@pytest.fixture
def robin(world):
    """A client, some acts about them, and a seal over all there is."""
    world.robin = world.client()
    act(world, 3)
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert seal(clock.now()) > 3
        db.session.commit()
    return world


def act(world, times=1):
    for _ in range(times):
        record(
            System(program_id=world.program.id),
            AuditAction.PERSON_CHANGED,
            world.robin,
            [world.robin],
            reason="é",
        )
    db.session.commit()


def later(minutes=20):
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        done = seal(clock.now())
        db.session.commit()
    return done


def without_triggers(statement):
    """As somebody with the database in their hands."""
    dialect = db.engine.dialect.name
    with db.engine.begin() as connection:
        for name in names(dialect, "audit_row") | names(dialect, "audit_subject"):
            on = (
                f" ON {'audit_subject' if 'subject' in name else 'audit_row'}"
                if dialect == "postgresql"
                else ""
            )
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text(statement))


@pytest.fixture
def with_triggers(app):
    """What a test takes away comes back: the tables are shared."""
    yield
    from groupsched.core import triggers

    db.session.remove()
    with db.engine.begin() as connection:
        if db.engine.dialect.name == "postgresql":
            triggers.create(connection, {"audit_row", "audit_subject"})


def test_what_was_written_fits_its_seals_and_goes_on(robin):
    assert seal(clock.now() + timedelta(minutes=5)) == 0, "not before a quarter of an hour"
    act(robin, 2)
    assert prove_seals().younger == 2
    assert later() == 2
    found = prove_seals()
    assert (found.seals, found.younger, found.broken) == (2, 0, "")
    assert found.last == db.session.get(AuditSeal, 2).hash
    assert timedelta(minutes=20) > SEALED_EVERY


@pytest.mark.usefixtures("with_triggers")
@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_row SET actor_id = NULL, action = 'person.opened' WHERE id = 2",
        "UPDATE audit_row SET at = '2020-02-02 00:00:00+00' WHERE id = 3",
        "DELETE FROM audit_subject WHERE audit_id = (SELECT max(audit_id) FROM audit_subject)",
    ],
)
def test_a_row_that_was_changed_breaks_the_chain(robin, app, deed):
    without_triggers(deed)
    assert prove_seals().broken
    said = app.test_cli_runner().invoke(audit, ["verify"])
    assert said.exit_code == 1 and "The audit was changed: the seal over rows 1–" in said.output


@pytest.mark.usefixtures("with_triggers")
def test_a_seal_covers_where_a_row_came_from_and_fits_rows_from_before(client, world):
    client.as_(world.supervisor()).get(f"/people/{world.client().uid}")
    db.session.rollback()
    *by_no_request, seen = db.session.query(AuditRow).order_by(AuditRow.id)
    assert seen.came_from == "loopback"
    assert {row.came_from for row in by_no_request} == {None}
    (before,), (now,) = rows_to_seal([by_no_request[0].id]), rows_to_seal([seen.id])
    assert (len(before), now[10:]) == (10, (None, "loopback")), "sealed as before there were these columns"
    number = seen.id
    assert later(2) == number and not prove_seals().broken
    db.session.rollback()
    without_triggers(f"UPDATE audit_row SET came_from = 'outside' WHERE id = {number}")
    assert prove_seals().broken


def test_the_command_says_what_it_proved(robin, app):
    said = app.test_cli_runner().invoke(audit, ["verify"])
    assert said.exit_code == 0 and "are as they were written, 0 are younger." in said.output
    told = json.loads(app.test_cli_runner().invoke(audit, ["verify", "--json"]).output)
    assert told["last"] == db.session.get(AuditSeal, 1).hash and told["broken"] == ""


def test_neither_replacing_nor_emptying_takes_a_row_away(robin, database):
    deed = "INSERT OR REPLACE INTO audit_row (id, at, actor_kind, action, object_type, object_uid, detail) "
    deed += "VALUES (1, '2020-01-01', 'system', 'x', '', '', '{}')"
    for statement in (
        [deed] if database.startswith("sqlite") else ["TRUNCATE audit_row CASCADE", "TRUNCATE audit_seal"]
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert prove_seals().broken == ""


def test_a_row_whose_transaction_was_open_is_sealed_when_it_is_there(robin, database):
    if database.startswith("sqlite"):
        pytest.skip("SQLite has one writer")
    row = {
        "at": clock.now(),
        "actor_kind": "system",
        "word": "person.changed",
        "program_id": robin.program.id,
    }
    with db.engine.connect() as other:
        other.execute(insert(AuditRow).values(**row))
        act(robin)
        assert later(20) == 1
        assert db.session.get(AuditSeal, 2).left_out != []
        other.commit()
    assert prove_seals().broken == ""
    act(robin)
    assert later(40) == 2
    assert db.session.get(AuditSeal, 3).late == db.session.get(AuditSeal, 2).left_out
    assert prove_seals().broken == ""
