"""What the people room answers."""

from flask import Flask

from groupsched.access.events import StandsOn
from groupsched.accounts.models import Person
from groupsched.accounts.service import stands_on
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.outbox.events import AddressOf


def connect(app: Flask) -> None:
    """Tell the outbox where mail goes, and the gate by which roles somebody asks."""
    subscribe(app, AddressOf, _address)
    subscribe(app, StandsOn, lambda asked: stands_on(asked.identity, again=asked.again))


def _address(question: AddressOf) -> str | None:
    person = db.session.get(Person, question.person_id)
    return person.email if person is not None else None
