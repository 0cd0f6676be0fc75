"""What the people room answers and brings to the application."""

from flask import Flask

from groupsched.accounts import cookie
from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.outbox.events import AddressOf


def connect(app: Flask) -> None:
    """Know people by their cookie; tell the outbox where mail goes."""
    cookie.init_app(app)
    subscribe(app, AddressOf, _address)


def _address(question: AddressOf) -> str | None:
    person = db.session.get(Person, question.person_id)
    return person.email if person is not None else None
