"""What runs on SQLite alone is told when PostgreSQL would not take it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from groupsched.accounts.models import Person
from groupsched.core.db import db
from tests.conftest import DATABASES
from tests.planned import planner

pytestmark = pytest.mark.on_sqlite


def test_a_statement_that_only_sqlite_takes_fails_where_it_is_asked(world, database):
    assert database.startswith("sqlite")
    if "postgresql" not in DATABASES or planner() is None:
        pytest.skip("No PostgreSQL takes part, which would plan it.")
    with pytest.raises(ProgrammingError, match="GROUP BY"):
        db.session.execute(select(Person.id, func.count()))
    with pytest.raises(ProgrammingError, match="group_concat"):
        db.session.execute(select(func.group_concat(Person.id)))


def test_a_statement_that_both_take_is_asked_as_ever(world):
    robin = world.client()
    assert db.session.scalars(select(Person).where(Person.id.in_([robin.id, 0]))).all() == [robin]
