"""`/`, `/my` and `/today`, each in a file of its own."""

from groupsched.home.routes import front, my, today
from groupsched.home.routes.blueprint import blueprint

__all__ = ["blueprints", "front", "my", "today"]

blueprints = (blueprint,)
