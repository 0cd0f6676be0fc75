"""Calendars over HTTP, and the pages on which people make their links."""

from flask import Flask

from groupsched.feeds.routes import express, masking, pages, sending
from groupsched.feeds.routes.blueprint import blueprint

__all__ = ["blueprint", "init_app", "pages", "sending"]


def init_app(app: Flask) -> None:
    """Register the pages, the short way for fetches, and the mask of logs."""
    app.register_blueprint(blueprint)
    express.init_app(app)
    masking.init_app()
