"""The pages of the room: find a session, one group, one date, one's own seat, and the list of people for staff."""

from groupsched.enrolment.routes import (
    answering,
    asking,
    bringing,
    cohorts,
    coming,
    comparing,
    equivalents,
    find,
    guests,
    joining,
    leaving,
    offers,
    one_date,
    pages,
    people,
    slots,
    suggesting,
    switching,
    undoing,
    unreached,
    waiting,
)
from groupsched.enrolment.routes.blueprint import blueprint

__all__ = [
    "answering",
    "asking",
    "blueprints",
    "bringing",
    "cohorts",
    "coming",
    "comparing",
    "equivalents",
    "find",
    "guests",
    "joining",
    "leaving",
    "offers",
    "one_date",
    "pages",
    "people",
    "slots",
    "suggesting",
    "switching",
    "undoing",
    "unreached",
    "waiting",
]

blueprints = (blueprint,)
