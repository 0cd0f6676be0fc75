"""The times of a date in slots: choosing one, another one instead; and placing somebody, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from groupsched.access.identity import current
from groupsched.access.policy import Permission, can, requires
from groupsched.accounts.models import Person
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import facts as group_facts
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.core.filters import clock_time
from groupsched.core.i18n import _
from groupsched.enrolment import queries, service
from groupsched.enrolment.queries import SlotTaken
from groupsched.enrolment.routes.blueprint import blueprint, myself, say, tell
from groupsched.enrolment.rules import Admitted
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.queries import get_occurrence

FIRST = "first"


@dataclass(frozen=True)
class SlotTile:
    """One time of a column: `pause`, until when there is a break before it."""

    slot: Timeslot
    free: bool
    mine: bool
    person: Person | None = None
    pause: datetime | None = None


@dataclass(frozen=True)
class SlotColumn:
    """The times of one person who treats."""

    who: Person
    tiles: Sequence[SlotTile]


@dataclass(frozen=True)
class SlotChoice:
    """The times of a date as somebody chooses of them: who treats side by side; `own` is theirs."""

    columns: Sequence[SlotColumn]
    own: Timeslot | None
    refused: str = ""

    @property
    def free(self) -> int:
        """How many are free."""
        return sum(tile.free for column in self.columns for tile in column.tiles)

    @property
    def all(self) -> int:
        """How many there are."""
        return sum(len(column.tiles) for column in self.columns)


def slot_choice(occurrence: Occurrence, refused: str = "") -> SlotChoice | None:
    """The times of a date for who reads now; None where it has no slots."""
    if not occurrence.group.has_slots:
        return None
    found, me = queries.slots_on(occurrence), current().person
    gap = timedelta(minutes=occurrence.group.slot_gap)
    people = {one.slot.person_id: one.slot.person for one in found}
    columns = [
        SlotColumn(person, _tiles([one for one in found if one.slot.person_id == number], me, gap))
        for number, person in people.items()
    ]
    own = next((one.slot for one in found if me is not None and one.person and one.person.id == me), None)
    return SlotChoice(columns, own, refused)


def _tiles(found: Sequence[SlotTaken], me: int | None, gap: timedelta) -> list[SlotTile]:
    tiles, before = [], None
    for one in found:
        breaks = before is not None and one.slot.start > before.slot.end + gap
        mine = me is not None and one.person is not None and one.person.id == me
        tiles.append(SlotTile(one.slot, one.free, mine, one.person, one.slot.start if breaks else None))
        before = one
    return tiles


@blueprint.post("/occurrences/<uid>/slot")
@requires(Permission.ENROL_SELF)
def choose_slot(uid: str) -> Response:
    """Take a time of a date, or another one instead of one's own."""
    occurrence = queries.own_occurrence(current(), uid)
    here = url_for("enrolment.date_page", uid=occurrence.group.uid, when=occurrence.original_local)
    slot = _asked(occurrence, request.form.get("slot", ""))
    if slot is None:
        tell(_("Please choose a time."), "warn")
        return redirect(f"{here}#join", 303)
    group_uid, keep_both = occurrence.group.uid, bool(request.form.get("accept_clash"))
    try:
        outcome = service.take_slot(current(), slot, myself(), accept_clash=keep_both)
    except service.ClashFound as clash:
        titles = ", ".join(one.mine.title for one in clash.clashes)
        db.session.rollback()
        tell(_("You have %(title)s then. Tick “Keep both”, or choose another time.", title=titles), "warn")
        return redirect(f"{here}#join", 303)
    except Conflict as refused:
        # What comes of it is a redirect, and that would commit what was done before the refusal.
        db.session.rollback()
        tell(refused.message, "warn")
        return redirect(f"{here}#join", 303)
    say(outcome.answer)
    return redirect(url_for("enrolment.mine", uid=group_uid), 303)


def _asked(occurrence: Occurrence, uid: str) -> Timeslot | None:
    """The time that was chosen: this one, or the first one free."""
    if uid == FIRST:
        return next((one.slot for one in queries.slots_on(occurrence) if one.free), None)
    found = (one.slot for one in queries.slots_on(occurrence) if one.slot.uid == uid)
    return next(found, None)


@blueprint.route("/occurrences/<uid>/slots", methods=["GET", "POST"])
@requires(Permission.ENROL_OTHERS)
def place(uid: str) -> str | Response | tuple[str, int]:
    """Who has which time of a date, and a time for somebody by their whole name or number."""
    occurrence = get_occurrence(current(), uid, Permission.ENROL_OTHERS)
    if request.method == "GET":
        return _draw(occurrence)
    who, slot = request.form.get("who", "")[:120], _asked(occurrence, request.form.get("slot", ""))
    person = queries.person_before(current(), occurrence.group, who)
    if person is None:
        return _draw(occurrence, _("Nobody by exactly that name or number. Ask the desk.")), 422
    saw(current(), AuditAction.PERSON_SOUGHT, [person], person)
    if slot is None:
        return _draw(occurrence, _("Please choose a time.")), 422
    try:
        outcome = service.take_slot(
            current(), slot, person, accept_clash=bool(request.form.get("accept_clash"))
        )
    except DomainError as refused:
        db.session.rollback()
        return _draw(queries.own_occurrence(current(), uid), refused.message), refused.status
    if isinstance(outcome.answer, Admitted):
        when = clock_time(slot.start, occurrence.timezone)
        tell(_("%(name)s comes at %(time)s.", name=person.short_name, time=when))
    return redirect(url_for("enrolment.place", uid=uid), 303)


def _draw(occurrence: Occurrence, refused: str = "") -> str:
    group = occurrence.group
    choice = slot_choice(occurrence, refused)
    knows = can(current(), Permission.ROSTER_READ, group_facts(group))
    people = [tile.person for column in (choice.columns if choice else ()) for tile in column.tiles]
    if knows:
        saw(current(), AuditAction.ROSTER_OPENED, [one for one in people if one], group)
    page: dict[str, Any] = {"choice": choice, "date": occurrence, "group": group, "knows": knows}
    return render_template(
        "enrolment/place.html", **page, who=request.form.get("who", ""), chosen=request.values.get("slot", "")
    )
