"""The pages of the people room."""

from groupsched.accounts.routes import fewer, kept, me, privacy, signing, welcome
from groupsched.accounts.routes.blueprint import blueprint

__all__ = ["blueprints", "fewer", "kept", "me", "privacy", "signing", "welcome"]

blueprints = (blueprint,)
