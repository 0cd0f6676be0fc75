"""What the catalogue does when something happens below."""

from flask import Flask

from groupsched.access.events import StillStands
from groupsched.access.models import Program
from groupsched.accounts.events import PersonRenamed, ProgramFounded
from groupsched.catalog.queries import still_leads
from groupsched.catalog.service import leader_renamed, load_defaults
from groupsched.core.db import db
from groupsched.core.events import subscribe


def connect(app: Flask) -> None:
    """A new program begins with the product's kinds of sessions and terms; a leader's new name is found at once; who leads stands on that."""
    subscribe(app, ProgramFounded, _fill)
    subscribe(app, PersonRenamed, lambda event: leader_renamed(event.person_id))
    subscribe(app, StillStands, lambda asked: still_leads(asked.identity, asked.words))


def _fill(event: ProgramFounded) -> None:
    load_defaults(db.session.get_one(Program, event.program_id))
