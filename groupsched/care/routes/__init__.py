"""Care teams, how dates were for whom, and three kinds in two weeks."""

from groupsched.care.routes import calls, reflections, teams, trials
from groupsched.care.routes.blueprint import blueprint

blueprints = [blueprint]

__all__ = ["blueprints", "calls", "reflections", "teams", "trials"]
