"""The privacy notice, and the mark that a person has seen it."""

from flask import redirect, render_template
from werkzeug.wrappers import Response

from groupsched.access.identity import Member, current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.accounts import queries
from groupsched.accounts.routes.blueprint import blueprint, next_page, start_page
from groupsched.accounts.rules import PRIVACY_NOTICE
from groupsched.accounts.service import acknowledge_privacy


@blueprint.get("/privacy")
@requires(Permission.PUBLIC)
def privacy() -> str:
    """How the program keeps what it knows."""
    identity = current()
    person = queries.own_person(identity) if isinstance(identity, Member) else None
    unseen = person is not None and person.privacy_seen < PRIVACY_NOTICE
    return render_template("accounts/privacy.html", unseen=unseen, version=PRIVACY_NOTICE)


@blueprint.post("/privacy")
@requires(Permission.SIGNED_IN)
def privacy_seen() -> Response:
    """A person says that they have seen it."""
    acknowledge_privacy(current_member(), PRIVACY_NOTICE)
    return redirect(next_page(start_page(staff=current_member().is_staff)), 303)
