"""/places, /sites and /modalities: what the ids and keys of groups and dates mean."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import Select, select

from groupsched.access.identity import current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import by_id
from groupsched.api.routes.shapes import modality_json, place_json, site_json
from groupsched.api.schemas import ModalitySchema, PageQuery, PlaceSchema, SiteSchema, paged
from groupsched.catalog.models import Modality, Place
from groupsched.core.shapes import choice
from groupsched.enrolment.rules import LISTED

blueprint = NounBlueprint("catalog-api", __name__, description="Places, sites and kinds of sessions")


class PlaceQuery(PageQuery):
    """Which places: those of listings of others too, where they are asked for."""

    external = choice(*LISTED["external"], load_default="0")


def _own(table: Any) -> Select[Any]:
    """What the caller's program shows to everybody."""
    return select(table).where(table.program_id == current().program_id)


def _listed(query: Select[Any], table: Any, shape: Any, asked: dict[str, Any]) -> dict[str, Any]:
    page = by_id(query, table.id, asked["limit"], asked["cursor"])
    return {"items": [shape(row) for row in page.items], "next_cursor": page.next_cursor}


@blueprint.route("/places")
class Places(MethodView):
    """Where groups meet."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(PlaceQuery, location="query")
    @blueprint.response(200, paged(PlaceSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List places, retired ones too."""
        places = _own(Place)
        if query["external"] != "1":
            places = places.where(Place.external.is_(False))
        return _listed(places, Place, place_json, query)


@blueprint.route("/sites")
class Sites(MethodView):
    """The sites of the program."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(SiteSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List sites."""
        return _listed(_own(Site), Site, site_json, query)


@blueprint.route("/modalities")
class Modalities(MethodView):
    """Kinds of sessions."""

    @requires(Permission.GROUP_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(ModalitySchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List kinds of sessions, retired ones too."""
        return _listed(_own(Modality), Modality, modality_json, query)
