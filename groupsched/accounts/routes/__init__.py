"""The pages of the people room."""

from groupsched.accounts.routes import me, people, privacy, signing, welcome
from groupsched.accounts.routes.blueprint import blueprint

__all__ = ["blueprints", "me", "people", "privacy", "signing", "welcome"]

blueprints = (blueprint,)
