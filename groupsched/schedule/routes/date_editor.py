"""What the page that changes a date needs around its form: what it is filled with, and what it stands for in each scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from flask import request

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import leaders, places
from groupsched.catalog.rules import Setting
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.filters import local
from groupsched.core.i18n import _
from groupsched.core.meanwhile import begin_again
from groupsched.schedule.forms import WHEN, DateForm, as_day, as_time
from groupsched.schedule.models import Occurrence
from groupsched.schedule.planned import fields_of_hand
from groupsched.schedule.routes.editor_choices import rooms_to_choose, rule_choices
from groupsched.schedule.routes.editor_said import FEW_WEEKS
from groupsched.schedule.routes.rooms_chosen import rooms_chosen
from groupsched.schedule.rules import (
    NOTHING,
    TIMES,
    ChangeScope,
    DateField,
    Repeats,
    RuleRefused,
    SeriesRule,
    TimetableDate,
    TimetableSeries,
    choices_of,
    end_time,
    first_day,
    line_of,
    rule_ahead,
)
from groupsched.schedule.service import (
    SeenDates,
    TimetableRows,
    WantedDate,
    seen_dates,
    timetable_of,
)

ASKED_FIRST = (Repeats.MONTHLY, Repeats.ONCE)
"""Of these the first date says which day is meant."""
HAND = "hand-"


@dataclass
class DateEditor:
    """A form, the date with which it is about, and for how much it holds."""

    identity: Identity
    form: DateForm
    occurrence: Occurrence
    scope: ChangeScope
    rows: TimetableRows
    group: Group

    @cached_property
    def one(self) -> TimetableDate | None:
        """The date as it stands; None where it cannot be changed any more."""
        found = {row.key: row for row in self.rows.timetable.dates}.get(self.occurrence.id)
        may = found is not None and found.takes_place and self.rows.timetable.changeable(found, clock.now())
        return found if may else None

    @property
    def series(self) -> TimetableSeries:
        """The series of the date."""
        return self.rows.timetable.series_with(self.occurrence.series_id)

    @property
    def zone(self) -> str:
        """The zone of the wall clock."""
        return self.series.rule.timezone

    @property
    def scopes(self) -> list[ChangeScope]:
        """For how much a change may hold: what meets once, or has ended, has nothing after it."""
        repeats = self.series.rule.recurrence is not None and not self.series.ended
        return list(ChangeScope) if repeats else [ChangeScope.THIS]

    def meant(self, scope: ChangeScope) -> list[TimetableDate]:
        """The dates to come that a scope names."""
        one, now, timetable = self.one, clock.now(), self.rows.timetable
        if one is None or scope is ChangeScope.THIS:
            return [one] if one is not None else []
        line = line_of(timetable, one.series)
        rows = [row for row in timetable.dates if row.series in line and row.takes_place]
        rows = [row for row in rows if timetable.changeable(row, now)]
        return [row for row in rows if scope is ChangeScope.ALL or row.day >= one.day]

    @property
    def last_rule(self) -> SeriesRule:
        """The rule of the last part of the line of the series: it says whether there is an end."""
        timetable = self.rows.timetable
        return timetable.series_with(list(line_of(timetable, self.series.key))[-1]).rule

    @cached_property
    def ahead(self) -> SeriesRule:
        """The rule of what is ahead."""
        assert self.one is not None
        return rule_ahead(self.series, self.one, self.scope)

    @cached_property
    def rooms(self) -> list[Place]:
        """The rooms that can be chosen, those of the date and its group among them."""
        rows = places(self.identity)
        own = [one for one in (self.occurrence.place, self.group.place) if one is not None]
        return list(dict.fromkeys([*rows, *own]))

    @cached_property
    def people(self) -> dict[str, Person]:
        """Who may lead, by their ids."""
        rows = [
            *leaders(self.identity.program_id),
            *self.occurrence.leaders,
            *(row.person for row in self.group.facilitators),
        ]
        return {person.uid: person for person in rows}

    @property
    def lasted(self) -> int:
        """How many minutes the date lasts as it stands, or those of the scope."""
        assert self.one is not None
        if self.scope is not ChangeScope.THIS:
            return self.ahead.duration_minutes
        return (self.one.end - self.one.start) // timedelta(minutes=1)

    def long(self) -> int:
        """How many minutes it would last, where that is to be asked about; 0 for nothing to ask."""
        return 0 if self.group.setting == Setting.SLOTS else self.form.long_of(self.lasted)

    def choose(self, form: DateForm) -> None:
        """Give the fields of a form their choices."""
        wide = choices_of(self.ahead).repeats if self.scope is not ChangeScope.THIS else Repeats.WEEKLY
        rule = rule_choices(custom=wide is Repeats.CUSTOM)
        if self.scope is not ChangeScope.THIS:
            rule["repeats"] = [pair for pair in rule["repeats"] if pair[0] != Repeats.ONCE]
        people = [(uid, person.name) for uid, person in self.people.items()]
        group_leads = ", ".join(row.person.short_name for row in self.group.facilitators) or _("Nobody yet")
        form.choose(
            place=[("", _("No room")), *rooms_to_choose(self.identity, self.rooms)],
            lead=[("", _("As the group: %(who)s", who=group_leads)), *people],
            others=people,
            **rule,
        )

    def start(self) -> dict[str, Any]:
        """What the form says as things stand."""
        one = self.one
        assert one is not None
        if self.scope is ChangeScope.THIS:
            begin, end = local(one.start, self.zone), local(one.end, self.zone)
            values = {name: getattr(one, name.value) for name in NOTHING}
            when = {"day": begin.date(), "start_time": begin.time(), "end_time": end.time()}
        else:
            values = {name: self.rows.timetable.usual(self.series, name) for name in NOTHING}
            when = _when(self.ahead)
        return when | self._own(values)

    def _own(self, values: dict[DateField, Any]) -> dict[str, Any]:
        room = next((row.uid for row in self.rooms if row.id == values[DateField.PLACE]), "")
        uids = {person.id: uid for uid, person in self.people.items()}
        lead, *others = [uids[number] for number in values[DateField.LEADS] if number in uids] or [""]
        return {
            "place": room, "online_link": values[DateField.LINK], "lead": lead, "others": others,
            "capacity": values[DateField.SEATS], "title": values[DateField.TITLE], "note": values[DateField.NOTE],
        }  # fmt: skip

    def asked(self, args: Mapping[str, str]) -> dict[str, Any]:
        """What an address asks to have in the form instead of what stands: a day, a start, a room, and somebody to lead
        instead of another. What makes no sense is left out; the length stays."""
        found: dict[str, Any] = {}
        if (day := as_day(args.get("day", ""))) is not None:
            found["day"] = day
        if (start := as_time(args.get("start", ""))) is not None and self.one is not None:
            minutes = (self.one.end - self.one.start) // timedelta(minutes=1)
            found |= {"start_time": start, "end_time": end_time(start, minutes)}
        if args.get("room", "") in {row.uid for row in self.rooms}:
            found["place"] = args["room"]
        return found | self._asked_leads(args.get("lead", ""), args.get("instead", ""))

    def _asked_leads(self, lead: str, instead: str) -> dict[str, Any]:
        if lead not in self.people:
            return {}
        leading = [person.uid for person in self.occurrence.leaders]
        wanted = [lead if uid == instead else uid for uid in leading] if instead in leading else [lead]
        first, *others = dict.fromkeys(wanted)
        return {"lead": first, "others": others}

    def as_it_stands(self) -> DateForm:
        """The form as things stand now, whatever was sent."""
        form = DateForm(formdata=None, data={**self.start(), "scope": self.scope})
        self.choose(form)
        return form

    def switch(self, was: "DateEditor") -> None:
        """Have the form ask for another scope: what its writer changed stays, everything else is as that scope has it."""
        before, after = was.as_it_stands(), self.as_it_stands()
        only = ("day",) if self.scope is ChangeScope.THIS else WHEN
        both_wide = ChangeScope.THIS not in (was.scope, self.scope)
        moved_to = was.moved_to()
        for field in after:
            mine = self.form[field.name]
            left_alone = mine.data == before[field.name].data
            if field.name in self.start() and (left_alone or (field.name in only and not both_wide)):
                mine.raw_data = None
                mine.process(None, field.data)
        self.choose(self.form)
        if moved_to is not None and len(after.weekdays.data or ()) == 1:
            self.form.weekdays.data = [moved_to]
        begin_again(after)
        self.remember()

    def moved_to(self) -> int | None:
        """The weekday on which one date is to be instead of another."""
        day, one = self.form.day.data, self.one
        if self.scope is not ChangeScope.THIS or day is None or one is None:
            return None
        was = local(one.start, self.zone).date()
        return day.weekday() if day.weekday() != was.weekday() else None

    def remember(self) -> None:
        """Have the next save be a change of what is there now."""
        seen = seen_dates(self.occurrence, self.scope)
        self.form.scope.data = self.scope
        self.form.version.data = str(seen.date)
        self.form.series_version.data = str(seen.series)
        self.form.last_change.data = str(seen.change)

    def seen(self) -> SeenDates:
        """What the writer saw; nonsense is an old version."""
        fields = (self.form.version, self.form.series_version, self.form.last_change)
        texts = [field.data or "" for field in fields]
        return SeenDates(
            *(int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1 for text in texts)
        )

    def rule(self) -> SeriesRule:
        """The rule of what is in the form. Raises RuleRefused."""
        form, ahead = self.form, self.ahead
        one = self.one
        assert one is not None
        since = one.day if self.scope is ChangeScope.FOLLOWING else None
        earliest = first_day(self.series, ahead, since, clock.today(self.zone))
        first = ahead.starts_on if form.repeats.data in (Repeats.DAILY, Repeats.CUSTOM) else earliest
        if form.repeats.data in ASKED_FIRST:
            if form.starts_on.data is not None and form.starts_on.data < earliest:
                raise RuleRefused(_("Choose a day that is to come."), "starts_on")
            first = None  # type: ignore[assignment]
        form.skip.data = set(ahead.skip)
        found = form.rule(self.zone, ahead.rrule, first)
        # One rule can be written in two ways: what means the same is left as it is.
        same = (choices_of(found), found.skip) == (choices_of(ahead), ahead.skip)
        return ahead if same else found

    def touched(self, wanted: WantedDate) -> frozenset[DateField]:
        """The fields of which a change of many dates says otherwise."""
        rule = wanted.rule
        says_when = rule is not None and (rule.start_time, rule.duration_minutes, rule.rrule) != (
            self.ahead.start_time, self.ahead.duration_minutes, self.ahead.rrule
        )  # fmt: skip
        return frozenset(wanted.values) | (TIMES if says_when else frozenset())

    def wanted(self) -> WantedDate:
        """What the form wants of the date, or of all in its scope. Raises RuleRefused."""
        if self.scope is not ChangeScope.THIS:
            keeps = [name for name, value in request.form.items() if value == "overwrite"]
            which = (fields_of_hand(name.removeprefix(HAND)) for name in keeps if name.startswith(HAND))
            overwrite = frozenset(one for fields in which for one in fields)
            return WantedDate(
                values=self._values(),
                rooms=rooms_chosen(self.rooms),
                scope=self.scope,
                rule=self.rule(),
                overwrite=overwrite,
                keep=self.form.keep_clashes.data or None,
                seen=self.seen(),
            )
        start, end = self.form.span(self.zone)
        was = self.as_it_stands()
        same = all(
            self.form[name].data == was[name].data.replace(second=0, microsecond=0)
            if name != "day"
            else self.form.day.data == was.day.data
            for name in ("day", "start_time", "end_time")
        )
        values = self._values()
        keep = self.form.keep_clashes.data or None
        if same:
            return WantedDate(values=values, keep=keep, seen=self.seen())
        return WantedDate(start, end, values, keep=keep, seen=self.seen())

    def _values(self) -> dict[DateField, Any]:
        """What is said otherwise than it stands, places and people by their numbers."""
        before, said = self.as_it_stands().said(), self.form.said()
        values = {name: value for name, value in said.items() if value != before[name]}
        if DateField.PLACE in values:
            found = {row.uid: row.id for row in self.rooms}
            values[DateField.PLACE] = found.get(values[DateField.PLACE])
        if DateField.LEADS in values:
            values[DateField.LEADS] = tuple(
                self.people[uid].id for uid in values[DateField.LEADS] if uid in self.people
            )
        return values


def date_editor(identity: Identity, occurrence: Occurrence, scope: ChangeScope | None = None) -> DateEditor:
    """The form as it stands: as sent, else as the date is, or all that the scope names are."""
    group = occurrence.group  # held: reading the timetable anew lets go of it
    rows = timetable_of(group)
    asked = scope or scope_of(request.values.get("scope", ""))
    bare = DateForm(formdata=None)
    found = DateEditor(identity, bare, occurrence, asked, rows, group)
    found.scope = asked if asked in found.scopes else ChangeScope.THIS
    if found.one is None:
        return found
    if request.method != "GET":
        found.form = DateForm()
        found.choose(found.form)
        return found
    # Shown, not sent: it carries no token yet, and is checked where it is filled with what the address asks.
    found.form = DateForm(data=found.start() | found.asked(request.args), meta={"csrf": False})
    found.choose(found.form)
    begin_again(found.as_it_stands())
    found.remember()
    return found


def looked_again(found: DateEditor) -> DateEditor:
    """The same form, over what somebody else has saved."""
    db.session.expire_all()
    group = found.group
    again = DateEditor(found.identity, found.form, found.occurrence, found.scope, timetable_of(group), group)
    again.scope = found.scope if found.scope in again.scopes else ChangeScope.THIS
    return again


def scope_of(text: str) -> ChangeScope:
    """The scope of this name; this date alone for anything else."""
    return ChangeScope(text) if text in list(ChangeScope) else ChangeScope.THIS


def _when(rule: SeriesRule) -> dict[str, Any]:
    choices = choices_of(rule)
    when = {name: getattr(choices, name) for name in WHEN}
    every = choices.every if choices.repeats is Repeats.WEEKS else FEW_WEEKS
    ends = end_time(choices.start_time, choices.duration_minutes)
    return when | {
        "weekdays": list(choices.weekdays), "every": every, "start_time": choices.start_time, "end_time": ends,
    }  # fmt: skip
