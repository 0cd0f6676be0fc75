"""Copying a week of a group: which of its dates, into which week, what that makes of each, then doing it."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, places, zone_of
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import _, ngettext
from groupsched.core.text import clean_line
from groupsched.schedule import service
from groupsched.schedule.forms import KeepForm, as_day
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import dates_between
from groupsched.schedule.routes.blueprint import blueprint, with_undo
from groupsched.schedule.routes.rooms_chosen import room_field, rooms_chosen
from groupsched.schedule.rules import OccurrenceStatus, TimetableDate
from groupsched.schedule.service import conflicts_of

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
        return render_template("schedule/copy_week.html", group=group, weeks={}, copies=[], planned={})
    to = as_day(to_text) or chosen + timedelta(weeks=1)
    wrong = _wrong(to_text, to, group)
    dates = weeks.get(chosen, [])
    between = (_monday(to) - chosen).days // 7
    form, rooms, status = KeepForm(), rooms_chosen(places(current())), 200
    picked = set(request.form.getlist("date"))
    if request.method == "POST" and not wrong:
        asked, keep = [one for one in dates if one.uid in picked], form.keep_clashes.data or None
        try:
            done = service.copy_dates(current(), group, asked, between, keep=keep, rooms=rooms)
        except service.DatesTaken as refusal:
            db.session.rollback()
            status = refusal.status
        except DomainError as refusal:
            db.session.rollback()
            wrong = refusal.message
        else:
            flash(with_undo(_added_words(done.plan.added), group, done.made))  # type: ignore[arg-type]
            return redirect(url_for("schedule.group", uid=uid), 303)
    found = service.copy_of(group, dates, between, rooms) if dates and not wrong else service.CopiedWeek()
    if request.method == "GET":
        picked = {one.date.uid for one in found.copies if not (one.why_not or one.closed)}
    page = {
        "weeks": weeks, "week": chosen, "to": to_text or to.isoformat(), "copies": found.copies, "wrong": wrong, "form": form,
        "people": found.people,
        "picked": picked, "planned": _planned(group, found, picked, rooms), "zone": zone_of(group), "room_field": room_field,
        "taken": status != 200,
    }  # fmt: skip
    return render_template("schedule/copy_week.html", group=group, **page), 422 if wrong else status


def _added_words(added: Sequence[TimetableDate]) -> str:
    """How many dates are there now, and how many of them are called off because it is closed then."""
    number = sum(one.takes_place for one in added)
    off = len(added) - number
    words = [ngettext("%(num)s date is added.", "%(num)s dates are added.", number)] if number else []
    if off:
        falls = ngettext(
            "%(num)s date falls on a closed day and is called off.",
            "%(num)s dates fall on closed days and are called off.",
            off,
        )
        words.append(falls)
    return " ".join(words)


def _planned(
    group: Group, found: service.CopiedWeek, picked: Container[str], rooms: Mapping[datetime, int]
) -> dict[str, Any]:
    """What those copies run into that are to be made, and which of them go to another room."""
    starts = {one.start for one in found.copies if one.date.uid in picked}
    clashes = [one for one in found.clashes if one.wanted.start in starts]
    known = {one.id: one for one in places(current())}
    return {
        "conflicts": conflicts_of(current(), clashes, besides=group.id),
        "placed": [(start, known[rooms[start]]) for start in sorted(starts) if start in rooms],
    }


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
