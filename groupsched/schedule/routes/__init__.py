"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from groupsched.schedule.routes import chosen, closures, copying, dates, define, groups, patterns, topics
from groupsched.schedule.routes.blueprint import blueprint

__all__ = ["blueprints", "chosen", "closures", "copying", "dates", "define", "groups", "patterns", "topics"]

blueprints = (blueprint,)
