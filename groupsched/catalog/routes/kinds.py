"""The kinds of sessions of a program."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, requires
from groupsched.catalog import queries
from groupsched.catalog.forms import TEXTS, ModalityForm, slug
from groupsched.catalog.models import Modality
from groupsched.catalog.routes.blueprint import Answer, blueprint, edit, retire
from groupsched.catalog.rules import Setting
from groupsched.catalog.words import (
    categories,
    clearances,
    kinds,
    modality_name,
    modality_summary,
    orientations,
    settings,
    structures,
)
from groupsched.core.i18n import LANGUAGES, SOURCE, _
from groupsched.core.tokens import public_id


@blueprint.get("/catalog")
@requires(Permission.CATALOG_READ)
def modalities() -> str:
    """The kinds of sessions of the program."""
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
    """Add a kind of session."""
    return _modality(Modality(uid=public_id()))


@blueprint.route("/catalog/kinds/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def modality(uid: str) -> Answer:
    """Change a kind of session."""
    return _modality(queries.get_modality(current(), uid))


@blueprint.post("/catalog/kinds/<uid>/retire")
@requires(Permission.CATALOG_WRITE)
def retire_modality(uid: str) -> Response:
    """Take a kind of session out of the choices, or bring it back."""
    return retire(queries.get_modality(current(), uid), "catalog.modalities")


def _modality(row: Modality) -> Answer:
    def theirs() -> ModalityForm:
        return _with_choices(ModalityForm(formdata=None, data=_said_of_modality(row)), row)

    given = _said_of_modality(row) if request.method == "GET" and row.id else None
    form = _with_choices(ModalityForm(data=given), row)

    def values(_identity: Identity) -> dict[str, Any]:
        key = {} if row.id else {"key": slug(form.name_en.data or "") or row.uid, "position": 1000}
        return form.values() | key

    def others() -> list[str]:
        rows = queries.modalities(current(), retired=True)
        return [one.texts.get(SOURCE, {}).get("name", "") for one in rows if one is not row]

    return edit(row, form, "modality", values, others, theirs)


def _with_choices(form: ModalityForm, row: Modality) -> ModalityForm:
    form.category.choices, form.kind.choices = categories(), kinds()
    form.structure.choices, form.orientation.choices = structures(), orientations()
    form.clearance.choices = [("", _("Nothing")), *clearances().items()]
    form.setting.choices = (
        [*settings(), (Setting.SLOTS, _("Slots"))] if row.setting == Setting.SLOTS else settings()
    )
    return form


def _said_of_modality(row: Modality) -> dict[str, Any]:
    texts = {f"{name}_{lang}": row.texts.get(lang, {}).get(name, "") for name in TEXTS for lang in LANGUAGES}
    blanks = {name: getattr(row, name) or "" for name in ("structure", "orientation", "clearance")}
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
