"""The pages of the schedule: groups as staff see them, the form that defines one, and cancelling a date."""

from groupsched.schedule.routes import (
    changing,
    chosen,
    closures,
    copying,
    cover,
    dates,
    define,
    find_time,
    giving,
    groups,
    minimum,
    patterns,
    time_off,
    times,
    topics,
)
from groupsched.schedule.routes.blueprint import blueprint

__all__ = [
    "blueprints",
    "changing",
    "chosen",
    "closures",
    "copying",
    "cover",
    "dates",
    "define",
    "find_time",
    "giving",
    "groups",
    "minimum",
    "patterns",
    "time_off",
    "times",
    "topics",
]

blueprints = (blueprint,)
