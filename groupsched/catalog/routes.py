"""The pages of the catalogue: kinds of work, places and sites, labels (the terms of the three vocabularies)."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import Field

from groupsched.access.identity import Identity, current
from groupsched.access.models import Site
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import get_site, main_site, sites
from groupsched.catalog import queries
from groupsched.catalog.forms import (
    TEXTS,
    ModalityForm,
    PlaceForm,
    SiteForm,
    TermForm,
    key_of_term,
    slug,
)
from groupsched.catalog.models import Modality, Place, Term
from groupsched.catalog.rules import PlaceMode, Setting, Vocabulary
from groupsched.catalog.service import ChangedMeanwhile, retire_row, save_row
from groupsched.catalog.words import (
    categories,
    kinds,
    modality_name,
    modality_summary,
    orientations,
    own_name,
    settings,
    structures,
    vocabularies,
)
from groupsched.core.db import meaning, on_constraint, savepoint
from groupsched.core.errors import DomainError
from groupsched.core.i18n import LANGUAGES, SOURCE, _
from groupsched.core.tokens import public_id

blueprint = Blueprint("catalog", __name__)
blueprints = (blueprint,)
Answer = str | Response | tuple[str, int]
LISTS = {
    "modality": "catalog.modalities",
    "place": "catalog.places",
    "site": "catalog.places",
    "term": "catalog.terms",
}
NAME_FIELDS = {"place": "name", "site": "name"}


def _taken() -> DomainError:
    return DomainError(_("There is one with this name already."), field="name", code="name-taken")


on_constraint("uq_modality_program_id_key", _taken)
on_constraint("uq_place_program_id_key", _taken)
on_constraint("uq_term_program_id_vocabulary_key", _taken)


@blueprint.get("/catalog")
@requires(Permission.CATALOG_READ)
def modalities() -> str:
    """The kinds of work of the program."""
    rows = queries.modalities(current(), retired=True)
    return render_template(
        "catalog/modalities.html",
        rows=rows,
        name=modality_name,
        summary=modality_summary,
        categories=categories(),
    )


@blueprint.route("/catalog/kinds/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_modality() -> Answer:
    """Add a kind of work."""
    return _modality(Modality(uid=public_id()))


@blueprint.route("/catalog/kinds/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def modality(uid: str) -> Answer:
    """Change a kind of work."""
    return _modality(queries.get_modality(current(), uid))


@blueprint.post("/catalog/kinds/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_modality(uid: str) -> Response:
    """Take a kind of work out of the choices, or bring it back."""
    return _retire(queries.get_modality(current(), uid), "catalog.modalities")


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


@blueprint.post("/catalog/places/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_place(uid: str) -> Response:
    """Take a place out of the choices, or bring it back."""
    return _retire(queries.get_place(current(), uid), "catalog.places")


@blueprint.route("/catalog/houses/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def site(uid: str) -> Answer:
    """Change what people read of a site: its address, and whom to call in an emergency."""
    row = get_site(current(), uid)
    form = SiteForm(obj=row if request.method == "GET" else None)
    if row is not main_site(row.program):
        form.without_numbers()

    def others() -> list[str]:
        return [site.name for site in sites(current()) if site is not row]

    return _edit(row, form, "site", lambda _identity: form.values(), others)


@blueprint.get("/catalog/labels")
@requires(Permission.CATALOG_READ)
def terms() -> str:
    """The program's tags, audiences and languages, and how many groups carry each."""
    rows = queries.terms(current(), retired=True)
    uses = queries.uses_of_terms(current())
    lists = {
        key: (key, words, [row for row in rows if row.vocabulary == key])
        for key, words in vocabularies().items()
    }
    return render_template("catalog/terms.html", lists=lists, uses=uses, name=own_name)


@blueprint.route("/catalog/labels/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_term() -> Answer:
    """Add a tag, an audience or a language."""
    return _term(Term(uid=public_id()))


@blueprint.route("/catalog/labels/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def term(uid: str) -> Answer:
    """Rename a tag, an audience or a language."""
    return _term(queries.get_term(current(), uid))


@blueprint.post("/catalog/labels/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_term(uid: str) -> Response:
    """Take a tag, an audience or a language out of the choices, or bring it back."""
    return _retire(queries.get_term(current(), uid), "catalog.terms")


def _modality(row: Modality) -> Answer:
    form = ModalityForm(data=_said_of_modality(row) if request.method == "GET" and row.id else None)
    form.category.choices, form.kind.choices = categories(), kinds()
    form.structure.choices, form.orientation.choices = structures(), orientations()
    form.setting.choices = (
        [*settings(), (Setting.SLOTS, _("Slots"))] if row.setting == Setting.SLOTS else settings()
    )

    def values(_identity: Identity) -> dict[str, Any]:
        key = {} if row.id else {"key": slug(form.name_en.data or "") or row.uid, "position": 1000}
        return form.values() | key

    def others() -> list[str]:
        rows = queries.modalities(current(), retired=True)
        return [one.texts.get(SOURCE, {}).get("name", "") for one in rows if one is not row]

    return _edit(row, form, "modality", values, others)


def _said_of_modality(row: Modality) -> dict[str, Any]:
    texts = {f"{name}_{lang}": row.texts.get(lang, {}).get(name, "") for name in TEXTS for lang in LANGUAGES}
    blanks = {"structure": row.structure or "", "orientation": row.orientation or ""}
    names = (
        "category",
        "kind",
        "setting",
        "minutes",
        "capacity",
        "clinician_decides",
        "complementary",
        "version",
    )
    return {name: getattr(row, name) for name in names} | texts | blanks


def _place(row: Place) -> Answer:
    choices = {site.uid: site for site in sites(current())}
    form = PlaceForm(data=_said_of_place(row, choices) if request.method == "GET" and row.id else None)
    form.site.choices = [*((uid, site.name) for uid, site in choices.items()), ("", _("Elsewhere"))]
    form.mode.choices = [(PlaceMode.ROOM, _("Room")), (PlaceMode.ONLINE, _("Online"))]

    def values(_identity: Identity) -> dict[str, Any]:
        site = choices.get(form.site.data or "")
        key = {} if row.id else {"key": slug(form.name.data or "") or row.uid}
        return form.values() | {"site_id": site.id if site else None} | key

    def others() -> list[str]:
        site = choices.get(form.site.data or "")
        rows = queries.places(current(), retired=True)
        return [one.name for one in rows if one is not row and one.site_id == (site.id if site else None)]

    return _edit(row, form, "place", values, others)


def _said_of_place(row: Place, choices: dict[str, Site]) -> dict[str, Any]:
    names = ("name", "mode", "address", "capacity", "step_free", "access_notes", "online_link", "version")
    chosen = next((uid for uid, site in choices.items() if site.id == row.site_id), "")
    return {name: getattr(row, name) for name in names} | {"site": chosen}


def _term(row: Term) -> Answer:
    form = TermForm(data=_said_of_term(row) if request.method == "GET" else None)
    form.vocabulary.choices = list(vocabularies().items())
    if row.id:
        del form.vocabulary

    def vocabulary() -> Vocabulary:
        return row.vocabulary if row.id else Vocabulary(form.vocabulary.data)

    def values(_identity: Identity) -> dict[str, Any]:
        key = key_of_term(vocabulary(), form.name_en.data or "") or row.uid
        new = {"vocabulary": vocabulary(), "key": key, "position": 1000}
        return form.values() | ({} if row.id else new)

    def others() -> list[str]:
        rows = [one for one in queries.terms(current(), retired=True) if one.vocabulary == vocabulary()]
        return [one.texts.get(SOURCE, {}).get("name", "") for one in rows if one is not row]

    return _edit(row, form, "term", values, others)


def _said_of_term(row: Term) -> dict[str, Any]:
    if not row.id:
        return {"vocabulary": request.args.get("list", Vocabulary.TAG)}
    names = {f"name_{language}": row.texts.get(language, {}).get("name", "") for language in LANGUAGES}
    return {"version": row.version} | names


def _edit(
    row: Modality | Place | Term | Site, form: FlaskForm, what: str, values: Callable[[Identity], dict[str, Any]],
    others: Callable[[], list[str]],
) -> Answer:  # fmt: skip
    """Show, check and save the form of a row. `others` are the names that people could take it for."""
    is_new, status, name = row.id is None, 200, form[NAME_FIELDS.get(what, "name_en")]
    if request.method == "POST":
        try:
            if form.validate() and _is_unlike(name, others()):
                # PostgreSQL ends a transaction with the first broken constraint: without this the page that tells of it,
                # which reads on, could not be drawn.
                with savepoint():
                    save_row(current(), row, values(current()), _version(form))
                flash(_("Saved."))
                return redirect(url_for(LISTS[what]), 303)
        except ChangedMeanwhile as refusal:
            form.version.data = str(row.version)
            form.form_errors.append(refusal.message)
        except IntegrityError as refusal:
            name.errors = [meaning(refusal).message]
        status = 422
    return render_template(f"catalog/{what}.html", form=form, is_new=is_new), status


def _is_unlike(name: Field, others: list[str]) -> bool:
    """Whether no other row has this name; else it is said beside the name. The key that the database keeps is another
    matter: a row of the demo or of an older name has a key of its own."""
    if (name.data or "").casefold() not in {other.casefold() for other in others}:
        return True
    name.errors = [_taken().message]
    return False


def _version(form: FlaskForm) -> int:
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _retire(row: Modality | Place | Term, endpoint: str) -> Response:
    retired = request.form.get("back") != "1"
    retire_row(current(), row, retired=retired)
    flash(
        _("Taken out of the choices. Groups that have it keep it.")
        if retired
        else _("Back among the choices.")
    )
    return redirect(url_for(endpoint), 303)
