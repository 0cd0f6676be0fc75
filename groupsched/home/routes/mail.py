"""The links in mails: an address that says nothing leads its reader to what the message is about."""

from flask import redirect
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.core.errors import NotFound
from groupsched.home.routes.blueprint import blueprint
from groupsched.outbox.queries import target_of


@blueprint.get("/m/<uid>")
@requires(Permission.SIGNED_IN)
def mail_link(uid: str) -> Response:
    """On to the page of a message, for whom it was sent to; whoever is not signed in does that first and comes back."""
    target = target_of(uid, current().person)
    if not target:
        raise NotFound
    return redirect(target, 303)  # type: ignore[return-value]
