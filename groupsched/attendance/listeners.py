"""What attendance listens to: enrolments that change while a sheet is open, and who asks how often somebody was there."""

from flask import Flask

from groupsched.access.models import Program
from groupsched.accounts.events import ClientRoleEnded, ProgramFounded
from groupsched.attendance import service
from groupsched.attendance.queries import times_there, topics_met
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import subscribe
from groupsched.enrolment.events import EnrolmentsChanged, MeetingsOf
from groupsched.schedule.events import TopicsMet


def connect(app: Flask) -> None:
    """Open sheets keep up with the enrolments of their group; what they say of one person is told to those who ask."""
    subscribe(app, EnrolmentsChanged, lambda event: service.keep_up_group(event.group_id))
    subscribe(app, ProgramFounded, _rules)
    subscribe(app, ClientRoleEnded, lambda event: service.drop_door_code(event.person_id))
    subscribe(app, MeetingsOf, _meetings)
    subscribe(app, TopicsMet, _topics)


def _rules(event: ProgramFounded) -> None:
    service.load_absence_rules(db.session.get_one(Program, event.program_id))


def _meetings(question: MeetingsOf) -> int:
    return times_there(question.person_id, question.group_id, clock.now())


def _topics(question: TopicsMet) -> set[int]:
    return topics_met(question.group_id, question.person_id).get(question.person_id, set())
