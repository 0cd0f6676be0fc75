"""What attendance listens to: enrolments that change while a sheet is open, and who asks how often somebody was there."""

from flask import Flask

from groupsched.attendance import service
from groupsched.attendance.queries import times_there
from groupsched.core import clock
from groupsched.core.events import subscribe
from groupsched.enrolment.events import EnrolmentsChanged, MeetingsOf


def connect(app: Flask) -> None:
    """Open sheets keep up with the enrolments of their group; what they say of one person is told to those who ask."""
    subscribe(app, EnrolmentsChanged, lambda event: service.keep_up_group(event.group_id))
    subscribe(app, MeetingsOf, _meetings)


def _meetings(question: MeetingsOf) -> int:
    return times_there(question.person_id, question.group_id, clock.now())
