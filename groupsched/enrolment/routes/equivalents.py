"""The choice between secular and faith-based: who pairs groups by hand, and the record of what was shown."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Facts, Permission, ensure, requires
from groupsched.access.queries import current_program
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import get_group
from groupsched.catalog.rules import Orientation
from groupsched.catalog.service import pair_group
from groupsched.core import clock
from groupsched.core.errors import NotFound
from groupsched.core.i18n import _, text_of
from groupsched.enrolment import queries
from groupsched.enrolment.routes.blueprint import blueprint, myself, tell
from groupsched.enrolment.rules import read_day

DAYS = 90


@blueprint.get("/sessions/shown")
@requires(Permission.ENROL_SELF)
def shown() -> str:
    """One's own record: which secular groups one was shown beside which faith-based ones, to keep or to print."""
    return render_template("enrolment/shown.html", rows=queries.shown_to(myself().id), **_program())


@blueprint.get("/equivalents")
@requires(Permission.CATALOG_WRITE)
def equivalents() -> str:
    """The faith-based groups of the program, each with the secular one that stands beside it by hand."""
    faith = queries.groups_by_belief(current(), Orientation.FAITH)
    secular = queries.groups_by_belief(current(), Orientation.SECULAR)
    return render_template("enrolment/equivalents.html", faith=faith, secular=secular, **_program())


@blueprint.post("/equivalents/<uid>")
@requires(Permission.CATALOG_WRITE)
def pair(uid: str) -> Response:
    """Put a secular group beside a faith-based one, or leave it to what is like it."""
    chosen = request.form.get("secular", "")
    secular = get_group(current(), chosen) if chosen else None
    pair_group(current(), get_group(current(), uid), secular)
    tell(_("Saved."))
    return redirect(url_for("enrolment.equivalents"), 303)


@blueprint.get("/equivalents/record")
@requires(Permission.AUDIT_READ)
def equivalents_record() -> str:
    """Who was shown a choice, and when, of some days: to read or to print."""
    program = current_program(current())
    if program is None:
        raise NotFound
    # Names beside a belief: for who reads the register; an administrator, behind glass.
    ensure(current(), Permission.REGISTER_READ, Facts(program.id))
    today = clock.today(program.timezone)
    last = read_day([request.args.get("to", "")]) or today
    first = read_day([request.args.get("from", "")]) or last - timedelta(DAYS - 1)
    rows = queries.shown_between(current(), *_moments(first, last, program.timezone))
    saw(current(), AuditAction.PERSON_LISTED, list({row.person_id: row.person for row in rows}.values()))
    return render_template(
        "enrolment/equivalents_record.html", rows=rows, first=first, last=last, **_program()
    )


def _moments(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    here = ZoneInfo(zone)
    return datetime.combine(first, time(), here), datetime.combine(last + timedelta(1), time(), here)


def _program() -> dict[str, Any]:
    program = current_program(current())
    return {
        "zone": program.timezone if program else "UTC",
        "notice": text_of(program.texts, "notice") if program else "",
    }
