"""What the feeds bring to the application."""

from flask import Flask

from groupsched.feeds import masking
from groupsched.feeds.routes import express


def init_app(app: Flask) -> None:
    """The short way for fetches, and the mask that keeps their secrets out of logs."""
    express.init_app(app)
    masking.init_app()
