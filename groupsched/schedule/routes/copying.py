"""Copying a week of a group: which of its dates, into which week, what that makes of each, then doing it."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, zone_of
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.schedule import service
from groupsched.schedule.forms import as_day
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import dates_between
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.rules import OccurrenceStatus

BACK, AHEAD, FAR = timedelta(weeks=8), timedelta(weeks=26), timedelta(weeks=57)
Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/<uid>/dates/copy-week", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def copy_week(uid: str) -> Answer:
    """Choose a week and another one, see what becomes of each date, then add the copies."""
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    refuse_external(group)
    weeks = _weeks(group)
    chosen = _day(request.values.get("week", ""), next(iter(weeks), None))
    to_text = clean_line(request.values.get("to", ""), 10)
    if chosen is None:
        return render_template("schedule/copy_week.html", group=group, weeks={}, copies=[])
    to = as_day(to_text) or chosen + timedelta(weeks=1)
    wrong = _wrong(to_text, to, group)
    dates = weeks.get(chosen, [])
    between = (_monday(to) - chosen).days // 7
    if request.method == "POST" and not wrong:
        picked = [one for one in dates if one.uid in request.form.getlist("date")]
        try:
            done = service.copy_dates(current(), group, picked, between)
        except DomainError as refusal:
            db.session.rollback()
            wrong = refusal.message
        else:
            number = len(done.plan.added)
            flash(ngettext("%(num)s date is added.", "%(num)s dates are added.", number))
            return redirect(url_for("schedule.group", uid=uid), 303)
    copies = service.copy_of(group, dates, between) if dates and not wrong else []
    page = {"weeks": weeks, "week": chosen, "to": to_text or to.isoformat(), "copies": copies, "wrong": wrong}
    return render_template("schedule/copy_week.html", group=group, **page), 422 if wrong else 200


def _wrong(text: str, to: date, group: Group) -> str:
    """What is wrong with the week to copy into."""
    today = clock.today(zone_of(group))
    if text and as_day(text[:10]) is None:
        return _("Write the date like 2026-12-03.")
    if to < _monday(today):
        return _("This week has passed.")
    return _("This is too far ahead.") if to > today + FAR else ""


def _weeks(group: Group) -> dict[date, list[Occurrence]]:
    """The weeks of a group that have dates, by their Mondays: the coming ones first, then those that are over."""
    today = clock.today(zone_of(group))
    found: dict[date, list[Occurrence]] = {}
    for one in dates_between(group, today - BACK, today + AHEAD):
        if one.status != OccurrenceStatus.CANCELLED:
            found.setdefault(_monday(one.local_date), []).append(one)
    now = _monday(today)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] < now, abs((pair[0] - now).days))))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(text: str, default: date | None) -> date | None:
    found = as_day(text[:10])
    return _monday(found) if found is not None else default
