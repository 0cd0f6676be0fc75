"""Bringing in what others have: listings of other directories, and a program's own people and groups from tables."""

from groupsched.exchange.routes import listings, review, tables, taking_back
from groupsched.exchange.routes.blueprint import blueprint

__all__ = ["blueprints", "listings", "review", "tables", "taking_back"]

blueprints = (blueprint,)
