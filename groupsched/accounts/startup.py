"""What the people room brings to the application."""

from flask import Flask

from groupsched.access.identity import load_with
from groupsched.accounts.cookie import load_identity


def init_app(app: Flask) -> None:
    """Let the cookie say who is asking."""
    load_with(app, load_identity)
