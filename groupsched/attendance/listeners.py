"""What attendance listens to: enrolments that change while a sheet is open."""

from flask import Flask

from groupsched.attendance import service
from groupsched.core.events import subscribe
from groupsched.enrolment.events import EnrolmentsChanged


def connect(app: Flask) -> None:
    """Open sheets keep up with the enrolments of their group."""
    subscribe(app, EnrolmentsChanged, lambda event: service.keep_up_group(event.group_id))
