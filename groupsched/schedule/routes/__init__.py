"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from groupsched.schedule.routes import changing, closures, dates, define, find_time, groups, times
from groupsched.schedule.routes.blueprint import blueprint

__all__ = ["blueprints", "changing", "closures", "dates", "define", "find_time", "groups", "times"]

blueprints = (blueprint,)
