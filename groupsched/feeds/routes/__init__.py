"""Calendars over HTTP, and the pages on which people make their links."""

from flask import Flask

from groupsched.feeds.routes import express, pages, sending
from groupsched.feeds.routes.blueprint import blueprint

__all__ = ["blueprint", "init_app", "pages", "sending"]


def init_app(app: Flask) -> None:
    """Register the pages, and the short way for fetches."""
    app.register_blueprint(blueprint)
    express.init_app(app)
