"""Forms that are filled in and read, and those that a program writes."""

from groupsched.questionnaires.routes import editor, filling, preview, program, reading
from groupsched.questionnaires.routes.blueprint import blueprint

blueprints = [blueprint]

__all__ = ["blueprints", "editor", "filling", "preview", "program", "reading"]
