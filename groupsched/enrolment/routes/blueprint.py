"""The blueprint of the room, and what its views share."""

from flask import Blueprint, request

from groupsched.access.identity import Member, current
from groupsched.accounts.models import Person
from groupsched.core.db import db
from groupsched.core.errors import NotFound

blueprint = Blueprint("enrolment", __name__)


def is_part() -> bool:
    """Whether htmx asks for the part of a page that it swaps; a reload after going back wants the whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def myself() -> Person:
    """The person who is signed in. Raises NotFound for everybody else."""
    identity = current()
    if not isinstance(identity, Member):
        raise NotFound
    return db.session.get_one(Person, identity.person_id)
