"""What happens below that forms go along with."""

from flask import Flask

from groupsched.access.models import Program
from groupsched.accounts.events import ProgramFounded
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.questionnaires.service import load_ready_forms


def connect(app: Flask) -> None:
    """A new program begins with the forms that come with the product."""
    subscribe(app, ProgramFounded, _fill)


def _fill(event: ProgramFounded) -> None:
    load_ready_forms(db.session.get_one(Program, event.program_id))
