"""People, for the desk, supervisors and administrators; what was done and seen; what the demo sent."""

from groupsched.register.routes import (
    apart,
    audit,
    clearances,
    glass,
    holds,
    outbox,
    people,
    roles,
)
from groupsched.register.routes.blueprint import blueprint

__all__ = ["apart", "audit", "blueprints", "glass", "holds", "outbox", "people", "roles"]
__all__ = ["audit", "blueprints", "clearances", "glass", "holds", "outbox", "people", "roles"]

blueprints = (blueprint, audit.blueprint, outbox.blueprint)
