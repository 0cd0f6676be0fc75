"""The programs that may call in: what each token may do, and its end. They are made at the server, by a command."""

from typing import Any

from flask import render_template, request

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.api.routes import reading
from groupsched.api.routes.page import blueprint
from groupsched.api.service import end_token, tokens_of
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _, listed
from groupsched.core.web import go


@blueprint.get("/tokens")
@requires(Permission.TOKENS_MANAGE)
def tokens() -> str:
    """Every token that is still good."""
    program = current_program(current())
    if program is None:
        raise NotFound
    return render_template(
        "api/tokens.html",
        tokens=tokens_of(program.id),
        zone=program.timezone,
        implied=listed(reading.implied()),
    )


@blueprint.route("/tokens/<uid>/end", methods=["GET", "POST"])
@requires(Permission.TOKENS_MANAGE)
def end(uid: str) -> Any:
    """Ask once, then end a token for good."""
    program = current_program(current())
    token = next((one for one in tokens_of(program.id) if one.uid == uid), None) if program else None
    if program is None or token is None:
        raise NotFound
    if request.method == "GET":
        return render_template("api/end.html", token=token)
    ended = end_token(current(), program.id, uid)
    return go("api.tokens", _("“%(name)s” cannot call in any more.", name=ended.name))
