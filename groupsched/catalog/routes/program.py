"""The program itself: what it is called, what its front page says, how it writes dates and times."""

from typing import Any

from flask import request

from groupsched.access.identity import Identity, current
from groupsched.access.models import Program
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.catalog.forms import PROGRAM_TEXTS, ProgramForm
from groupsched.catalog.routes.blueprint import Answer, blueprint, edit
from groupsched.core import regions
from groupsched.core.errors import NotFound
from groupsched.core.i18n import LANGUAGES


@blueprint.route("/catalog/program", methods=["GET", "POST"])
@requires(Permission.CATALOG_WRITE)
def program() -> Answer:
    """Change the program."""
    row = current_program(current())
    if row is None:
        raise NotFound
    form = _with_choices(ProgramForm(data=_said_of(row) if request.method == "GET" else None), row)

    def values(_identity: Identity) -> dict[str, Any]:
        return form.values()

    def theirs() -> ProgramForm:
        return _with_choices(ProgramForm(formdata=None, data=_said_of(row)), row)

    return edit(row, form, "program", values, list, theirs)


def _with_choices(form: ProgramForm, row: Program) -> ProgramForm:
    form.region.choices = [
        (code, f"{name}: {regions.sample(code)}") for code, name in regions.names().items()
    ]
    form.timezone.choices = list(regions.zones(row.timezone).items())
    return form


def _said_of(row: Program) -> dict[str, Any]:
    texts = {
        f"{name}_{language}": row.texts.get(language, {}).get(name, "")
        for language in LANGUAGES
        for name in PROGRAM_TEXTS
    }
    return {
        name: getattr(row, name)
        for name in (
            "name",
            "region",
            "timezone",
            "young_guests",
            "reviews_groups",
            "self_sign_in",
            "grace_minutes",
            "cover_hours",
            "version",
        )
    } | texts
