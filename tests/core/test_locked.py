"""A database that cannot save: 503 with a sentence and Retry-After, nothing lost, and no restart needed."""

import sqlite3

import pytest

from groupsched.core import write_queue
from groupsched.core.db import db


@pytest.fixture
def locked(world, database, monkeypatch):
    """Another program holds the write lock of the SQLite file."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL locks rows, not the file")
    for patience in ("PATIENCE", "BRIEF_PATIENCE"):
        monkeypatch.setattr(write_queue, patience, 0.1)
    db.session.rollback()
    db.engine.dispose()
    holder = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    yield holder
    holder.close()


def test_a_locked_database_answers_503_and_works_again_afterwards(world, client, locked):
    answer = client.post("/sign-in", data={"login": "robin", "password": "nothing at all"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "html" in answer.mimetype
    locked.execute("ROLLBACK")
    assert client.get("/healthz").status_code == 200
    assert client.post("/sign-in", data={"login": "robin", "password": "nothing at all"}).status_code != 503


def test_who_may_not_write_does_not_wait_for_those_who_do(world, client, locked):
    locked.execute("ROLLBACK")
    stranger, facilitator = client.as_(world.client("Robin")), client.as_(world.facilitator("Ossian"))
    db.session.commit()
    locked.execute("BEGIN IMMEDIATE")
    assert client.post("/groups/new", data={"title": "Tea"}).status_code == 404
    assert client.post("/api/v1/groups", json={"title": "Tea"}).status_code == 401
    assert stranger.post("/groups/new", data={"title": "Tea"}).status_code == 404
    assert facilitator.post("/groups/new", data={"title": "Tea"}).status_code == 503
