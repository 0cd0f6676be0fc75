"""What the form for a group needs around it: its choices, what it is filled with, and what it stands for."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import request

from groupsched.access.identity import Identity
from groupsched.access.models import Site
from groupsched.access.queries import current_program, sites
from groupsched.catalog.group_templates import pattern_for
from groupsched.catalog.models import Group, Modality, Place
from groupsched.catalog.queries import (
    places,
    zone_of,
)
from groupsched.catalog.rules import (
    MOST_SEATS,
    SLOT_MINUTES,
    AttendanceMode,
    GroupFields,
    GroupState,
    is_break,
    over_room,
)
from groupsched.catalog.service import fields_of
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.tokens import public_id
from groupsched.schedule.forms import DefineForm, as_day
from groupsched.schedule.models import Occurrence, SavedPattern, Series
from groupsched.schedule.preview import SchedulePreview, preview_of, sentence_of
from groupsched.schedule.queries import closed_on, coming, current_series, series_of
from groupsched.schedule.routes.editor_choices import give_choices
from groupsched.schedule.routes.editor_said import (
    FEW_WEEKS,
    as_saved,
    said_by_template,
    said_in_fields,
    said_of_found_time,
    said_of_time,
    self_as_lead,
)
from groupsched.schedule.routes.rooms_chosen import rooms_chosen
from groupsched.schedule.rules import (
    LAST_DAY,
    ClosedDays,
    OccurrenceStatus,
    RuleRefused,
    SeriesRule,
    choices_of,
    last_date,
    lay_slots,
    next_dates,
    slot_on,
    slot_plan,
)
from groupsched.schedule.service import SeenVersions, met_besides, series_version
from groupsched.schedule.words import slots_sentence


@dataclass(frozen=True)
class SeatsAsked:
    """What follows from so many seats (None: no limit): `room` is one that holds fewer, `dates` how many coming dates have
    more people than that, `most` the most people on one of them."""

    offered: int | None
    room: Place | None
    dates: int
    most: int


@dataclass
class GroupEditor:
    """A form, the group it changes (None for a new one) and the series that goes on."""

    identity: Identity
    form: DefineForm
    group: Group | None = None
    series: Series | None = None
    pattern: Modality | None = None
    saved: SavedPattern | None = None

    def rule(self) -> SeriesRule:
        """The rule of what is in the form. Raises RuleRefused."""
        return self.form.rule(self.zone(), self.series.rrule if self.series else "")

    def zone(self) -> str:
        """The zone of the wall clock: that of the series, else of the chosen room's site, else of the program."""
        if self.series is not None:
            return self.series.timezone
        if self.group is not None:
            return zone_of(self.group)
        room = next((place for place in self.rooms if place.uid == self.form.place.data), None)
        site = db.session.get(Site, room.site_id) if room is not None and room.site_id else None
        program = current_program(self.identity)
        return site.timezone if site else program.timezone if program else "UTC"

    def fields(self) -> GroupFields:
        """What the form says of the group; what it does not ask stays as it was, or comes with the kind of session."""
        if self.group is not None and self.form.modality.data == self.group.modality.key:
            pair = self.group.secular_pair
            return self.form.group_fields(self.group.run_sheet, pair.uid if pair else None)
        return self.form.group_fields()

    @cached_property
    def rooms(self) -> list[Place]:
        """The rooms that can be chosen: those of the program, and the group's own, which may be out of use."""
        own, rows = self.group.place if self.group else None, places(self.identity)
        return [*rows, own] if own is not None and own not in rows else rows

    @cached_property
    def elsewhere(self) -> dict[datetime, int]:
        """The rooms that were chosen for single dates, by when these begin."""
        return rooms_chosen(self.rooms)

    def place(self) -> Place | None:
        """The room that is chosen in the form."""
        return next((row for row in self.rooms if row.uid == self.form.place.data), None)

    def moves_to(self) -> Site | None:
        """The site to which a group that people see would go with its room; None where it stays."""
        room, group = self.place(), self.group
        if group is None or room is None or not group.published or room.site_id in (None, group.site_id):
            return None
        return next((site for site in sites(self.identity) if site.id == room.site_id), None)

    def linked(self) -> bool:
        """Whether the room that is chosen has a link of its own."""
        room = self.place()
        return room is not None and bool(room.online_link)

    def seats(self) -> SeatsAsked:
        """What follows from the seats that are in the form: for the room, and for those who are in already."""
        if self.form.in_slots:
            return SeatsAsked(None, None, 0, 0)
        offered = None if self.form.no_limit.data else self.form.capacity.data
        said = offered is not None or bool(self.form.no_limit.data)
        room = self.place() if self.form.attendance_mode.data != AttendanceMode.ONLINE else None
        fuller = self._fuller_than(offered) if offered is not None else []
        over = room if said and room is not None and over_room(offered, room.capacity) else None
        return SeatsAsked(offered, over, len(fuller), max(fuller, default=0))

    @property
    def lasted(self) -> int | None:
        """How many minutes a date lasts as things stand; None for a group that is new."""
        return self.series.rule.duration_minutes if self.series is not None else None

    def long(self) -> int:
        """How many minutes it would last, where that is to be asked about; 0 for nothing to ask."""
        return 0 if self.form.in_slots else self.form.long_of(self.lasted)

    def slots(self) -> str:
        """The slots of a date as the form says them, in a sentence; nothing where it has none, or it cannot be said yet."""
        fields = self.fields()
        if (
            not self.form.in_slots
            or fields.slot_minutes not in SLOT_MINUTES
            or not all(map(is_break, fields.slot_breaks))
        ):
            return ""
        with suppress(RuleRefused):
            rule = self.rule()
            day = next((one.day for one in next_dates(rule, clock.today(rule.timezone), 1)), rule.starts_on)
            date = slot_on(rule, day)
            cut = slot_plan(fields.slot_minutes, fields.slot_gap, fields.slot_breaks)
            each = len(lay_slots(date.start, date.end, rule.zone, cut)) if cut else 0
            return slots_sentence(fields, each)
        return ""

    def _fuller_than(self, offered: int) -> list[int]:
        """How many are in, of the coming dates with more people than so many seats; where seats become fewer."""
        group = self.group
        if group is None or not group.published or (group.capacity or MOST_SEATS + 1) <= offered:
            return []
        ahead = (one for one in self.coming if one.status == OccurrenceStatus.SCHEDULED)
        return [one.seats.room_taken for one in ahead if one.seats.room_taken > offered]

    def preview(self) -> SchedulePreview:
        """Sentence and dates of what is in the form."""
        return preview_of(self.rule, self.cancelled(), self._besides, self.closed)

    def closed(self, rule: SeriesRule) -> Mapping[date, str]:
        """On which days nobody is let in, as publishing takes it; of what people see already the plan says it."""
        online = self.form.attendance_mode.data == AttendanceMode.ONLINE
        usual = ClosedDays.KEEP if online else ClosedDays.SKIP
        answer = (self.series.closed_days if self.series is not None else None) or usual
        if answer is not ClosedDays.SKIP or (self.group is not None and self.group.published):
            return {}
        room = self.place()
        own, uid = self.group.site_id if self.group is not None else None, self.fields().site
        site = room.site_id if room is not None else own
        if site is None and uid:
            site = next((one.id for one in sites(self.identity) if one.uid == uid), None)
        return closed_on(self.identity.program_id or 0, rule, room.id if room is not None else None, site)

    def _besides(self, rule: SeriesRule) -> frozenset[date]:
        own = self.series.id if self.series is not None else None
        others = (
            one for one in self.coming if one.series_id != own and one.status == OccurrenceStatus.SCHEDULED
        )
        return met_besides(rule, {one.start for one in others})

    @cached_property
    def coming(self) -> list[Occurrence]:
        """The dates to come of the group that is changed."""
        return [row for row in self._ahead if not row.dropped]

    @cached_property
    def _ahead(self) -> list[Occurrence]:
        group = self.group
        return coming(group, clock.now(), None, dropped=True) if group is not None else []

    def cancelled(self) -> frozenset[date]:
        """The coming dates that were cancelled: also where the rule in the form has them, they do not take place."""
        return frozenset(
            date.fromisoformat(row.original_local[:10])
            for row in self._ahead
            if row.status == OccurrenceStatus.CANCELLED and not row.fell_away
        )

    def other_series(self) -> list[str]:
        """When the group meets besides: series that this form does not touch, in a sentence each."""
        rows = series_of(self.group) if self.group is not None else []
        ahead = [row for row in rows if (last_date(row.rule) or LAST_DAY) >= clock.today(row.timezone)]
        return [sentence_of(row) for row in ahead if row.ended_at is None and row is not self.series]

    def seen(self) -> SeenVersions:
        """The versions the writer saw; nonsense is an old version."""
        numbers = [field.data or "" for field in (self.form.version, self.form.series_version)]
        group, series = (
            int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0 for text in numbers
        )
        return SeenVersions(group, series)

    def theirs(self) -> DefineForm:
        """The form as the group is now."""
        form = DefineForm(formdata=None, data=_start(self.identity, self.group, self.series, None))
        give_choices(replace(self, form=form))
        return form

    def look_again(self) -> None:
        """Read anew what somebody else has saved."""
        db.session.expire_all()
        self.forget()
        self.remember_versions()

    def use_room(self, uid: str) -> None:
        """Choose another room, as the button beside clashes does without a script."""
        if any(room.uid == uid for room in self.rooms):
            self.form.place.data = uid

    def forget(self) -> None:
        """Know no more what was read."""
        self.series = current_series(self.group) if self.group is not None else None
        for kept in ("coming", "_ahead", "rooms"):
            vars(self).pop(kept, None)

    def remember_versions(self) -> None:
        """Have the next save be a change of what is there now."""
        if self.group is not None:
            self.form.version.data = str(self.group.version)
            self.form.series_version.data = str(series_version(self.series))


def editor(
    identity: Identity,
    group: Group | None = None,
    pattern: Modality | None = None,
    saved: SavedPattern | None = None,
) -> GroupEditor:
    """The form as it stands: as sent, else as the group is, else as the pattern fills it, or a saved template."""
    # Read first, the program and its sites are found in the session by everything below, without a statement each.
    current_program(identity)
    series = current_series(group) if group is not None else None
    start = _start(identity, group, series, pattern) if request.method == "GET" else None
    form = DefineForm(data=start | as_saved(saved) if saved is not None and start is not None else start)
    found = GroupEditor(identity, form, group, series, pattern, saved)
    give_choices(found)
    if request.method == "GET":
        found.remember_versions()
    elif series is None or (group is not None and not group.published):
        form.fill_first(clock.today(found.zone()))
    return found


def _start(
    identity: Identity, group: Group | None, series: Series | None, pattern: Modality | None
) -> dict[str, Any]:
    if group is not None:
        return said_in_fields(fields_of(group), is_draft=group.state == GroupState.DRAFT) | (
            said_of_time(choices_of(series.rule), series) if series else {}
        )
    start: dict[str, Any] = {
        "uid": public_id(), "languages": ["en"], "lead": self_as_lead(identity), "every": FEW_WEEKS,
    }  # fmt: skip
    return (
        start
        | (said_by_template(pattern, pattern_for(pattern), identity) if pattern else {})
        | said_of_found_time(identity)
    )


def toggle_skip(form: DefineForm, day: str) -> None:
    """Skip a date, or add it back: what the buttons beside the dates do without a script."""
    found = as_day(day)
    if found is not None:
        form.skip.data = set(form.skip.data or ()) ^ {found}


def chosen_uid(text: str | None) -> str | None:
    """The id that the page chose for a new group, so that a second click finds the first one's group."""
    return text if text and len(text) == 14 and text.isascii() and text.isalnum() else None
