"""What the people room answers."""

from flask import Flask

from groupsched.access.events import StillStands
from groupsched.accounts.models import Person
from groupsched.accounts.service import roles_stand, sign_in_stands
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.outbox.events import AddressOf


def connect(app: Flask) -> None:
    """Tell the outbox where mail goes, and the gate by which sign-in and roles somebody asks."""
    subscribe(app, AddressOf, _address)
    subscribe(app, StillStands, lambda asked: sign_in_stands(asked.identity))
    subscribe(app, StillStands, lambda asked: roles_stand(asked.identity))


def _address(question: AddressOf) -> str | None:
    person = db.session.get(Person, question.person_id)
    return person.email if person is not None else None
