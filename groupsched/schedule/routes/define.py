"""The form that defines a group: new, changed, and the panel that answers while one types."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import Identity, current
from groupsched.access.policy import Permission, requires
from groupsched.access.queries import sites
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Modality
from groupsched.catalog.queries import get_group, modalities, modality_with_key
from groupsched.catalog.rules import GroupFields
from groupsched.catalog.service import needs_yes, refuse_external
from groupsched.catalog.words import kinds, modality_name
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError
from groupsched.core.filters import local
from groupsched.core.i18n import _, listed, ngettext, with_commas
from groupsched.core.meanwhile import Meanwhile, look, settle
from groupsched.core.regions import dated
from groupsched.core.text import clean_line
from groupsched.schedule.models import Occurrence, SavedPattern
from groupsched.schedule.preview import SHOWN
from groupsched.schedule.queries import get_saved_pattern, saved_patterns
from groupsched.schedule.routes.blueprint import blueprint, phones_show, told_since, whom_it_touches
from groupsched.schedule.routes.carried import use_found
from groupsched.schedule.routes.editor import GroupEditor, chosen_uid, editor, toggle_skip
from groupsched.schedule.routes.form_clashes import away_in, clashes_in
from groupsched.schedule.routes.groups import over_words, published_words
from groupsched.schedule.routes.rooms_chosen import room_field
from groupsched.schedule.rules import RuleRefused, SaveAct, TimetableDate
from groupsched.schedule.service import (
    DatesTaken,
    PlannedChange,
    define_group,
    may_keep,
    plan_change,
    redefine_group,
)
from groupsched.schedule.words import away_words

MOST_DAYS = 6
Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/new", methods=["GET", "POST"])
@requires(Permission.GROUP_CREATE)
def new_group() -> Answer:
    """A new group: first a pattern to begin with, then the form."""
    identity = current()
    asked, saved = request.args.get("from"), request.args.get("saved")
    pattern = clean_line(asked or "")
    if request.method == "GET" and asked is None and saved is None:
        return render_template(
            "schedule/patterns.html",
            kinds=_by_kind(modalities(identity)),
            name=modality_name,
            saved=saved_patterns(identity),
            may_keep=may_keep,
        )
    chosen = modality_with_key(identity.program_id, pattern) if pattern else None
    return _answer(editor(identity, pattern=chosen, saved=_saved(identity, clean_line(saved or ""))))


def _saved(identity: Identity, uid: str) -> SavedPattern | None:
    """The saved template with which a group begins. One that was taken off meanwhile keeps nobody from saving."""
    if request.method == "GET":
        return get_saved_pattern(identity, uid) if uid else None
    return next((one for one in saved_patterns(identity) if one.uid == uid), None) if uid else None


@blueprint.route("/groups/<uid>/edit", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def edit_group(uid: str) -> Answer:
    """Change a group and its dates."""
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    refuse_external(group)
    return _answer(editor(current(), group))


@blueprint.post("/groups/preview")
@requires(Permission.GROUP_CREATE)
def preview() -> Answer:
    """The panel for what is in the form now: the sentence and the next dates."""
    uid = clean_line(request.args.get("group", ""))
    found = editor(current(), get_group(current(), uid, Permission.GROUP_WRITE) if uid else None)
    toggle_skip(found.form, request.form.get("toggle", ""))
    return render_template("schedule/_panel.html", swapped=True, **_panel(found))


def _answer(found: GroupEditor) -> Answer:
    if request.method == "GET":
        return _page(found)
    act = request.form.get("act", "")
    if act not in list(SaveAct):
        toggle_skip(found.form, request.form.get("toggle", ""))
        found.use_room(request.form.get("use_room", ""))
        use_found(found.form)
        return _page(found)
    if found.group is not None and (rows := settle(found.form, found.theirs)):
        news = Meanwhile(rows, *_last_saved(found.group))
        return _page(found, 409, sent_over=ChangedMeanwhile().message, meanwhile=news)
    fields = found.fields()
    publish = act == SaveAct.PUBLISH or _is_published(found)
    if not found.form.accepts(fields, found.rule, publish=publish, linked=found.linked()):
        return _page(found, 422)
    if not (_keeps_seats(found) and _is_so_long(found)):
        return _page(found, 422)
    since, away = clock.now(), away_in(found)
    try:
        group = _save(found, fields, act)
    except ChangedMeanwhile as refusal:
        return _meanwhile(found, refusal.message)
    except DatesTaken as refusal:
        # What was done on the way is forgotten, what its writer said is not.
        db.session.rollback()
        found.forget()
        found.form.refuse_domain(refusal)
        return _page(found, 409)
    except DomainError as refusal:
        found.form.refuse_domain(refusal)
        return _page(found, 422)
    _say(act, group, since)
    room = found.seats().room
    for words in [*([over_words(found.seats().offered, room)] if room is not None else []), *away]:
        flash(words, "warn")
    return redirect(url_for("schedule.group", uid=group.uid), 303)


def _keeps_seats(found: GroupEditor) -> bool:
    """Fewer seats than people are asked about once; the tick is for this number of seats."""
    seats = found.seats()
    if not seats.dates or found.form.keep_seats.data == str(seats.offered):
        return True
    found.form.keep_seats.errors = [_("Fewer seats than people are in. Please look at what that means.")]
    return False


def _is_so_long(found: GroupEditor) -> bool:
    """An unusual length is asked about once; the tick is for this one."""
    if found.long():
        found.form.ask_if_long(found.lasted)
    return not found.form.errors


def _save(found: GroupEditor, fields: GroupFields, act: str) -> Group:
    publish = act == SaveAct.PUBLISH
    rule = found.rule() if publish or found.form.says_when() else None
    keep = found.form.keep_clashes.data or None
    if found.group is None:
        uid = chosen_uid(found.form.uid.data)
        return define_group(
            found.identity,
            fields,
            rule,
            publish=publish,
            uid=uid,
            keep=keep,
            rooms=found.elsewhere,
            topics=found.saved.topics if found.saved is not None else None,
        )
    return redefine_group(
        found.identity,
        found.group,
        fields,
        rule,
        found.seen(),
        publish=publish,
        keep=keep,
        rooms=found.elsewhere,
    )


def _is_published(found: GroupEditor) -> bool:
    return found.group is not None and found.group.published


def _say(act: str, group: Group, since: datetime) -> None:
    words = {SaveAct.PUBLISH: published_words(group), SaveAct.DRAFT: _("Saved as a draft. Nobody is told.")}
    flash(words.get(SaveAct(act)) or " ".join(filter(None, [_("Saved."), told_since(group, since)])))


def _meanwhile(found: GroupEditor, sentence: str) -> Answer:
    """Somebody else saved first: what each says of every field that differs, and the writer's own text, kept."""
    assert found.group is not None
    found.look_again()
    news = look(found.form, found.theirs(), *_last_saved(found.group))
    return _page(found, 409, sent_over=sentence, meanwhile=news)


def _last_saved(group: Group) -> tuple[str, datetime | None]:
    """Who changed a group last, and when."""
    by = db.session.get(Person, group.changed_by_id) if group.changed_by_id else None
    return by.short_name if by else "", group.changed_at


def _page(found: GroupEditor, status: int = 200, **more: Any) -> Answer:
    page = render_template("schedule/define.html", **_panel(found), **more)
    return (page, status) if status != 200 else page


def _panel(found: GroupEditor) -> dict[str, Any]:
    preview, seats, change = found.preview(), found.seats(), _planned(found)
    return {
        "form": found.form, "group": found.group, "pattern": found.pattern, "saved": found.saved,
        "pattern_name": modality_name(found.pattern) if found.pattern else "", "plan": preview, "shown": SHOWN, "days": _days, "listed": listed, "seats": seats, "long": found.long(),
        "slots": found.slots(), "moves_to": found.moves_to(),
        "over_words": over_words(seats.offered, seats.room) if seats.room else "", "publish_words": _publish_words(found, preview.total),
        "save_words": _save_words(preview.total), "change": change, "clashes": clashes_in(found, change), "away_words": away_words, "away": away_in(found),
        "room_field": room_field,
        "counted_here": _counted_here(found),
        "phones": found.group is not None and phones_show(found.group), "others": found.other_series(),
    }  # fmt: skip


def _counted_here(found: GroupEditor) -> str:
    """What rooms and sites count, to name it as they do."""
    counts = [row.equipment for row in found.rooms] + [site.equipment for site in sites(found.identity)]
    return with_commas(sorted({thing for count in counts for thing in count}))


def _publish_words(found: GroupEditor, total: int | None) -> str:
    if needs_yes(found.identity, found.identity.program_id):
        return _("Ask for a yes")
    if not total:
        return _("Publish")
    return ngettext("Publish %(num)s date", "Publish %(num)s dates", total)


def _save_words(total: int | None) -> str:
    if not total:
        return _("Save changes")
    return ngettext("Save for %(num)s date", "Save for %(num)s dates", total)


def _planned(found: GroupEditor) -> PlannedChange | None:
    """What saving would do, of a group that people see; None where nothing is otherwise, or not to be understood."""
    if not _is_published(found) or found.group is None:
        return None
    if request.method == "GET":
        # What shows while one types is one look, that of the page.
        whom_it_touches(found.group, [row.id for row in found.coming], line=True)
        return None
    try:
        rule = found.rule()
    except RuleRefused:
        return None
    fields = found.fields()
    if not found.form.no_limit.data and found.form.capacity.data is None:
        # While the number is being written there is none, which otherwise means no limit.
        fields = replace(fields, capacity=found.group.capacity)
    return plan_change(found.group, found.series, fields, found.place(), rule, found.elsewhere)


def _days(dates: Sequence[Occurrence | TimetableDate], zone: str) -> str:
    """The first few of these dates, and how many more there are."""
    shown = dates if len(dates) <= MOST_DAYS else dates[: MOST_DAYS - 1]
    more = len(dates) - len(shown)
    words = [dated(local(one.start, zone).date(), "MMMd") for one in shown]
    return listed([*words, *([ngettext("%(num)s more date", "%(num)s more dates", more)] if more else [])])


def _by_kind(rows: list[Modality]) -> list[tuple[str, list[Modality]]]:
    order = [kind for kind, _words in kinds()]
    ordered = sorted(rows, key=lambda row: order.index(row.kind))
    return [(kind, list(group)) for kind, group in groupby(ordered, key=lambda row: row.kind)]
