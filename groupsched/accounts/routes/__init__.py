"""The pages of the people room."""

from groupsched.accounts.routes import fewer, kept, me, privacy, second_step, signing, welcome
from groupsched.accounts.routes.blueprint import blueprint

__all__ = ["blueprints", "fewer", "kept", "me", "privacy", "second_step", "signing", "welcome"]

blueprints = (blueprint,)
