"""Events are heard at once, or together just before the transaction commits."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from groupsched.access.models import Program
from groupsched.core.db import db, savepoint, unit_of_work
from groupsched.core.events import publish, subscribe, subscribe_at_end


@dataclass(frozen=True)
class Rang:
    bell: str


@dataclass(frozen=True)
class Knocked:
    door: str


@pytest.fixture
def heard(app):
    """What a listener at the end was called with, call by call."""
    calls = []
    subscribe_at_end(app, (Rang, Knocked), calls.append)
    yield calls
    app.extensions["groupsched.events.at_end"].pop()


def fail_within(part):
    with part:
        publish(Rang("undone"))
        raise ZeroDivisionError


def test_all_of_a_transaction_is_heard_once_and_the_same_event_once(world, heard):
    for bell in ("low", "high", "low"):
        publish(Rang(bell))
    publish(Knocked("front"))
    db.session.flush()
    assert heard == []
    db.session.commit()
    db.session.commit()
    assert heard == [[Rang("low"), Rang("high"), Knocked("front")]]
    publish(Rang("low"))
    db.session.commit()
    assert heard[1:] == [[Rang("low")]]


def test_a_rollback_forgets_and_a_unit_of_work_tells(world, heard):
    publish(Rang("low"))
    db.session.rollback()
    db.session.commit()
    assert heard == []
    with pytest.raises(ZeroDivisionError):
        fail_within(unit_of_work())
    with unit_of_work():
        publish(Rang("high"))
    assert heard == [[Rang("high")]]


def test_no_savepoint_is_an_end_and_none_that_failed_loses_an_event(world, heard):
    with savepoint():
        publish(Rang("kept"))
        with savepoint():
            publish(Rang("deep"))
    with pytest.raises(ZeroDivisionError):
        fail_within(savepoint())
    assert heard == []
    db.session.commit()
    assert heard == [[Rang("kept"), Rang("deep"), Rang("undone")]]


def test_what_is_done_at_the_end_is_part_of_the_transaction(app, world):
    def rename(_events):
        db.session.get_one(Program, world.program.id).name = "Ring"

    def fail(_events):
        raise ZeroDivisionError

    for listener in (rename, fail):
        subscribe_at_end(app, (Rang,), listener)
    publish(Rang("low"))
    with pytest.raises(ZeroDivisionError):
        db.session.commit()
    db.session.rollback()
    app.extensions["groupsched.events.at_end"].pop()
    assert db.session.scalar(select(Program.name)) == "Harbor House"
    publish(Rang("low"))
    db.session.commit()
    app.extensions["groupsched.events.at_end"].pop()
    db.session.expire_all()
    assert db.session.scalar(select(Program.name)) == "Ring"


def test_who_listens_at_once_hears_each_and_may_say_something_for_the_end(app, world, heard):
    at_once = []
    subscribe(app, Knocked, at_once.append)
    subscribe(app, Knocked, lambda event: publish(Rang(event.door)))
    publish(Knocked("front"))
    publish(Knocked("front"))
    assert at_once == [Knocked("front")] * 2
    db.session.commit()
    assert heard == [[Knocked("front"), Rang("front")]]
    app.extensions["groupsched.events"].pop(Knocked)


def test_what_is_said_at_the_end_is_heard_at_the_end(app, world, heard):
    subscribe_at_end(app, (Knocked,), lambda _events: publish(Rang("echo")))
    publish(Knocked("front"))
    db.session.commit()
    app.extensions["groupsched.events.at_end"].pop()
    assert heard == [[Knocked("front")], [Rang("echo")]]
