"""The front page, the cover for a shared screen, and the choice of light."""

from flask import redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.models import Program
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import current_program
from groupsched.accounts import cookie
from groupsched.accounts.models import Person
from groupsched.accounts.queries import credential_of
from groupsched.accounts.rules import local_path
from groupsched.accounts.service import begin
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.core.form_secret import form_secret
from groupsched.core.i18n import text_of
from groupsched.core.resources import content
from groupsched.core.web import settings
from groupsched.home.navigation import DOOR, LOOK
from groupsched.home.routes.blueprint import blueprint
from groupsched.home.rules import Theme
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

YEAR = 365 * 24 * 3600
OPENS = {"client": "/sessions", "facilitator": "/today"}


@blueprint.get("/")
@requires(Permission.PUBLIC)
def front() -> str:
    """The program's welcome; in the demo, three doors."""
    program = current_program(current())
    return render_template("home/front.html", sentence=text_of(program.texts, "sentence") if program else "")


@blueprint.get("/cover")
@requires(Permission.PUBLIC)
def cover() -> str:
    """A neutral page for a screen that others can see: where "Hide screen" leads without JavaScript."""
    return render_template("home/cover.html")


@blueprint.post("/look")
@requires(Permission.PUBLIC)
def look() -> Response:
    """Keep the choice of light and contrast in this browser; anything else than the known words is no choice."""
    theme = request.form.get("theme")
    chosen = [theme] if theme in list(Theme) else []
    if request.form.get("contrast") == "more":
        chosen.append("more")
    answer = redirect(back_to(request.form.get("next", "")), 303)
    answer.set_cookie(
        LOOK, ".".join(chosen), max_age=YEAR, httponly=True, samesite="Lax", secure=settings().secure
    )
    return answer


@blueprint.post("/doors/<key>")
@requires(Permission.DEMO)
def door(key: str) -> Response:
    """Come into the demo as one of its invented people, without a password. Nowhere else is there such a door."""
    program = current_program(current())
    found = next((d for d in content("demo")["doors"] if d["key"] == key), None)
    credential = credential_of(found["login"]) if program and program.demo and found else None
    if credential is None or credential.disabled_at is not None:
        raise NotFound
    person = db.session.get_one(Person, credential.person_id)
    if not program or person.program_id != program.id:
        raise NotFound
    answer = redirect(OPENS.get(key) or _running_sheet(program), 303)
    answer.set_cookie(DOOR, key, httponly=True, samesite="Lax", secure=settings().secure)
    return cookie.keep(answer, begin(person, cookie.browser()))


def _running_sheet(program: Program) -> str:
    """The sheet of the meeting that runs now; the day's page where none does."""
    moment = clock.now()
    running = select(Occurrence.uid).where(
        Occurrence.program_id == program.id,
        Occurrence.external.is_(False),
        Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start <= moment,
        Occurrence.end > moment,
    )
    # The one that began last is the one that people still come into.
    uid = db.session.scalar(running.order_by(Occurrence.start.desc(), Occurrence.id).limit(1))
    return url_for("attendance.sheet", uid=uid) if uid else url_for("home.today")


@blueprint.post("/hints/close")
@requires(Permission.DEMO)
def close_hints() -> Response:
    """Put the demo's hints away for this browser."""
    answer = redirect(back_to(request.form.get("next", "")), 303)
    answer.delete_cookie(DOOR)
    return answer


@blueprint.get("/stay")
@requires(Permission.SIGNED_IN)
def stay() -> dict[str, str]:
    """Say that somebody is still there: asking is enough to stay signed in. Gives forms their present secret."""
    identity = current()
    return {"who": getattr(identity, "person_uid", ""), "secret": form_secret()}


def back_to(address: str) -> str:
    """An address of this site to return to, else the front page: never a way out to another site."""
    return local_path(address) or url_for("home.front")
