"""What the people room answers."""

from flask import Flask

from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.outbox.events import AddressOf


def connect(app: Flask) -> None:
    """Tell the outbox where mail goes."""
    subscribe(app, AddressOf, _address)


def _address(question: AddressOf) -> str | None:
    person = db.session.get(Person, question.person_id)
    return person.email if person is not None else None
