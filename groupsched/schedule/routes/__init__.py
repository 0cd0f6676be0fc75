"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from groupsched.schedule.routes import closures, dates, define, groups, minimum
from groupsched.schedule.routes.blueprint import blueprint

__all__ = ["blueprints", "closures", "dates", "define", "groups", "minimum"]

blueprints = (blueprint,)
