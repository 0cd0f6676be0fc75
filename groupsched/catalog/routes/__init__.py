"""The pages of the catalogue: kinds of sessions, places and sites, labels, service types, and the program itself."""

from groupsched.catalog.routes import kinds, labels, places, program, services
from groupsched.catalog.routes.blueprint import blueprint

blueprints = (blueprint,)
__all__ = ["blueprints", "kinds", "labels", "places", "program", "services"]
