"""The link of a reminder that gives back its date without a sign-in: a page to confirm, a button that does it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.policy import Permission, requires
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.i18n import answer_in
from groupsched.enrolment import queries, service
from groupsched.enrolment.routes.blueprint import blueprint


@blueprint.route("/c/<signed>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def one_date(signed: str) -> str | Response:
    """A day and a time, and the button. To read the page changes nothing: mail programs look at links beforehand."""
    found = queries.date_by_link(signed)
    if request.method == "POST" and found is not None:
        try:
            service.give_back_by_link(found)
        except Conflict:
            # Meanwhile it has begun, or was cancelled: the page says that nothing is left to do.
            db.session.rollback()
        return redirect(url_for("enrolment.one_date", signed=signed), 303)
    answer_in(queries.language_of_link(signed))
    return render_template("enrolment/one_date.html", found=found)
