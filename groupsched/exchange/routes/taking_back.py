"""Taking a table back: what would go and what would stay, then it goes."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.core.i18n import _, listed, ngettext
from groupsched.enrolment.models import Enrolment
from groupsched.exchange.queries import Brought
from groupsched.exchange.routes.blueprint import blueprint
from groupsched.exchange.service import TAKE_BACK_FOR, TakenBack, get_import, look_back, take_back

MOST_NAMED, MOST_LISTED = 5, 100


@blueprint.route("/import/back/<uid>", methods=["GET", "POST"])
@requires(Permission.GROUPS_IMPORT)
def taking_back(uid: str) -> Any:
    """What of a table would go and what would stay as somebody used it; then it goes."""
    row = get_import(current(), uid)
    if request.method == "POST":
        flash(_gone(take_back(current(), row)))
        return redirect(url_for(f"exchange.{row.kind}_table"), 303)
    found = look_back(row)
    shown = found.stays[:MOST_LISTED]
    _saw(shown)
    return render_template(
        "exchange/take_back.html", row=row, found=found, shown=shown, until=row.at + TAKE_BACK_FOR
    )


def _gone(found: TakenBack) -> str:
    gone, stays = len(found.goes), len(found.stays)
    told = ngettext("%(num)d row is taken back.", "%(num)d rows are taken back.", gone)
    if not stays:
        return told
    shown = found.stays[:MOST_NAMED]
    _saw(shown)
    names = [one.name for one in shown]
    if more := stays - len(shown):
        names.append(ngettext("%(num)s more", "%(num)s more", more))
    stay = _("Used since, and still here: %(names)s.", names=listed(names))
    return f"{told} {stay}"


def _saw(shown: Sequence[Brought]) -> None:
    """Write down which people a page names."""
    rows = [one.row for one in shown if not isinstance(one.row, Group)]
    people = [row.person_id if isinstance(row, Enrolment) else row.id for row in rows]
    saw(current(), AuditAction.PERSON_LISTED, people)
