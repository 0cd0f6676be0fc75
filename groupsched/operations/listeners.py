"""What the worker writes by the clock, asked for at once."""

from flask import Flask

from groupsched.core.events import subscribe
from groupsched.enrolment.service import remind
from groupsched.operations.service import tell_staff
from groupsched.upkeep.events import MailsDueByNow


def connect(app: Flask) -> None:
    """Listen to what is put back: the mails of a round are written then, to be held back."""
    subscribe(app, MailsDueByNow, _write)


def _write(question: MailsDueByNow) -> None:
    remind(question.at)
    tell_staff(question.at)
