"""`/`, `/my`, `/today`, `/week` and the links of mails, each in a file of its own."""

from groupsched.home.routes import front, mail, my, today, week
from groupsched.home.routes.blueprint import blueprint

__all__ = ["blueprints", "front", "mail", "my", "today", "week"]

blueprints = (blueprint,)
