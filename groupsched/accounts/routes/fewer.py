"""The link at the foot of each mail: fewer messages, or none, without signing in."""

from flask import render_template, request

from groupsched.access.policy import Permission, requires
from groupsched.accounts.models import Person
from groupsched.accounts.routes.blueprint import blueprint
from groupsched.accounts.rules import StaffMail
from groupsched.accounts.service import fewer_mails, fewer_staff_mails
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.outbox.queries import recipient_of
from groupsched.outbox.rules import MessageSort
from groupsched.outbox.service import message_signed, wording


@blueprint.route("/fewer/<signed>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def fewer(signed: str) -> str:
    """What can be stopped; a click stops it. To read the page changes nothing: mail programs look at links beforehand."""
    number, kind = recipient_of(message_signed(signed) or "")
    if number is None:
        raise NotFound
    what = request.form.get("what") if request.method == "POST" else None
    known = wording().kinds.get(kind)
    to_staff = known is not None and known.sort is MessageSort.STAFF
    if to_staff and what in (StaffMail.DAILY, StaffMail.NONE):
        fewer_staff_mails(db.session.get_one(Person, number), StaffMail(what))
    elif not to_staff and what in ("reminders", "messages"):
        fewer_mails(db.session.get_one(Person, number), reminders_only=what == "reminders")
    return render_template("accounts/fewer.html", done=what, to_staff=to_staff)
