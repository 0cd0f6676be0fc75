"""People, for the desk, supervisors and administrators; what was done and seen; what the demo sent."""

from groupsched.register.routes import (
    apart,
    audit,
    clearances,
    copies,
    glass,
    holds,
    outbox,
    people,
    roles,
)
from groupsched.register.routes.blueprint import blueprint

__all__ = [
    "apart",
    "audit",
    "blueprints",
    "clearances",
    "copies",
    "glass",
    "holds",
    "outbox",
    "people",
    "roles",
]

blueprints = (blueprint, audit.blueprint, outbox.blueprint)
