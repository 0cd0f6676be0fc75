"""The pages of the people room."""

from groupsched.accounts.routes import (
    devices,
    fewer,
    kept,
    me,
    pairing,
    privacy,
    second_step,
    signing,
    welcome,
)
from groupsched.accounts.routes.blueprint import blueprint

__all__ = [
    "blueprint",
    "blueprints",
    "devices",
    "fewer",
    "kept",
    "me",
    "pairing",
    "privacy",
    "second_step",
    "signing",
    "welcome",
]

blueprints = (blueprint,)
