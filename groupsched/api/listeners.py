"""What the interface answers."""

from flask import Flask

from groupsched.access.events import StandsOn
from groupsched.api.service import stands_on
from groupsched.core.events import subscribe


def connect(app: Flask) -> None:
    """Tell the gate whether a token is still good."""
    subscribe(app, StandsOn, lambda asked: stands_on(asked.identity) if asked.again else None)
