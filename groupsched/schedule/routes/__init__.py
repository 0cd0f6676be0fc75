"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from flask import Blueprint

blueprint = Blueprint("schedule", __name__)

from groupsched.schedule.routes import dates, define, groups  # noqa: E402

__all__ = ["blueprint", "dates", "define", "groups"]
