"""Calendars over HTTP, and the pages on which people make their links."""

from groupsched.feeds.routes import pages, sending
from groupsched.feeds.routes.blueprint import blueprint

__all__ = ["blueprints", "pages", "sending"]

blueprints = (blueprint,)
