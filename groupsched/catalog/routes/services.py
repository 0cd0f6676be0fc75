"""Service types of a program, and the units that they count in."""

from typing import Any

from flask import render_template, request

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, requires
from groupsched.catalog import queries
from groupsched.catalog.forms import ServiceTypeForm, UnitPresetForm, slug
from groupsched.catalog.models import ServiceType, UnitPreset
from groupsched.catalog.routes.blueprint import Answer, blueprint, edit
from groupsched.catalog.words import roundings, row_name
from groupsched.core.i18n import LANGUAGES, SOURCE
from groupsched.core.tokens import public_id


@blueprint.get("/catalog/services")
@requires(Permission.CATALOG_WRITE)
def services() -> str:
    """The service types with their units, and the units with their sources."""
    program = current().program_id
    return render_template(
        "catalog/services.html",
        types=queries.service_types(program),
        units=queries.unit_presets(program),
        name=row_name,
        roundings=dict(roundings()),
    )


@blueprint.route("/catalog/services/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def service_type(uid: str) -> Answer:
    """Change what a service type is called, and its units."""
    row = queries.get_service_type(current(), uid)
    units = {unit.uid: unit for unit in queries.unit_presets(row.program_id)}

    def shaped(form: ServiceTypeForm) -> ServiceTypeForm:
        choices = [(key, row_name(unit)) for key, unit in units.items()]
        form.in_group.choices, form.alone.choices = choices, choices
        return form

    def values(_identity: Identity) -> dict[str, Any]:
        chosen = {name: units[form[name].data] for name in ("in_group", "alone")}
        return {"texts": form.texts(row.texts), "signed": form.signed.data, **chosen}

    def theirs() -> ServiceTypeForm:
        return shaped(ServiceTypeForm(formdata=None, data=_said_of_type(row)))

    form = shaped(ServiceTypeForm(data=_said_of_type(row) if request.method == "GET" else None))
    return edit(
        row, form, "service_type", values, lambda: _others(queries.service_types(row.program_id), row), theirs
    )


def _others(rows: list[Any], row: Any) -> list[str]:
    return [one.texts.get(SOURCE, {}).get("name", "") for one in rows if one is not row]


def _names(row: ServiceType | UnitPreset) -> dict[str, str]:
    texts = row.texts or {}
    return {f"name_{language}": texts.get(language, {}).get("name", "") for language in LANGUAGES}


def _said_of_type(row: ServiceType) -> dict[str, Any]:
    own = {"version": row.version, "in_group": row.in_group.uid, "alone": row.alone.uid, "signed": row.signed}
    return own | _names(row)


@blueprint.route("/catalog/units/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def new_unit() -> Answer:
    """Add a unit."""
    return _unit(UnitPreset(uid=public_id(), texts={}))


@blueprint.route("/catalog/units/<uid>", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def unit(uid: str) -> Answer:
    """Change a unit: its minutes, what counts, where that comes from."""
    return _unit(queries.get_unit_preset(current(), uid))


def _unit(row: UnitPreset) -> Answer:
    def shaped(form: UnitPresetForm) -> UnitPresetForm:
        form.rounding.choices = roundings()
        return form

    def values(identity: Identity) -> dict[str, Any]:
        plain = {name: form[name].data for name in ("minutes", "rounding", "source", "checked")}
        new = {"key": slug(form.name_en.data or "") or row.uid, "position": 1000}
        return {"texts": form.texts(row.texts or {}), **plain} | ({} if row.id else new)

    def theirs() -> UnitPresetForm:
        return shaped(UnitPresetForm(formdata=None, data=_said_of_unit(row)))

    given = _said_of_unit(row) if request.method == "GET" and row.id else None
    form = shaped(UnitPresetForm(data=given))
    return edit(
        row,
        form,
        "unit_preset",
        values,
        lambda: _others(queries.unit_presets(current().program_id), row),
        theirs,
    )


def _said_of_unit(row: UnitPreset) -> dict[str, Any]:
    names = ("version", "minutes", "rounding", "source", "checked")
    return {name: getattr(row, name) for name in names} | _names(row)
