"""What was done and seen: rows that only grow, and who may read them."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from groupsched.access.identity import System
from groupsched.audit.models import AuditRow, AuditSubject
from groupsched.audit.queries import rows_about, rows_of_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import record, saw
from groupsched.core.db import db
from tests.conftest import identity_of
from tests.kept import kept


@kept
def robin(world):
    return world.client()


@kept
def desk(world):
    return world.front_desk()


def done(action):
    return db.session.query(AuditRow).filter_by(word=action)


def test_a_row_says_who_did_what_to_what_about_whom(world, robin, desk):
    record(identity_of(desk), AuditAction.PERSON_CHANGED, robin, [robin, robin.id], fields=["phone"])
    row = done(AuditAction.PERSON_CHANGED).one()
    assert (row.actor_id, row.actor_kind, row.action) == (desk.id, "person", AuditAction.PERSON_CHANGED)
    assert (row.object_type, row.object_uid, row.program_id) == ("person", robin.uid, world.program.id)
    assert row.detail == {"fields": ["phone"]}
    assert [subject.person_id for subject in row.subjects] == [robin.id]


def test_what_the_product_does_by_itself_is_marked_so(robin):
    record(System(), AuditAction.PERSON_CHANGED, robin)
    row = done(AuditAction.PERSON_CHANGED).one()
    assert (row.actor_id, row.actor_kind, row.program_id) == (None, "system", robin.program_id)


def test_an_act_that_is_rolled_back_leaves_no_row(robin, desk):
    record(identity_of(desk), AuditAction.PERSON_CHANGED, robin)
    db.session.rollback()
    assert done(AuditAction.PERSON_CHANGED).count() == 0


@pytest.mark.parametrize("table", [AuditRow, AuditSubject])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_a_row(robin, desk, table, act):
    record(identity_of(desk), AuditAction.PERSON_CHANGED, robin, [robin])
    db.session.commit()
    column = "word" if table is AuditRow else "person_id"
    statement = update(table).values({column: "1"}) if act == "update" else delete(table)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(statement)
    db.session.rollback()
    row = done(AuditAction.PERSON_CHANGED).one()
    assert [subject.person_id for subject in row.subjects] == [robin.id]


def test_a_look_at_several_is_one_row_that_names_them(robin, desk, world):
    jo = world.client("Jo", "Matchbox")
    saw(identity_of(desk), AuditAction.PERSON_LISTED, [robin, jo])
    row = done(AuditAction.PERSON_LISTED).one()
    assert {subject.person_id for subject in row.subjects} == {robin.id, jo.id}


def test_a_look_at_ones_own_record_or_at_nobody_is_not_written(robin, desk):
    saw(identity_of(robin), AuditAction.PERSON_OPENED, [robin])
    saw(identity_of(desk), AuditAction.PERSON_LISTED, [])
    assert done(AuditAction.PERSON_OPENED).count() == done(AuditAction.PERSON_LISTED).count() == 0


def test_the_rows_come_newest_first_in_pages(robin, desk):
    for number in range(5):
        record(identity_of(desk), AuditAction.PERSON_CHANGED, robin, [robin], number=number)
    first = rows_about(robin.id, size=2)
    second = rows_about(robin.id, before=first.older, size=2)
    assert [row.detail["number"] for row in (*first.rows, *second.rows)] == [4, 3, 2, 1]
    assert rows_about(robin.id, before=second.older, size=2).older is None


def test_a_program_reads_its_own_rows_only(world, robin, desk):
    other = world.another_program()
    record(identity_of(desk), AuditAction.PERSON_CHANGED, robin, [robin])
    assert rows_of_program(world.program.id).rows[0].action == AuditAction.PERSON_CHANGED
    assert AuditAction.PERSON_CHANGED not in {row.action for row in rows_of_program(other.program.id).rows}
    assert {row.program_id for row in rows_of_program(other.program.id).rows} == {other.program.id}
