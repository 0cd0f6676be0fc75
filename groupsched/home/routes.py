"""`/`, `/my` and `/today`, each in a file of its own."""

from groupsched.home import front, my, today
from groupsched.home.blueprint import blueprint

__all__ = ["blueprint", "front", "my", "today"]
