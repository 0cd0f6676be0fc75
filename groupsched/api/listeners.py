"""What the interface answers."""

from flask import Flask

from groupsched.access.events import StillStands
from groupsched.api.service import token_stands
from groupsched.core.events import subscribe


def connect(app: Flask) -> None:
    """Tell the gate whether a token is still good."""
    subscribe(app, StillStands, lambda asked: token_stands(asked.identity))
