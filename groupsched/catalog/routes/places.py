"""The rooms and places of a program, and its sites."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program, get_site, sites
from groupsched.catalog import queries
from groupsched.catalog.events import PlaceWouldMove
from groupsched.catalog.forms import PlaceForm, SiteForm, slug
from groupsched.catalog.models import Place
from groupsched.catalog.routes.blueprint import Answer, blueprint, edit, retire
from groupsched.catalog.rules import PlaceMode
from groupsched.core.events import ask
from groupsched.core.i18n import _
from groupsched.core.regions import zones
from groupsched.core.tokens import public_id


@blueprint.get("/catalog/places")
@requires(Permission.CATALOG_READ)
def places() -> str:
    """The program's rooms and places."""
    rows = queries.places(current(), retired=True)
    return render_template(
        "catalog/places.html", rows=rows, sites={site.id: site for site in sites(current())}
    )


@blueprint.route("/catalog/places/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_place() -> Answer:
    """Add a room or a place."""
    return _place(Place(uid=public_id()))


@blueprint.route("/catalog/places/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def place(uid: str) -> Answer:
    """Change a room or a place."""
    return _place(queries.get_place(current(), uid))


@blueprint.post("/catalog/places/<uid>/preview")
@requires(Permission.CATALOG_WRITE)
def preview_place(uid: str) -> str:
    """Who would be told of a place as it is in the form now, before it is saved."""
    row, choices = queries.get_place(current(), uid), {site.uid: site for site in sites(current())}
    form = _of_place(PlaceForm(), choices)
    site = choices.get(form.site.data or "")
    said = (site.id if site else None, form.online_link.data or "")
    moves = said != (row.site_id, row.online_link)
    answers = ask(PlaceWouldMove(row.id, *said)) if moves else []
    people = frozenset(person for answer in answers for person in answer)
    return render_template("catalog/_place_told.html", moves=moves, people=people)


@blueprint.post("/catalog/places/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_place(uid: str) -> Response:
    """Take a place out of the choices, or bring it back."""
    return retire(queries.get_place(current(), uid), "catalog.places")


@blueprint.route("/catalog/houses/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def site(uid: str) -> Answer:
    """Change what people read of a site: its address, and whom to call in an emergency."""
    return _site(get_site(current(), uid))


@blueprint.route("/catalog/sites/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_site() -> Answer:
    """Add a site."""
    program = current_program(current())
    return _site(Site(uid=public_id(), timezone=program.timezone if program else None, self_sign_in=True))


def _site(row: Site) -> Answer:
    known = sites(current())
    is_first = row is next(iter(known), row)
    form = _of_site(SiteForm(obj=row if request.method == "GET" else None), row, is_first=is_first)

    def values(_identity: Identity) -> dict[str, Any]:
        return form.values() | ({} if row.id else {"key": slug(form.name.data or "") or row.uid})

    def others() -> list[str]:
        return [site.name for site in known if site is not row]

    def theirs() -> SiteForm:
        return _of_site(SiteForm(formdata=None, obj=row), row, is_first=is_first)

    return edit(row, form, "site", values, others, theirs)


def _of_site(form: SiteForm, row: Site, *, is_first: bool) -> SiteForm:
    form.timezone.choices = list(zones(row.timezone).items())
    if not is_first:
        form.without_numbers()
    return form


def _place(row: Place) -> Answer:
    choices = {site.uid: site for site in sites(current())}
    given = _said_of_place(row, choices) if request.method == "GET" and row.id else None
    form = _of_place(PlaceForm(data=given), choices)

    def values(_identity: Identity) -> dict[str, Any]:
        site = choices.get(form.site.data or "")
        key = {} if row.id else {"key": slug(form.name.data or "") or row.uid}
        return form.values() | {"site_id": site.id if site else None} | key

    def others() -> list[str]:
        site = choices.get(form.site.data or "")
        rows = queries.places(current(), retired=True)
        return [one.name for one in rows if one is not row and one.site_id == (site.id if site else None)]

    def theirs() -> PlaceForm:
        return _of_place(PlaceForm(formdata=None, data=_said_of_place(row, choices)), choices)

    return edit(row, form, "place", values, others, theirs)


def _of_place(form: PlaceForm, choices: dict[str, Site]) -> PlaceForm:
    form.site.choices = [*((uid, site.name) for uid, site in choices.items()), ("", _("Elsewhere"))]
    form.mode.choices = [(PlaceMode.ROOM, _("Room")), (PlaceMode.ONLINE, _("Online"))]
    return form


def _said_of_place(row: Place, choices: dict[str, Site]) -> dict[str, Any]:
    names = (
        "name",
        "mode",
        "address",
        "capacity",
        "equipment",
        "step_free",
        "access_notes",
        "online_link",
        "version",
    )
    chosen = next((uid for uid, site in choices.items() if site.id == row.site_id), "")
    return {name: getattr(row, name) for name in names} | {"site": chosen}
