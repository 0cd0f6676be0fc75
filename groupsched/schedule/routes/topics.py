"""The topics of a group: its list, which date has which, one topic."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.catalog.models import Group
from groupsched.catalog.queries import facts, get_group, zone_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.i18n import _, ngettext
from groupsched.schedule import service
from groupsched.schedule.forms import TopicForm, TopicLinesForm, TopicOrderForm
from groupsched.schedule.models import Topic
from groupsched.schedule.queries import come_round, coming, curriculum_of, get_topic, met_last, topics_of
from groupsched.schedule.routes.blueprint import blueprint
from groupsched.schedule.rules import OccurrenceStatus, TopicChoice, TopicOrder

DATES_SHOWN = 10
CHOICES = {choice.value: choice for choice in (TopicChoice.IN_ORDER, TopicChoice.WITHOUT)}
Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/<uid>/topics", methods=["GET", "POST"])
@requires(Permission.STAFF_PAGES)
def topics(uid: str) -> Answer:
    """The list of topics of a group and the dates they lie on; posted lines are added at its end."""
    if request.method == "GET":
        return _page(_own(uid, Permission.GROUP_READ))
    group, form = _own(uid), TopicLinesForm()
    try:
        added = service.add_topics(current(), group, form.lines.data or "")
    except DomainError as refusal:
        return _refused(group, refusal, lines=form)
    flash(ngettext("%(num)s topic is added.", "%(num)s topics are added.", len(added)))
    return _back(uid)


@blueprint.post("/groups/<uid>/topics/order")
@requires(Permission.GROUP_WRITE)
def order_topics(uid: str) -> Answer:
    """Say whether the list starts again, and from which day it counts."""
    group, form = _own(uid), TopicOrderForm()
    if not form.validate():
        return _page(group, order=form), 422
    begins_on = form.begins_on.data or clock.today(zone_of(group))
    service.order_topics(current(), group, TopicOrder(form.mode.data), begins_on)
    flash(_("Saved. The topics lie on the dates as you see."))
    return _back(uid)


@blueprint.post("/groups/<uid>/topics/undo")
@requires(Permission.GROUP_WRITE)
def undo_topics(uid: str) -> Response:
    """Put the list back as it was before its last change."""
    service.undo_topics(current(), _own(uid))
    flash(_("Undone. The list is as it was."))
    return _back(uid)


@blueprint.post("/groups/<uid>/topics/dates")
@requires(Permission.GROUP_WRITE)
def choose_topics(uid: str) -> Response:
    """Say of each date how it comes by its topic."""
    group = _own(uid)
    known = {one.uid: one for one in topics_of(group)}
    chosen = {}
    for name, value in request.form.items():
        if name.startswith("date-") and (value in CHOICES or value in known):
            choice = CHOICES.get(value, TopicChoice.PINNED)
            chosen[name.removeprefix("date-")] = choice, known.get(value)
    service.choose_topics(current(), group, chosen)
    flash(_("Saved. The topics lie on the dates as you see."))
    return _back(uid)


@blueprint.route("/groups/<uid>/topics/<topic>", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def topic(uid: str, topic: str) -> Answer:
    """One topic: its name, what clients read, a note for staff."""
    group = _own(uid)
    row = get_topic(group, topic)
    form, status = TopicForm(data=_said(row) if request.method == "GET" else None), 200
    if request.method == "POST":
        if form.validate():
            try:
                service.change_topic(current(), group, row, form.words())
                flash(_("Saved."))
                return _back(uid)
            except DomainError as refusal:
                db.session.rollback()
                add_refusal(form, refusal)
        status = 422
    return render_template("schedule/topic.html", group=group, topic=row, form=form), status


@blueprint.post("/groups/<uid>/topics/<topic>/move")
@requires(Permission.GROUP_WRITE)
def move_topic(uid: str, topic: str) -> Response:
    """Put a topic at another place of the list: up, down, or by its number."""
    group = _own(uid)
    row, to = get_topic(group, topic), request.form.get("to", "")
    if to.isascii() and to.isdigit() and len(to) < 4:
        service.move_topic(current(), group, row, int(to))
    return redirect(url_for("schedule.topics", uid=uid, _anchor=f"topic-{row.uid}"), 303)


@blueprint.post("/groups/<uid>/topics/<topic>/remove")
@requires(Permission.GROUP_WRITE)
def remove_topic(uid: str, topic: str) -> Response:
    """Take a topic off the list."""
    group = _own(uid)
    row = get_topic(group, topic)
    service.remove_topic(current(), group, row)
    flash(_("“%(name)s” is off the list. Dates that had it keep it.", name=row.name))
    return _back(uid)


def _own(uid: str, permission: Permission = Permission.GROUP_WRITE) -> Group:
    found = get_group(current(), uid, permission)
    if found.external:
        raise NotFound
    return found


def _back(uid: str) -> Response:
    return redirect(url_for("schedule.topics", uid=uid), 303)


def _refused(group: Group, refusal: DomainError, *, lines: TopicLinesForm) -> tuple[str, int]:
    db.session.rollback()
    add_refusal(lines, refusal)
    return _page(group, lines=lines), 422


def _page(group: Group, *, lines: TopicLinesForm | None = None, order: TopicOrderForm | None = None) -> str:
    now, curriculum = clock.now(), curriculum_of(group)
    dates = [
        one
        for one in coming(group, now, None)
        if one.status == OccurrenceStatus.SCHEDULED and one.start > now
    ]
    met = "record.topics_met"
    shows_met = met in current_app.view_functions and can(current(), Permission.ATTENDANCE_READ, facts(group))
    return render_template(
        "schedule/topics.html",
        group=group,
        curriculum=curriculum,
        topics=topics_of(group),
        next_dates=come_round(group, now),
        met_dates=met_last(group, now),
        dates=dates if request.args.get("all") else dates[:DATES_SHOWN],
        more=0 if request.args.get("all") else max(0, len(dates) - DATES_SHOWN),
        lines=lines or TopicLinesForm(formdata=None),
        order=order or TopicOrderForm(formdata=None, data=_order(curriculum)),
        may_write=can(current(), Permission.GROUP_WRITE, facts(group)),
        met=url_for(met, uid=group.uid) if shows_met else "",
    )


def _order(curriculum: Any) -> dict[str, Any]:
    return {"mode": curriculum.mode, "begins_on": curriculum.begins_on} if curriculum else {}


def _said(row: Topic) -> dict[str, Any]:
    others = {f"{name}_{code}": text for code, words in row.texts.items() for name, text in words.items()}
    return {"name": row.plain_name, "outline": row.plain_outline, "note": row.note, **others}
