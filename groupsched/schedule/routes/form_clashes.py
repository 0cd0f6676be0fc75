"""What the dates in the form would run into, for the panel beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import request

from groupsched.catalog.models import Place
from groupsched.catalog.queries import leaders
from groupsched.catalog.rules import AttendanceMode
from groupsched.core.filters import local, short_day
from groupsched.core.i18n import _, ngettext
from groupsched.schedule.routes.editor import GroupEditor
from groupsched.schedule.routes.rooms_chosen import rooms_given
from groupsched.schedule.rules import BookingClash, ConflictKind, RuleRefused
from groupsched.schedule.service import (
    DateConflict,
    LedAndReached,
    PlannedChange,
    RoomAsked,
    away_by,
    clashes_by,
    conflicts_of,
    rooms_for,
    rooms_free,
    wanted_by,
)
from groupsched.schedule.words import away_words

MOST_SHOWN = 6


@dataclass(frozen=True)
class ClashingDate:
    """One date of the panel with all that it runs into; `key` is what its button sends."""

    key: str
    day: str
    conflicts: tuple[DateConflict, ...]

    @property
    def start(self) -> datetime:
        """When the date begins whose room is taken."""
        return next((one.start for one in self.conflicts if one.free), self.conflicts[0].start)

    @property
    def free(self) -> tuple[Place, ...]:
        """The rooms to which it could go."""
        return next((one.free for one in self.conflicts if one.free), ())


@dataclass(frozen=True)
class FormClashes:
    """What the dates in the form run into: the first few, or `whole` when all were asked for, how many there are, and the
    rooms that are free on all dates.
    `softly`: people who are elsewhere then, which is no reason to refuse; `placed`: the dates that were given another room."""

    dates: tuple[ClashingDate, ...] = ()
    total: int = 0
    rooms: tuple[Place, ...] = ()
    softly: int = 0
    zone: str = "UTC"
    placed: tuple[tuple[datetime, Place], ...] = ()
    whole: bool = False


def clashes_in(found: GroupEditor, planned: PlannedChange | None) -> FormClashes:
    """What saving would run into: of a group that people see with all that would change, else by the rule in the form."""
    if planned is not None and planned.plan is not None:
        dates = [one for one in planned.plan.after.dates if one.takes_place]
        spans, placed = (
            [(one.start, one.end) for one in dates],
            rooms_given(dates, found.elsewhere, found.rooms),
        )
        softly = max(planned.elsewhere.values(), default=0)
        return replace(_shown(found, planned.clashes, spans, softly), placed=placed)
    if found.group is not None and found.group.published:
        return FormClashes()
    try:
        rule = found.rule()
    except RuleRefused:
        return FormClashes()
    fields = _led_and_reached(found)
    wanted = wanted_by(rule, found.place(), fields, found.elsewhere)
    own = found.group.id if found.group is not None else None
    spans = list(dict.fromkeys((one.start, one.end) for one in wanted))
    shown = _shown(found, clashes_by(wanted, fields.needs, besides=own), spans, 0)
    known = {one.id: one for one in found.rooms}
    starts = sorted({start for start, _end in spans} & set(found.elsewhere))
    return replace(shown, placed=tuple((start, known[found.elsewhere[start]]) for start in starts))


def away_in(found: GroupEditor) -> list[str]:
    """Who is to lead and is away on dates of the rule in the form, in sentences; of what people see already the plan says it."""
    if found.group is not None and found.group.published:
        return []
    try:
        rule = found.rule()
    except RuleRefused:
        return []
    said = []
    for row, dates in away_by(rule, _led_and_reached(found).leaders, found.closed(rule)):
        days = away_words(row.starts_at, row.ends_at, rule.timezone)
        away = _("%(name)s is away: %(days)s.", name=row.person.first_name, days=days)
        cover = ngettext("%(num)s date then needs cover.", "%(num)s dates then need cover.", dates)
        said.append(f"{away} {cover}")
    return said


def _led_and_reached(found: GroupEditor) -> LedAndReached:
    known = {person.uid: person.id for person in leaders(found.identity.program_id)}
    people = tuple(known[uid] for uid in found.form.leaders() if uid in known)
    fields = found.fields()
    return LedAndReached(people, AttendanceMode(fields.attendance_mode), fields.needs)


def _shown(
    found: GroupEditor, clashes: Sequence[BookingClash], spans: list[tuple[datetime, datetime]], softly: int
) -> FormClashes:
    zone, own = found.zone(), found.group.id if found.group is not None else None
    fields = found.fields()
    asked = RoomAsked(fields.capacity, fields.needs)
    days: dict[date, list[DateConflict]] = {}
    for one in conflicts_of(found.identity, clashes, besides=own, asked=asked):
        days.setdefault(local(one.start, zone).date(), []).append(one)
    dates = [ClashingDate(day.isoformat(), short_day(day, zone), tuple(which)) for day, which in days.items()]
    room = found.place()
    by_room = any(one.kind is ConflictKind.ROOM for one in clashes)
    rooms: tuple[Place, ...] = ()
    if by_room and room is not None:
        each = rooms_free(spans, rooms_for(found.identity, room.site_id), asked, besides=own)
        rooms = tuple(one for one in each[0] if one != room and all(one in free for free in each))
    whole = bool(request.form.get("every_clash"))
    shown = dates if whole else dates[:MOST_SHOWN]
    return FormClashes(tuple(shown), len(dates), rooms, softly, zone, whole=whole)
