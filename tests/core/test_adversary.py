"""What reaches a log when something breaks, and who may read the files."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from groupsched.accounts.models import Person
from groupsched.core.config import make_secret
from groupsched.core.db import db


def test_an_error_of_a_statement_names_no_value(world):
    world.client("Robin", "Teacup")
    query = select(Person).where(Person.first_name == "Robin", Person.id == object())
    with pytest.raises(StatementError) as error:
        db.session.execute(query)
    assert "Robin" not in str(error.value)


def test_a_new_instance_is_its_owners_alone(tmp_path):
    made = make_secret(tmp_path / "deep" / "instance")
    assert made.parent.stat().st_mode & 0o777 == 0o700
