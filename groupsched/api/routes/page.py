"""The interface as a page to read."""

from flask import Blueprint, current_app, render_template

from groupsched.access.identity import Scope
from groupsched.access.policy import Permission, requires
from groupsched.api.routes import reading
from groupsched.api.rules import PREFIX
from groupsched.core.i18n import listed
from groupsched.core.web import settings

blueprint = Blueprint("api", __name__)


@blueprint.get(f"{PREFIX}/")
@requires(Permission.PUBLIC)
def read() -> str:
    """The interface, to read."""
    spec, root = current_app.extensions["groupsched.api"].spec.to_dict(), settings().base_url
    told = reading.parts(current_app, spec, root)
    return render_template(
        "api/read.html",
        parts=told,
        shapes=reading.shapes(spec),
        scopes=list(Scope),
        implied=listed(reading.implied()),
        root=f"{root}{PREFIX}",
    )
