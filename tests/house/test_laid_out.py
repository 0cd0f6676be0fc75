"""What a fixture made is laid out again for the next test as it was made, and only where nothing else is there."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.core.db import db
from tests.factories import LONG_AGO
from tests.kept import Layer, kept

first: dict[str, object] = {}


@kept(at=LONG_AGO)
def jo(world):
    world.program.name = "Pier House"
    return world.client("Jo", "Matchbox")


@kept(at=LONG_AGO)
def tea(world, jo):
    world.tea = world.group("Tea", led_by=world.facilitator())
    world.enrolled = {"people": [jo]}
    return world


@pytest.fixture
def somebody(world):
    return world.client("Some", "Body")


def rows():
    with db.engine.connect() as connection:
        tables = db.metadata.sorted_tables
        return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}


def known(world):
    """What Python knows, without asking the database."""
    (person,) = world.enrolled["people"]
    return (
        world.program.name,
        world.tea.plain_title,
        world.tea.version,
        person.id,
        [one.role for one in person.grants],
    )


@pytest.mark.parametrize("_again", range(3))
def test_every_row_and_what_is_known_of_it_is_as_it_was_made(database, tea, jo, statements, _again):
    assert tea.enrolled["people"][0] is jo
    assert tea.tea in db.session and jo in db.session and tea.program in db.session
    before = len(statements())
    assert first.setdefault(f"known {database}", known(tea)) == known(tea)
    assert statements()[before:] == []
    assert first.setdefault(f"rows {database}", rows()) == rows()
    tea.program.name = tea.tea.plain_title = jo.first_name = "Changed"
    tea.enrolled["people"].append(tea.facilitator("Another"))
    db.session.commit()
    assert first[f"rows {database}"] != rows(), "what this test wrote is gone for the next"


def test_what_was_written_before_stays(somebody, jo, tea):
    assert set(db.session.scalars(select(Person.first_name))) >= {"Some", "Jo"}
    assert tea.enrolled["people"] == [jo]


def test_the_next_number_of_a_row_is_free(tea, jo):
    assert tea.client("Next").id > jo.id


@pytest.mark.parametrize(
    ("later", "fits"),
    [(timedelta(0), True), (timedelta(seconds=59), True), (timedelta(minutes=1), False), (-timedelta(seconds=1), False)],
)  # fmt: skip
def test_what_was_made_in_another_minute_or_is_to_come_is_made_anew(later, fits):
    assert Layer(None, [], b"", LONG_AGO, LONG_AGO).fits(LONG_AGO + later) is fits
