"""Time off and working hours of a person: their own page, which those who supervise may open for others."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Facts, Permission, can, ensure, requires
from groupsched.accounts.models import Person
from groupsched.accounts.queries import own_person, zone_of
from groupsched.catalog.queries import leaders
from groupsched.core import clock, regions
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, ngettext, weekday_name
from groupsched.core.text import clean_line
from groupsched.schedule import service
from groupsched.schedule.forms import TimeOffForm
from groupsched.schedule.models import TimeOff
from groupsched.schedule.queries import away_facts, hours_of, time_off_of
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.rules import HoursSpan
from groupsched.schedule.words import away_words

Answer = str | Response | tuple[str, int]
UID = 20
MIDNIGHT = 24 * 60


@blueprint.route("/time-off", methods=["GET", "POST"])
@requires(Permission.AWAY_WRITE)
def time_off() -> Answer:
    """When somebody is away, with the dates that then need cover; entering more."""
    person, form = _whose(), TimeOffForm()
    if request.method == "GET":
        return _page(person, form)
    if not form.validate():
        return _page(person, form), 422
    try:
        row = service.enter_time_off(current(), person, *_span(form, person), form.note.data or "")
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        return _page(_whose(), form), 422
    dates = len(service.dates_while_away([row])[row.id])
    words = (
        ngettext("%(num)s date then needs cover.", "%(num)s dates then need cover.", dates) if dates else ""
    )
    return _back(" ".join([_("Kept."), words]).strip())


@blueprint.post("/time-off/<uid>/remove")
@requires(Permission.AWAY_WRITE)
def remove_time_off(uid: str) -> Response:
    """Somebody is not away after all."""
    taken_back, covered = service.remove_time_off(
        current(), _row(uid), asks_too=bool(request.form.get("asks_too"))
    )
    words = [_("Taken out.")]
    if taken_back:
        words.append(
            ngettext(
                "%(num)s question for cover is taken back.",
                "%(num)s questions for cover are taken back.",
                taken_back,
            )
        )
    if covered:
        words.append(ngettext("%(num)s date stays covered.", "%(num)s dates stay covered.", covered))
    return _back(" ".join(words))


@blueprint.post("/time-off/<uid>/ask")
@requires(Permission.AWAY_WRITE)
def ask_for_all(uid: str) -> Response:
    """Ask for cover of all dates while somebody is away."""
    asked, nobody = service.ask_for_all(current(), _row(uid))
    words = ngettext("Cover is asked for on %(num)s date.", "Cover is asked for on %(num)s dates.", asked)
    if nobody:
        words += " " + ngettext(
            "For %(num)s date nobody fits who is free. Choose somebody yourself.",
            "For %(num)s dates nobody fits who is free. Choose somebody yourself.",
            nobody,
        )
    return _back(words)


@blueprint.post("/time-off/hours")
@requires(Permission.AWAY_WRITE)
def working_hours() -> Answer:
    """Say when somebody works."""
    person = _whose()
    try:
        service.set_hours(current(), person, _hours_sent())
    except DomainError as refusal:
        db.session.rollback()
        form = TimeOffForm(formdata=None)
        add_refusal(form, refusal)
        return _page(_whose(), form), 422
    return _back(_("Saved."))


def _whose() -> Person:
    """One's own page, or that of the person whom the request names. Raises NotFound."""
    identity, uid = current(), clean_line(request.values.get("person", ""), UID)
    if not uid:
        found: Person | None = own_person(identity)
    else:
        found = next((one for one in leaders(identity.program_id) if one.uid == uid), None)
    if found is None:
        raise NotFound
    ensure(identity, Permission.AWAY_WRITE, away_facts(found))
    return found


def _row(uid: str) -> TimeOff:
    person = _whose()
    found = next((one for one in time_off_of(person, clock.now()) if one.uid == uid), None)
    if found is None:
        raise NotFound
    return found


def _back(words: str) -> Response:
    flash(words)
    person = clean_line(request.values.get("person", ""), UID)
    return redirect(url_for("schedule.time_off", person=person or None), 303)


def _span(form: TimeOffForm, person: Person) -> tuple[datetime, datetime]:
    """The moments between which somebody is away, on whole days where they live."""
    first = form.starts.data
    if first is None:
        raise DomainError(_("Say which day."), field="starts", code="no-day")
    last, zone = form.ends.data or first, ZoneInfo(zone_of(person))
    start, end = (datetime.combine(day_, time(), zone) for day_ in (first, last + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def _hours_sent() -> dict[int, HoursSpan]:
    found = {}
    for weekday in range(7):
        begins, ends = (_minute(request.form.get(f"{name}-{weekday}", "")) for name in ("begins", "ends"))
        if (begins is None) != (ends is None):
            raise DomainError(_("Say from when and until when, or leave both empty."), code="hours-half")
        if begins is not None and ends is not None:
            found[weekday] = HoursSpan(begins, ends or MIDNIGHT)
    return found


def _minute(words: str) -> int | None:
    words = clean_line(words, UID)
    if not words:
        return None
    try:
        at = regions.parse_clock(words)
    except ValueError:
        example = regions.clock(time(18, 0))
        raise DomainError(_("Write the time like %(example)s.", example=example), code="clock") from None
    return at.hour * 60 + at.minute


def _page(person: Person, form: TimeOffForm) -> str:
    identity, zone = current(), zone_of(person)
    rows = time_off_of(person, clock.now())
    dates = service.dates_while_away(rows)
    others = (
        leaders(identity.program_id)
        if can(identity, Permission.AWAY_WRITE, Facts(identity.program_id))
        else []
    )
    return render_template(
        "schedule/time_off.html",
        form=form,
        person=person,
        mine=person.id == identity.person,
        whose="" if person.id == identity.person else person.uid,
        zone=zone,
        rows=[(row, away_words(row.starts_at, row.ends_at, zone), dates[row.id]) for row in rows],
        covers=service.covers_while_away(rows),
        others=[one for one in others if one.id != identity.person],
        weekdays=[weekday_name(number) for number in range(7)],
        hours=_hours_shown(person),
    )


def _hours_shown(person: Person) -> list[dict[str, Any]]:
    known = hours_of([person.id]).get(person.id, {})
    return [
        {"begins": _clock(known[number].begins), "ends": _clock(known[number].ends)}
        if number in known
        else {}
        for number in range(7)
    ]


def _clock(minute: int) -> str:
    return regions.clock(time(minute // 60 % 24, minute % 60))
