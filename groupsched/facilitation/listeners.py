"""What happens below that run sheets go along with."""

from flask import Flask

from groupsched.access.models import Program
from groupsched.accounts.events import ProgramFounded
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.facilitation.service import load_ready_sheets


def connect(app: Flask) -> None:
    """A new program begins with the sheets, prompts and agreements that come with the product."""
    subscribe(app, ProgramFounded, _fill)


def _fill(event: ProgramFounded) -> None:
    load_ready_sheets(db.session.get_one(Program, event.program_id))
