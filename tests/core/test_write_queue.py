"""Writers of several processes take turns: the file beside the database is held exactly as long as a transaction writes."""

import fcntl

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

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
