"""The times at which a group meets: another one, or one more date; the end of one; a day that was left out, added back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, leaders, places, zone_of
from groupsched.catalog.rules import Setting
from groupsched.catalog.service import refuse_external
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.i18n import _
from groupsched.schedule.forms import EndForm, SeriesForm, as_day
from groupsched.schedule.models import Series
from groupsched.schedule.planned import PlannedWords, days_of, planned_words
from groupsched.schedule.preview import sentence_of
from groupsched.schedule.queries import current_series, get_series
from groupsched.schedule.routes.blueprint import blueprint, done_words, told_since
from groupsched.schedule.routes.carried import use_found
from groupsched.schedule.routes.editor_choices import people_to_choose, rooms_to_choose, rule_choices
from groupsched.schedule.routes.editor_said import FEW_WEEKS
from groupsched.schedule.routes.rooms_chosen import room_field, rooms_chosen, rooms_given
from groupsched.schedule.rules import (
    AddBackDay,
    AddSeries,
    Change,
    DateField,
    EndAfter,
    Ends,
    Repeats,
    RuleRefused,
    SaveAct,
    SeriesRule,
    end_time,
)
from groupsched.schedule.service import ChangedDates, change_dates, impact_of, plan_dates
from groupsched.schedule.words import sentence

IN_STEP = "live"
MOST_AHEAD = timedelta(days=731)
Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/<uid>/series/new", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def new_series(uid: str) -> Answer:
    """Another time at which a group meets; with `once`, one more date."""
    group, form = _asked(uid)
    once = bool(request.args.get("once"))
    if request.method == "GET":
        return render_template("schedule/new_series.html", **_panel(group, form, None), once=once)
    change, planned = _planned(group, form)
    page = {**_panel(group, form, planned), "once": once}
    if change is None or planned is None:
        return render_template("schedule/new_series.html", **page), 422
    if request.form.get("act") != SaveAct.SAVE or form.looked.data not in (IN_STEP, planned.mark):
        return render_template(
            "schedule/new_series.html", **page, look_first=request.form.get("act") == SaveAct.SAVE
        )
    try:
        return _done(group, change, form.keep_clashes.data or None)
    except DomainError as refusal:
        db.session.rollback()
        form.refuse_domain(refusal)
        return render_template("schedule/new_series.html", **page), refusal.status


@blueprint.post("/groups/<uid>/series/preview")
@requires(Permission.GROUP_WRITE)
def preview_series(uid: str) -> str:
    """The panel for what is in the form now."""
    group, form = _asked(uid)
    _change, planned = _planned(group, form)
    return render_template("schedule/_impact.html", swapped=True, **_panel(group, form, planned))


@blueprint.route("/series/<uid>/end", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def end_series(uid: str) -> Answer:
    """The last day of a series: what that removes, and whom it touches, then the change."""
    series = get_series(current(), uid)
    refuse_external(series.group)
    form = EndForm(data={"version": str(series.version)} if request.method == "GET" else None)
    page: dict[str, Any] = {
        "form": form, "series": series, "group": series.group, "said": sentence_of(series), "planned": None,
    }  # fmt: skip
    if request.method == "GET":
        return render_template("schedule/end_series.html", **page)
    change = EndAfter(series.id, form.until.data)
    planned = _end_planned(series, form, change)
    page |= {"planned": planned}
    if planned is None:
        return render_template("schedule/end_series.html", **page), 422
    if request.form.get("act") != SaveAct.SAVE or form.looked.data != planned.mark:
        return render_template("schedule/end_series.html", **page)
    return _done(series.group, change)


@blueprint.post("/series/<uid>/add-back")
@requires(Permission.GROUP_WRITE)
def add_back(uid: str) -> Response:
    """Meet after all on a day that a series left out."""
    series = get_series(current(), uid)
    day = as_day(request.form.get("day", ""))
    try:
        if day is None or day < clock.today(series.timezone):
            raise DomainError(_("Choose a day that is to come."), field="day", code="past")
        return _done(series.group, AddBackDay(series.id, day))
    except DomainError as refusal:
        # A redirect is no refusal to the one place that commits: what was done before the refusal would stay.
        db.session.rollback()
        flash(refusal.message, "warn")
        return redirect(url_for("schedule.group", uid=series.group.uid), 303)


def _done(group: Group, change: Change, keep: str | None = None) -> Response:
    since = clock.now()
    done = change_dates(current(), group, change, keep=keep, rooms=rooms_chosen(places(current())))
    flash(done_words(group, done.made, told_since(group, since)))  # type: ignore[arg-type]
    return redirect(url_for("schedule.group", uid=group.uid), 303)


def _asked(uid: str) -> tuple[Group, SeriesForm]:
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    refuse_external(group)
    form = SeriesForm(data=_start(group) if request.method == "GET" else None)
    people = people_to_choose(current(), group)
    rooms = rooms_to_choose(current(), places(current()))
    form.choose(
        place=[("", _("As the group")), *rooms], lead=[("", _("As the group")), *people], others=people,
        **rule_choices(custom=False),
    )  # fmt: skip
    if request.method == "POST":
        use_found(form)
        form.fill_first(clock.today(zone_of(group)))
    return group, form


def _start(group: Group) -> dict[str, Any]:
    """The hours of the group, and what was asked for."""
    series = current_series(group)
    start: dict[str, Any] = {"every": FEW_WEEKS, "ends": Ends.OPEN, "repeats": Repeats.WEEKLY}
    if request.args.get("once"):
        start["repeats"] = Repeats.ONCE
    if (day := as_day(request.args.get("day", ""))) is not None:
        start |= {"starts_on": day, "weekdays": [day.weekday()]}
    if series is None:
        return start
    rule = series.rule
    return start | {
        "start_time": rule.start_time,
        "end_time": end_time(rule.start_time, rule.duration_minutes),
    }


def _planned(group: Group, form: SeriesForm) -> tuple[Change | None, PlannedWords | None]:
    """What the form would add; None with a sentence beside the field that does not fit."""
    fits = form.fits()
    for name, words in form.missing_times():
        form.refuse(name, words)
    if _long(group, form):
        form.ask_if_long(_lasted(group))
    if not fits or form.errors:
        return None, None
    try:
        rule = form.rule(zone_of(group))
        change = AddSeries(rule, _own(form))
        rooms = places(current())
        chosen = rooms_chosen(rooms)
        done = plan_dates(group, change, chosen)
        _check_added(done, rule)
    except RuleRefused as refusal:
        form.refuse(refusal.field, _(refusal.text, **refusal.values))
        return None, None
    placed = rooms_given(done.plan.after.dates, chosen, rooms)
    return change, replace(planned_words(group, done, rule.timezone), placed=placed)


def _lasted(group: Group) -> int | None:
    series = current_series(group)
    return series.rule.duration_minutes if series is not None else None


def _long(group: Group, form: SeriesForm) -> int:
    """How many minutes it would last, where that is to be asked about."""
    return 0 if group.setting == Setting.SLOTS else form.long_of(_lasted(group))


def _check_added(done: ChangedDates, rule: SeriesRule) -> None:
    """Refuse what begins in the past, brings no date, or is at the time of another date of the group."""
    added, zone = done.plan.added, rule.timezone
    if rule.starts_on < clock.today(zone) or any(one.start <= clock.now() for one in added[:1]):
        raise RuleRefused(_("This time has passed. Choose a day that is to come."), "starts_on")
    met = [one for one in added if any(one.meets_with(other) for other in done.plan.before.dates)]
    if met or not added:
        words = _("The group meets at that time already.")
        days = days_of(met, zone)
        raise RuleRefused(f"{words} {days}." if days else words, "start_time")


def _own(form: SeriesForm) -> dict[DateField, Any]:
    """What its dates have otherwise than the group."""
    said = {name: value for name, value in form.said().items() if value}
    if DateField.PLACE in said:
        rooms = {row.uid: row.id for row in places(current())}
        said[DateField.PLACE] = rooms.get(said[DateField.PLACE])
    if DateField.LEADS in said:
        known = {person.uid: person.id for person in leaders(current().program_id)}
        said[DateField.LEADS] = tuple(known[uid] for uid in said[DateField.LEADS] if uid in known)
    return {name: value for name, value in said.items() if value}


def _end_planned(series: Series, form: EndForm, change: EndAfter) -> PlannedWords | None:
    """What ending a series would do; None with a sentence beside the field."""
    form.validate()
    if change.last is None:
        form.until.errors = form.until.errors or [_("Choose the last date.")]
        return None
    if change.last > clock.today(series.timezone) + MOST_AHEAD:
        words = _("An end date is at most two years after the first. Leave the end open instead.")
        form.until.errors = [words]
        return None
    if form.version.data != str(series.version):
        form.form_errors.append(ChangedMeanwhile().message)
        form.version.data = str(series.version)
        return None
    try:
        done = plan_dates(series.group, change)
    except RuleRefused as refusal:
        form.until.errors = [_(refusal.text, **refusal.values)]
        return None
    except DomainError as refusal:
        form.until.errors = [refusal.message]
        return None
    keys = [one.key for one in done.plan.dropped if one.key is not None]
    return planned_words(
        series.group, replace(done, impact=impact_of(keys, whole_line=True)), series.timezone
    )


def _panel(group: Group, form: SeriesForm, planned: PlannedWords | None) -> dict[str, Any]:
    return {
        "form": form, "group": group, "zone": zone_of(group), "planned": planned, "said": _said(group, form), "long": _long(group, form), "room_field": room_field,
        "save_words": _("Add these dates"), "preview": url_for("schedule.preview_series", uid=group.uid),
    }  # fmt: skip


def _said(group: Group, form: SeriesForm) -> str:
    """When the group would meet besides, in a sentence."""
    try:
        return sentence(form.rule(zone_of(group)))
    except RuleRefused:
        return ""
