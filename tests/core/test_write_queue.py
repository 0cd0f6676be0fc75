"""Writers of several processes take turns: the file beside the database is held exactly as long as a transaction writes."""

import fcntl
import sqlite3
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from groupsched.core import write_queue
from groupsched.core.db import db


@pytest.fixture
def gate(world, database):
    """The file at which another process would wait, opened as that process opens it; says whether it would wait now."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL has a line of its own")
    db.session.rollback()
    with open(database.removeprefix("sqlite:///") + "-turn", "ab") as other:

        def waits() -> bool:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            fcntl.flock(other, fcntl.LOCK_UN)
            return False

        yield waits


def test_a_transaction_that_writes_is_one_turn_until_it_commits_or_rolls_back(gate):
    assert not gate()
    for ended in (db.session.commit, db.session.rollback):
        db.session.execute(text("UPDATE program SET name = name"))
        assert gate()
        ended()
        assert not gate()


def test_a_transaction_that_fails_gives_its_turn_back(gate):
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE program SET timezone = NULL"))
    assert gate()
    db.session.rollback()
    assert not gate()


def test_a_page_that_is_only_read_takes_no_turn(gate, app):
    with app.test_request_context("/sessions"):
        db.session.execute(text("SELECT name FROM program"))
        assert not gate()
        db.session.rollback()


@pytest.fixture
def held(world, client, database, monkeypatch):
    """Another process has the turn and keeps it; the browser of somebody who may write."""
    if not database.startswith("sqlite"):
        pytest.skip("PostgreSQL has a line of its own")
    monkeypatch.setattr(write_queue, "PATIENCE", 0.2)
    browser = client.as_(world.facilitator("Ossian"))
    db.session.commit()
    with open(database.removeprefix("sqlite:///") + "-turn", "ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        # Should a request wait without end, the test fails instead of never ending.
        late = threading.Timer(20, fcntl.flock, (other, fcntl.LOCK_UN))
        late.start()
        yield browser, other
        late.cancel()


def test_nobody_waits_without_end_for_another_process(held, database):
    browser, _other = held
    # SQLite has the last word: somebody writes at this moment.
    writer = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert browser.post("/groups/new", data={"title": "Tea"}).status_code == 503
    assert browser.post("/groups/new", data={"title": "Tea"}).status_code == 503
    writer.execute("ROLLBACK")
    writer.close()


def test_a_free_database_is_written_to_although_the_turn_never_came(held):
    browser, _other = held
    assert browser.post("/groups/new", data={"title": "Tea"}).status_code != 503


def test_a_turn_that_comes_too_late_is_given_on(held):
    browser, other = held
    browser.post("/groups/new", data={"title": "Tea"})
    fcntl.flock(other, fcntl.LOCK_UN)
    for _try in range(500):  # the keeper has it for a moment, then nobody does
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            threading.Event().wait(0.01)
    else:
        pytest.fail("the file is still held")
