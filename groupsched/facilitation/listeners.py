"""What happens below that run sheets go along with, and what is asked of them."""

from flask import Flask

from groupsched.access.models import Program
from groupsched.accounts.events import ProgramFounded
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.enrolment.events import OutlineOf, OutlinePart
from groupsched.facilitation.queries import outline_of
from groupsched.facilitation.service import load_ready_sheets
from groupsched.facilitation.words import phase_words
from groupsched.schedule.models import Occurrence


def connect(app: Flask) -> None:
    """A new program begins with the sheets, prompts and agreements that come with the product; the page of a group tells what
    happens, part by part."""
    subscribe(app, ProgramFounded, _fill)
    subscribe(app, OutlineOf, _outline)


def _fill(event: ProgramFounded) -> None:
    load_ready_sheets(db.session.get_one(Program, event.program_id))


def _outline(question: OutlineOf) -> list[OutlinePart]:
    phases = outline_of(db.session.get_one(Occurrence, question.occurrence_id))
    told = ((phase_words(one), one.minutes) for one in phases)
    return [OutlinePart(words.name, words.purpose, minutes) for words, minutes in told]
