"""Migrations: up, down, up again on both databases, and the tables then are what the models say."""

import os

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from groupsched.api.models import Token
from groupsched.api.service import create_token
from groupsched.catalog.models import Group, ListingSource
from groupsched.core import schema
from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from tests.conftest import DATABASES, SECRET, build
from tests.factories import World
from tests.postgres import PostgresMissing, new_database_beside, postgres_address


@pytest.fixture(params=DATABASES)
def bare_app(request, tmp_path) -> Flask:
    """An application over a database in which there is nothing at all."""
    address = f"sqlite:///{tmp_path / 'bare.db'}"
    if request.param == "postgresql":
        address = _bare_postgres()
    app = build(load(instance=tmp_path, database_url=address, secret_key=SECRET))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _bare_postgres() -> str:
    try:
        return new_database_beside(postgres_address(), "bare")
    except PostgresMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


def test_migrations_go_up_down_and_up_and_the_models_equal_the_head(bare_app):
    schema.upgrade()
    assert schema.differences() == []
    schema.downgrade("base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade()
    assert schema.differences() == []
    assert schema.integrity() == []
    assert schema.current_revision() == schema.head_revision()


def test_a_missing_trigger_or_check_is_found(bare_app):
    schema.upgrade()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_row_no_UPDATE")
            connection.exec_driver_sql("DROP TRIGGER audit_row_no_DELETE")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_row_append_only ON audit_row")
            connection.exec_driver_sql("ALTER TABLE grant_held DROP CONSTRAINT ck_grant_held_role")
        connection.exec_driver_sql("DROP TABLE idempotent_answer")
        connection.exec_driver_sql("ALTER TABLE program ADD COLUMN own INTEGER")
    found = schema.differences()
    assert "the table idempotent_answer is missing" in found
    assert "program: the column own is none of this version" in found
    assert "audit_row: the trigger that keeps it append-only is missing" in found
    assert bare_app.test_client().get("/readyz").status_code == 200


def test_a_state_that_no_migration_brought_is_found(bare_app):
    schema.upgrade()
    (check,) = [c for c in Enrolment.__table__.constraints if c.name == "ck_enrolment_state"]
    known, check.sqltext = check.sqltext, text("state IN ('requested', 'active', 'on_leave')")
    try:
        assert "enrolment: the check ck_enrolment_state knows other words" in schema.differences()
    finally:
        check.sqltext = known


def test_there_is_one_head_and_readable_names():
    from groupsched.core.resources import folder

    names = sorted(path.name for path in (folder("migrations") / "versions").glob("*.py"))
    assert all(name[:4].isdigit() and name[4] == "_" for name in names)


def test_an_unmigrated_database_is_not_ready(bare_app):
    assert bare_app.test_client().get("/readyz").status_code == 503
    assert bare_app.test_client().get("/healthz").status_code == 200


def test_rows_that_were_there_before_are_found_by_their_words(bare_app):
    schema.upgrade()
    world = World()
    people = [world.client("Ángel", f"O’Neil {number}") for number in range(3)]
    group = world.group("Círculo de té", description="Women’s tea", tradition="")
    before = [row.folded for row in (*people, group, world.room)]
    db.session.remove()
    schema.downgrade("0005")
    assert "folded" not in {column["name"] for column in inspect(db.engine).get_columns("person")}
    schema.upgrade()
    found = [db.session.get(type(row), row.id).folded for row in (*people, group, world.room)]
    db.session.remove()
    assert found == before
    assert found[0] == " angel oneil 0 o neil"
    assert schema.differences() == []


def test_a_token_that_could_read_people_keeps_it_and_says_so(bare_app):
    schema.upgrade()
    world = World()
    scopes = {"Roster": ["read"], "Website": ["enrol", "schedule"], "All": ["admin"]}
    for name in scopes:
        create_token(world.system, world.program, name, scopes[name])
    db.session.commit()
    db.session.remove()
    schema.downgrade("0018")
    schema.upgrade()
    found = {row.name: (row.scopes, row.keeps_people) for row in db.session.scalars(select(Token))}
    assert found == {
        "Roster": (["people", "read"], True),
        "Website": (["enrol", "schedule"], False),
        "All": (["admin"], False),
    }
    db.session.remove()


def test_listings_that_say_nothing_of_who_may_come_lose_the_word_that_was_never_said(bare_app):
    schema.upgrade()
    world = World()
    source = ListingSource(program_id=world.program.id, name="north", format="meeting-guide")
    db.session.add(source)
    db.session.flush()
    asked, said, ours = world.group("Asked"), world.group("Said"), world.group("Ours")
    # As an import of an earlier version left them.
    asked.source_id, asked.review = source.id, ["orientation", "access"]
    said.source_id, said.review = source.id, ["orientation"]
    db.session.commit()
    numbers = [row.id for row in (asked, said, ours)]
    db.session.remove()
    schema.downgrade("0008")
    schema.upgrade()
    assert [db.session.get(Group, number).access for number in numbers] == [None, "enrol", "enrol"]
    db.session.remove()
