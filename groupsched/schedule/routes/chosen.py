"""Several dates of a group at once: choose them, say what becomes of them, see the messages, then do it."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.models import Group
from groupsched.catalog.queries import get_group, leaders, places, zone_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import ChangedMeanwhile, DomainError, NotFound
from groupsched.core.fields import add_refusal
from groupsched.core.filters import local
from groupsched.core.i18n import LANGUAGES, _, language_name, weekday_name
from groupsched.core.regions import dated
from groupsched.schedule.forms import ChosenDatesForm, DatesPickedForm
from groupsched.schedule.models import Occurrence
from groupsched.schedule.planned import leads_otherwise, too_small
from groupsched.schedule.queries import coming
from groupsched.schedule.routes.blueprint import blueprint, done_words, phones_show, told_since, unheard_words
from groupsched.schedule.routes.editor_choices import rooms_to_choose
from groupsched.schedule.routes.rooms_chosen import room_field, rooms_chosen, rooms_given
from groupsched.schedule.rules import BookingClash, ChosenAct, OccurrenceStatus
from groupsched.schedule.service import (
    ChosenLook,
    DatesTaken,
    WantedOfDates,
    change_chosen,
    conflicts_of,
    look_at_chosen,
    standing_of,
    unheard_of_chosen,
)

FEW_DATES = 40
"""More than these are listed by month."""
FIELDS = {
    ChosenAct.CANCEL: ("reason",),
    ChosenAct.MOVE: ("minutes", "at"),
    ChosenAct.PLACE: ("place",),
    ChosenAct.LEADS: ("leads",),
    ChosenAct.NOTE: ("note",),
    ChosenAct.BRING_BACK: (),
}
Answer = str | Response | tuple[str, int]


@blueprint.route("/groups/<uid>/dates/choose", methods=["GET", "POST"])
@requires(Permission.GROUP_WRITE)
def choose_dates(uid: str) -> Answer:
    """Which dates, and what: then its fields, what it would do and whom it would tell, and the button that does it."""
    group = _own(uid)
    dates = [one for one in coming(group, clock.now(), None) if _is_open(one) or _is_off(one)]
    asked = set(request.values.getlist("date")) - {request.form.get("without", "")}
    act = next((one for one in ChosenAct if one.value == request.values.get("act")), None)
    chosen = [one for one in dates if one.uid in asked and _meant(one, act)]
    if act is None or not chosen:
        return _choices(group, dates, asked, act)
    form = _form(ChosenDatesForm() if request.method == "POST" else ChosenDatesForm(formdata=None))
    if request.method == "GET":
        return _page(group, chosen, act, form)
    return _posted(group, chosen, act, form)


def _choices(group: Group, dates: list[Occurrence], asked: set[str], act: ChosenAct | None) -> Answer:
    """The dates to choose from; those between two days and on some weekdays are ticked where that was asked for."""
    missing = ""
    if act is not None:
        off = act is ChosenAct.BRING_BACK
        missing = _("Choose a cancelled date.") if off else _("Choose at least one date.")
    said = request.args if "pick" in request.args else None
    form = DatesPickedForm(formdata=said, meta={"csrf": False})
    days = {one.uid: local(one.start, one.timezone).date() for one in dates}
    form.days.choices = [
        (number, weekday_name(number)) for number in sorted({day.weekday() for day in days.values()})
    ]
    wrong = said is not None and not form.validate()
    if said is not None and not wrong:
        asked |= {uid for uid, day in days.items() if form.picks(day)}
    page = {
        "group": group,
        "dates": dates,
        "months": _by_month(dates),
        "off": any(map(_is_off, dates)),
        "chosen": asked,
        "missing": missing,
        "form": form,
        "picked": said is not None,
    }
    return render_template("schedule/choose_dates.html", **page), 422 if missing or wrong else 200


def _by_month(dates: Sequence[Occurrence]) -> list[tuple[str, list[Occurrence]]]:
    """The dates by the month in which they are; few of them as one list without a name."""
    if len(dates) <= FEW_DATES:
        return [("", list(dates))]
    days = [(one, local(one.start, one.timezone).date()) for one in dates]
    months = groupby(days, key=lambda pair: (pair[1].year, pair[1].month))
    each = ([*those] for _month, those in months)
    return [(dated(those[0][1], "yMMMM"), [one for one, _day in those]) for those in each]


def _posted(group: Group, chosen: list[Occurrence], act: ChosenAct, form: ChosenDatesForm) -> Answer:
    uid, uids = group.uid, [one.uid for one in chosen]
    if not form.validate():
        return _page(group, chosen, act, form), 422
    wanted = _wanted(act, form)
    try:
        if request.form.get("step") == "do":
            since, unheard = clock.now(), unheard_of_chosen(uids, wanted)
            done = change_chosen(current(), group, uids, wanted, form.seen.data or "-")
            hear = unheard_words(unheard, done.impact.people - unheard)
            told = " ".join(filter(None, [told_since(group, since, unheard), hear]))
            flash(done_words(group, done.made, told))  # type: ignore[arg-type]
            return redirect(url_for("schedule.group", uid=uid), 303)
        look = look_at_chosen(current(), group, uids, wanted)
    except ChangedMeanwhile:
        return _again(uid, uids, act, form, wanted), 409
    except DatesTaken as refusal:
        db.session.rollback()
        form.keep.errors = [refusal.message]
        group = _own(uid)
        return _page(group, _those(group, uids), act, form, clashes=refusal.clashes), refusal.status
    except DomainError as refusal:
        db.session.rollback()
        add_refusal(form, refusal)
        group = _own(uid)
        return _page(group, _those(group, uids), act, form), 409 if refusal.status == 409 else 422
    group = _own(uid)
    return _page(group, _those(group, uids), act, form, look)


def _again(uid: str, uids: list[str], act: ChosenAct, form: ChosenDatesForm, wanted: WantedOfDates) -> str:
    """The look anew, where the dates stand otherwise than when somebody looked."""
    db.session.rollback()
    form.form_errors.append(_("These dates were changed meanwhile. Look again at what this does."))
    look = look_at_chosen(current(), _own(uid), uids, wanted)
    group = _own(uid)
    return _page(group, _those(group, uids), act, form, look)


def _page(
    group: Group,
    chosen: list[Occurrence],
    act: ChosenAct,
    form: ChosenDatesForm,
    look: ChosenLook | None = None,
    clashes: Sequence[BookingClash] = (),
) -> str:
    rooms = places(current())
    given = rooms_given(look.plan.after.dates, rooms_chosen(rooms), rooms) if look is not None else ()
    found = conflicts_of(current(), look.clashes if look is not None else clashes, besides=group.id)
    if look is not None:
        saw(current(), AuditAction.ROSTER_OPENED, sorted(one.id for one in look.people), group)
    form.seen.data = standing_of(chosen)
    return render_template(
        "schedule/chosen_dates.html",
        group=group,
        chosen=chosen,
        act=act,
        form=form,
        fields=[form[name] for name in FIELDS[act]]
        + ([form.keep] if form.keep.data or form.keep.errors else []),
        seen=look,
        unheard=unheard_words(look.unheard, look.people) if look is not None else "",
        staff=leads_otherwise(group, look.plan) if look is not None else (),
        small=tuple(too_small(look.plan, zone_of(group))) if look is not None else (),
        planned={"conflicts": found, "placed": given},
        zone=zone_of(group),
        room_field=room_field,
        leave_out={one.id: one.uid for one in chosen} if len(chosen) > 1 else {},
        names={code: language_name(code) for code in LANGUAGES},
        phones=phones_show(group),
    )


def _own(uid: str) -> Group:
    group = get_group(current(), uid, Permission.GROUP_WRITE)
    if group.external:
        raise NotFound
    return group


def _is_open(one: Occurrence) -> bool:
    return one.status == OccurrenceStatus.SCHEDULED and not one.frozen and one.start > clock.now()


def _those(group: Group, uids: list[str]) -> list[Occurrence]:
    return [one for one in coming(group, clock.now(), None) if one.uid in uids]


def _is_off(one: Occurrence) -> bool:
    """Whether a date is cancelled and could be brought back."""
    return one.status == OccurrenceStatus.CANCELLED and not one.dropped and one.start > clock.now()


def _meant(one: Occurrence, act: ChosenAct | None) -> bool:
    """Whether an act is for such a date: cancelled ones are brought back, with all others something else is done."""
    return _is_off(one) if act is ChosenAct.BRING_BACK else _is_open(one)


def _form(form: ChosenDatesForm) -> ChosenDatesForm:
    form.place.choices = [
        ("", _("The room of the group")),
        *rooms_to_choose(current(), places(current())),
    ]
    form.leads.choices = [(one.uid, one.short_name) for one in leaders(current().program_id)]
    return form


def _wanted(act: ChosenAct, form: ChosenDatesForm) -> WantedOfDates:
    rooms: dict[str, Any] = {one.uid: one.id for one in places(current())}
    people = {one.uid: one.id for one in leaders(current().program_id)}
    return WantedOfDates(
        act,
        reason=form.reason.data or "",
        minutes=form.minutes.data,
        at=form.at.data,
        place=rooms.get(form.place.data or ""),
        leads=tuple(people[one] for one in form.leads.data or () if one in people),
        note=form.note.data or "",
        keep=form.keep.data or "",
        rooms=rooms_chosen(places(current())),
    )
