"""Care teams, and how dates were for whom."""

from groupsched.care.routes import calls, reflections, teams
from groupsched.care.routes.blueprint import blueprint

blueprints = [blueprint]

__all__ = ["blueprints", "calls", "reflections", "teams"]
