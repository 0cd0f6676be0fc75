"""The front page, the cover for a shared screen, and the choice of light."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.policy import Permission, requires
from groupsched.core.web import settings
from groupsched.home.blueprint import blueprint
from groupsched.home.navigation import DOOR, LOOK, context

YEAR = 365 * 24 * 3600

blueprint.app_context_processor(context)


@blueprint.get("/")
@requires(Permission.PUBLIC)
def front() -> str:
    """The program's welcome; in the demo, three doors."""
    return render_template("home/front.html")


@blueprint.get("/cover")
@requires(Permission.PUBLIC)
def cover() -> str:
    """A neutral page for a screen that others can see: where "Hide screen" leads without JavaScript."""
    return render_template("home/cover.html")


@blueprint.post("/look")
@requires(Permission.PUBLIC)
def look() -> Response:
    """Keep the choice of light and contrast in this browser; anything else than the known words is no choice."""
    theme = request.form.get("theme")
    chosen = [theme] if theme in ("light", "dark") else []
    if request.form.get("contrast") == "more":
        chosen.append("more")
    answer = redirect(back_to(request.form.get("next", "")), 303)
    answer.set_cookie(
        LOOK, ".".join(chosen), max_age=YEAR, httponly=True, samesite="Lax", secure=settings().secure
    )
    return answer


@blueprint.post("/hints/close")
@requires(Permission.DEMO)
def close_hints() -> Response:
    """Put the demo's hints away for this browser."""
    answer = redirect(back_to(request.form.get("next", "")), 303)
    answer.delete_cookie(DOOR)
    return answer


def back_to(address: str) -> str:
    """An address of this site to return to, else the front page: never a way out to another site."""
    parts = urlsplit(address)
    ours = address.startswith("/") and not parts.netloc and not parts.scheme and "\\" not in address
    return address if ours and not address.startswith("//") else url_for("home.front")
