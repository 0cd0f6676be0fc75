"""Forms that are filled in and read, and those that a program writes."""

from groupsched.questionnaires.routes import copying, editor, filling, preview, program, reading
from groupsched.questionnaires.routes.blueprint import blueprint

blueprints = [blueprint]

__all__ = ["blueprints", "copying", "editor", "filling", "preview", "program", "reading"]
