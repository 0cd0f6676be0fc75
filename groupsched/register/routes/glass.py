"""Break-glass: opening client records for an hour, closing them, and the list for those who watch over it."""

from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current, current_member
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts import cookie, service
from groupsched.accounts.models import BreakGlass
from groupsched.accounts.queries import glass_of_program, has_factor, own_person
from groupsched.audit.rules import AuditEffect
from groupsched.core import clock
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _
from groupsched.core.rate_limit import costly
from groupsched.core.web import with_wait
from groupsched.register import queries
from groupsched.register.forms import BreakGlassForm
from groupsched.register.routes.blueprint import blueprint


@blueprint.route("/break-glass", methods=["GET", "POST"])
@requires(Permission.GLASS_OPEN)
@costly
def break_glass() -> Response:
    """Open what one's role does not show, with a reason."""
    form, second = BreakGlassForm(), has_factor(own_person(current()))
    if request.method == "GET":
        return make_response(render_template("register/break_glass.html", form=form, has_factor=second))
    try:
        service.break_glass(
            current_member(), form.reason.data or "", form.current.data or "", cookie.browser()
        )
    except DomainError as refusal:
        return _refused(form, refusal, second=second)
    flash(_("Client records are open to read. Whoever watches over this program has been told."))
    return redirect(url_for("register.people", show="clients"), 303)  # type: ignore[return-value]


@blueprint.post("/break-glass/close")
@requires(Permission.GLASS_OPEN)
def close_glass() -> Response:
    """Close them before the hour is over."""
    service.close_glass(current_member())
    flash(_("Client records are closed again."))
    return redirect(url_for("home.today"), 303)  # type: ignore[return-value]


@blueprint.get("/break-glass/log")
@requires(Permission.GLASS_READ)
def glass_log() -> str:
    """Who opened them, when, why, and how much they saw."""
    program = current_program(current())
    if program is None:
        raise NotFound
    rows = glass_of_program(current())
    looks = {row.uid: _looks(row, program.timezone) for row in rows}
    seen = queries.looks_under(rows)
    return render_template(
        "register/glass_log.html",
        rows=rows,
        looks=looks,
        seen=seen,
        zone=program.timezone,
        now=clock.now(),
    )


def _looks(row: BreakGlass, zone: str) -> str:
    """The address of what its person looked at on that day."""
    day = row.opened_at.astimezone(ZoneInfo(zone)).date().isoformat()
    return url_for("audit.rows", staff=row.person.uid, did=AuditEffect.LOOK, day=day)


def _refused(form: BreakGlassForm, refusal: DomainError, *, second: bool) -> Response:
    if refusal.status == NotFound.status:
        raise refusal
    add_refusal(form, refusal)
    page = render_template("register/break_glass.html", form=form, has_factor=second)
    return with_wait(make_response(page, refusal.status), refusal)
