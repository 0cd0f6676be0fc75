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
    unlocking,
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
    "unlocking",
    "welcome",
]

blueprints = (blueprint,)
