"""The pages of the catalogue: kinds of sessions, places and sites, labels, and the program itself."""

from groupsched.catalog.routes import kinds, labels, places, program
from groupsched.catalog.routes.blueprint import blueprint

blueprints = (blueprint,)
__all__ = ["blueprints", "kinds", "labels", "places", "program"]
