"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from groupsched.schedule.routes import closures, cover, dates, define, groups, time_off
from groupsched.schedule.routes.blueprint import blueprint

__all__ = ["blueprints", "closures", "cover", "dates", "define", "groups", "time_off"]

blueprints = (blueprint,)
