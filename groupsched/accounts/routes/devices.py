"""The tablets of a program: offering to pair one, renaming, unpairing."""

import segno
from flask import make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from groupsched.access.identity import current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import queries, service
from groupsched.accounts.forms import PairingForm
from groupsched.accounts.models import Device
from groupsched.accounts.routes.blueprint import blueprint
from groupsched.accounts.rules import RING
from groupsched.core import clock
from groupsched.core.errors import DomainError
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.web import go


@blueprint.route("/program/tablets", methods=["GET", "POST"])
@requires(Permission.DEVICE_WRITE)
def devices() -> Response:
    """The paired tablets; posted, an offer to pair one more, which is shown this once."""
    form = PairingForm()
    form.site.choices = [(site.uid, site.name) for site in queries.device_sites(current_member())]
    if not form.validate_on_submit():
        return _page(form, 422 if form.errors else 200)
    site = next(one for one in queries.device_sites(current_member()) if one.uid == form.site.data)
    try:
        offer = service.offer_pairing(current_member(), site, form.name.data or "")
    except DomainError as refusal:
        add_refusal(form, refusal)
        return _page(form, refusal.status)
    qr = segno.make(offer.link, error="m", boost_error=False)
    drawn = Markup(qr.svg_inline(scale=5, border=4, light="#fff", omitsize=True))  # noqa: S704 - our own drawing
    return make_response(
        render_template("accounts/device_offer.html", offer=offer, qr=drawn, ring=RING, site=site)
    )


def _page(form: PairingForm, status: int) -> Response:
    rows = queries.devices(current_member())
    page = render_template(
        "accounts/devices.html",
        form=form,
        paired=[row for row in rows if row.revoked_at is None],
        unpaired=[row for row in rows if row.revoked_at is not None],
    )
    return make_response(page, status)


@blueprint.get("/program/tablets/offers/<uid>")
@requires(Permission.DEVICE_WRITE)
def device_offer(uid: str) -> Response:
    """What became of an offer, for the page that shows it: nothing new, paired, or run out."""
    row = queries.get_pairing(current_member(), uid)
    if row.used_at is None and row.expires_at > clock.now():
        return Response(status=204)
    return make_response(render_template("accounts/_device_offer_over.html", row=row))


@blueprint.post("/program/tablets/offers/<uid>/stop")
@requires(Permission.DEVICE_WRITE)
def stop_device_offer(uid: str) -> Response:
    """Make an offer useless."""
    service.stop_pairing(current_member(), uid)
    return _back(_("The code is worth nothing any more."))


@blueprint.post("/program/tablets/<uid>/rename")
@requires(Permission.DEVICE_WRITE)
def rename_device(uid: str) -> Response:
    """Give a tablet another name."""
    row = _mine(uid)
    try:
        service.rename_device(current_member(), row, request.form.get("name", ""))
    except DomainError as refusal:
        return _back(refusal.message)
    return _back(_("Saved."))


@blueprint.post("/program/tablets/<uid>/unpair")
@requires(Permission.DEVICE_WRITE)
def unpair_device(uid: str) -> Response:
    """End the pairing of a tablet; for ten minutes it can be taken back."""
    row = _mine(uid)
    service.unpair(current_member(), row)
    return _back(_("%(name)s is unpaired. Who was signed in on it is signed out.", name=row.name))


@blueprint.post("/program/tablets/<uid>/pair-again")
@requires(Permission.DEVICE_WRITE)
def pair_device_again(uid: str) -> Response:
    """Take that back."""
    row = _mine(uid)
    service.pair_again(current_member(), row)
    return _back(_("%(name)s is paired as before.", name=row.name))


def _mine(uid: str) -> Device:
    return queries.get_device(current_member(), uid)


def _back(words: str) -> Response:
    return go("accounts.devices", words)  # type: ignore[no-any-return]
