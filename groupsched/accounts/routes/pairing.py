"""On the tablet itself: taking an offer to be paired, by its square or by a code that is typed."""

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.policy import Permission, requires
from groupsched.accounts import cookie, paired, service
from groupsched.accounts.forms import CodeForm
from groupsched.accounts.models import Pairing
from groupsched.accounts.routes.blueprint import blueprint
from groupsched.accounts.routes.entering import refused
from groupsched.accounts.rules import RING, read_code
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly


@blueprint.route("/pair", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def pair_code() -> Response:
    """Type the code that the other screen shows."""
    form = CodeForm()
    if request.method == "GET":
        return make_response(render_template("accounts/pair_code.html", form=form))
    code = read_code(form.code.data or "")
    try:
        service.look_up_pairing(code or "", cookie.browser())
    except DomainError as refusal:
        wrong = _("Check each letter. If the code is right, it was used or has run out: make a new one.")
        said = DomainError(wrong, field="code") if refusal.status == 404 else refusal
        return refused(form, "accounts/pair_code.html", said)
    return redirect(url_for("accounts.pair", token=code), 303)  # type: ignore[return-value]


@blueprint.route("/pair/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@costly
def pair(token: str) -> Response:
    """What pairing does, asked once; then this browser is the tablet."""
    try:
        if request.method == "GET":
            return _question(service.pairing_with(token))
        device, secret = service.pair(token, paired.kept_secret())
    except NotFound:
        return make_response(render_template("accounts/pair_over.html"), 404)
    page = make_response(render_template("accounts/pair_done.html", device=device))
    return paired.keep(page, secret)


def _question(offer: Pairing) -> Response:
    before = paired.present()
    page = render_template("accounts/pair.html", offer=offer, ring=RING, before=before)
    return make_response(page)
