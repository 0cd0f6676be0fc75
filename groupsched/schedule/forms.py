"""The shape of the form that defines a group; what it means is decided by the rules of the two rooms."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import product
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from groupsched.catalog.forms import OTHER_LANGUAGES, NumberField, in_words_of, kindly
from groupsched.catalog.rules import (
    PROSE,
    TEXTS_OF_A_GROUP,
    Access,
    AttendanceMode,
    GroupFields,
    Orientation,
    Setting,
    Structure,
    cleaned,
    field_in,
    problems,
    publishing_problems,
)
from groupsched.catalog.words import reason
from groupsched.core.errors import DomainError
from groupsched.core.fields import KeptField, LineField, ProseField, at_most, in_reach, needed
from groupsched.core.i18n import _, _l, language_name
from groupsched.core.regions import clock, parse_clock
from groupsched.core.text import clean_line
from groupsched.schedule.models import CLOSURE_NAME_LENGTH
from groupsched.schedule.rules import (
    Ends,
    MonthlyBy,
    RepeatChoices,
    Repeats,
    RuleRefused,
    SeriesRule,
    build_rule,
    minutes_between,
)

E = TypeVar("E", bound=StrEnum)
MOST_SKIPS = 999
# Where the form asks for a field of the rules under another name.
ASKED_AS = {"facilitators": "lead", "named_person": "lead", "duration_minutes": "end_time", "rrule": "repeats",
            "timezone": "place", "site": "place", "skip": "repeats", "slot_breaks": "break_end"}  # fmt: skip


DayField = kindly(DateField, _l("Write the date like 2026-12-03."))


class ClockField(Field):
    """A time as people of the region write it, and read it back."""

    widget = TextInput()

    def __call__(self, **attributes: Any) -> Markup:
        """The field with an example in it, until something is written."""
        return super().__call__(**{"placeholder": clock(time(18, 0)), "autocomplete": "off", **attributes})

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        # What is shown again is clean too: a control character would break the page.
        self.raw_data = [clean_line(value) for value in valuelist]
        if not any(self.raw_data):
            self.data = None
            return
        try:
            self.data = parse_clock(self.raw_data[0])
        except ValueError:
            self.data = None
            raise ValueError(_("Write the time like %(example)s.", example=clock(time(18, 0)))) from None


class ManyField(SelectMultipleField):
    """Several of a list, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, without saying it again."""
        known = {value for value, *_rest in self.iter_choices()}
        if any(value not in known for value in self.data or ()):
            raise ValidationError(_("Choose from the list."))


class DatesField(Field):
    """Dates that the page itself wrote into hidden fields; anything else among them is ignored."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {day for text in valuelist[:MOST_SKIPS] if (day := as_day(text)) is not None}


def as_day(text: str) -> date | None:
    """A date written like 2026-12-03, None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _enum(kind: type[E], value: Any, default: E) -> E:
    return kind(value) if value in list(kind) else default


class WhatForm(FlaskForm):
    """What a group is: its words, in each language, its kind and its style."""

    title = LineField(_l("Title"))
    modality = SelectField(_l("Kind of session"))
    description = ProseField(_l("What happens"))
    not_asked = ProseField(_l("What is not asked"))
    structure = RadioField(_l("Style"), default="")
    orientation = SelectField(_l("Secular or faith-based"), default="")
    tradition = LineField(_l("Tradition"))

    def translations(self) -> list[tuple[str, dict[str, Field]]]:
        """Every other language by its name, with its fields by what they say."""
        return [(language_name(code), self._in(code)) for code in OTHER_LANGUAGES]

    def texts(self, *, faith: bool) -> dict[str, dict[str, str]]:
        """What is said in other languages; a tradition only of a faith-based group."""
        said = {
            code: {name: one.data or "" for name, one in self._in(code).items()} for code in OTHER_LANGUAGES
        }
        return said if faith else {code: words | {"tradition": ""} for code, words in said.items()}

    def _in(self, language: str) -> dict[str, Field]:
        return {name: self[field_in(name, language)] for name in TEXTS_OF_A_GROUP}


for _language, _name in product(OTHER_LANGUAGES, TEXTS_OF_A_GROUP):
    _kind = ProseField if _name in PROSE else LineField
    _label = in_words_of(getattr(WhatForm, _name).args[0], _language)
    setattr(WhatForm, field_in(_name, _language), _kind(_label, render_kw={"lang": _language}))


class DefineForm(WhatForm):
    """A group and when it meets. The view fills the choices."""

    uid = KeptField()
    version = KeptField()
    series_version = KeptField()
    setting = RadioField(_l("Group or one to one"), default=Setting.GROUP)

    repeats = RadioField(_l("Repeats"), default=Repeats.WEEKLY)
    weekdays = ManyField(_l("On"), coerce=int)
    every = NumberField(_l("Every how many weeks"), [Optional()])
    monthly_by = RadioField(_l("Each month on"), default=MonthlyBy.DAY)
    starts_on = DayField(_l("First date"), [Optional()])
    start_time = ClockField(_l("Starts"), [Optional()])
    end_time = ClockField(_l("Ends"), [Optional()])
    ends = SelectField(_l("Ends on"), default=Ends.OPEN)
    count = NumberField(_l("How many times"), [Optional()])
    until = DayField(_l("Last date"), [Optional()])
    skip = DatesField(_l("Skipped dates"), default=frozenset)

    attendance_mode = RadioField(_l("In a room or online"), default=AttendanceMode.IN_PERSON)
    place = SelectField(_l("Room"))
    online_link = LineField(_l("Link for those who come online"))
    lead = SelectField(_l("Who leads"))
    others = ManyField(_l("Also leading"))

    capacity = NumberField(_l("Seats"), [Optional()])
    no_limit = BooleanField(_l("No limit"))
    keep_seats = KeptField(_l("Seats"), limit=4)
    slot_minutes = NumberField(_l("Minutes of a slot"), [Optional()])
    slot_gap = NumberField(_l("Minutes of change-over"), [Optional()])
    break_start = ClockField(_l("Break from"), [Optional()])
    break_end = ClockField(_l("until"), [Optional()])
    second_start = ClockField(_l("Second break from"), [Optional()])
    second_end = ClockField(_l("until"), [Optional()])
    min_to_run = NumberField(_l("Fewest people to meet"), [Optional()])
    decide_hours = NumberField(_l("Hours before to decide"), [Optional()])
    cancels_if_few = BooleanField(_l("Cancel it by itself then, if nobody has decided"))
    access = SelectField(_l("Getting in"), default=Access.ENROL)
    service_type = SelectField(_l("Service type"), default="")
    hidden = BooleanField(_l("Do not show it in the public list"))
    languages = ManyField(_l("Languages"))
    audience = ManyField(_l("For whom"))
    tags = ManyField(_l("Good to know"))

    def choose(self, **choices: Iterable[tuple[Any, str]]) -> None:
        """Give fields their choices."""
        for name, pairs in choices.items():
            self[name].choices = list(pairs)

    def leaders(self) -> tuple[str, ...]:
        """Who leads, the lead first."""
        return tuple(dict.fromkeys(uid for uid in [self.lead.data, *(self.others.data or ())] if uid))

    def group_fields(self, run_sheet: str = "", secular_pair: str | None = None) -> GroupFields:
        """What was said of the group. What this form does not ask is handed in."""
        setting = _enum(Setting, self.setting.data, Setting.GROUP)
        faith = self.orientation.data == Orientation.FAITH
        return cleaned(
            GroupFields(
                title=self.title.data or "",
                modality=self.modality.data or "",
                description=self.description.data or "",
                not_asked=self.not_asked.data or "",
                orientation=Orientation(self.orientation.data)
                if self.orientation.data in list(Orientation)
                else None,
                tradition=(self.tradition.data or "") if faith else "",
                structure=Structure(self.structure.data) if self.structure.data in list(Structure) else None,
                access=_enum(Access, self.access.data, Access.ENROL),
                setting=setting,
                attendance_mode=_enum(AttendanceMode, self.attendance_mode.data, AttendanceMode.IN_PERSON),
                capacity=None if self.no_limit.data else self.capacity.data,
                min_to_run=self.min_to_run.data,
                decide_hours=self.decide_hours.data if self.min_to_run.data else None,
                cancels_if_few=bool(
                    self.cancels_if_few.data and self.min_to_run.data and self.decide_hours.data
                ),
                languages=tuple(self.languages.data or ()),
                audience=tuple(self.audience.data or ()),
                tags=tuple(self.tags.data or ()),
                place=self.place.data or None,
                online_link=self.online_link.data or "",
                facilitators=self.leaders(),
                hidden=bool(self.hidden.data),
                service_type=self.service_type.data or "",
                slot_minutes=self.slot_minutes.data,
                slot_gap=self.slot_gap.data or 0,
                slot_breaks=self._breaks(),
                run_sheet=run_sheet,
                secular_pair=secular_pair,
                texts=self.texts(faith=faith),
            )
        )

    def _breaks(self) -> tuple[str, ...]:
        """The breaks of the day; half of one is one that cannot be."""
        pairs = ((self.break_start.data, self.break_end.data), (self.second_start.data, self.second_end.data))
        texts = (tuple(f"{one:%H:%M}" if one else "" for one in pair) for pair in pairs)
        return tuple(f"{begins}-{ends}" for begins, ends in texts if begins or ends)

    @property
    def in_slots(self) -> bool:
        """Whether its seats are slots."""
        return bool(self.setting.data == Setting.SLOTS)

    def says_when(self) -> bool:
        """Whether anything was said about the time: a draft may leave it open."""
        return any(
            self[name].raw_data and self[name].raw_data[0] for name in ("starts_on", "start_time", "end_time")
        )

    def rule(self, zone: str, custom: str = "") -> SeriesRule:
        """The rule of the choices. Raises RuleRefused with the first field that is missing or makes no sense."""
        starts_on, start_time, end_time = self.starts_on.data, self.start_time.data, self.end_time.data
        if starts_on is None or start_time is None or end_time is None:
            name, sentence = self._missing_times()[0]
            raise RuleRefused(sentence, name)
        minutes = minutes_between(start_time, end_time)
        if minutes is None:
            raise RuleRefused(_("After %(start)s, please", start=clock(start_time)), "end_time")
        choices = RepeatChoices(
            starts_on=starts_on, start_time=start_time, duration_minutes=minutes, timezone=zone,
            repeats=_enum(Repeats, self.repeats.data, Repeats.WEEKLY), weekdays=self._weekdays(),
            every=self.every.data or 0, monthly_by=_enum(MonthlyBy, self.monthly_by.data, MonthlyBy.DAY),
            ends=_enum(Ends, self.ends.data, Ends.OPEN), count=self.count.data, until=self.until.data, custom=custom,
        )  # fmt: skip
        return build_rule(choices, self.skip.data or ())

    def _missing_times(self) -> list[tuple[str, str]]:
        """What of the date and the two times was not said or can't be read, with the sentence that asks for it."""
        asked = {
            "starts_on": _("Choose the first date."), "start_time": _("Choose when it starts."),
            "end_time": _("Choose when it ends."),
        }  # fmt: skip
        missing = {name: sentence for name, sentence in asked.items() if self[name].data is None}
        return [(name, self._unread(name) or asks) for name, asks in missing.items()]

    def _unread(self, name: str) -> str:
        """Why what somebody wrote in a field can't be read; nothing for a field left empty."""
        written = any(self[name].raw_data or ())
        return str(self[name].process_errors[0]) if written and self[name].process_errors else ""

    def _weekdays(self) -> tuple[int, ...]:
        return tuple(day for day in self.weekdays.data or () if day in range(7))

    def accepts(
        self, fields: GroupFields, rule: Callable[[], SeriesRule], *, publish: bool, linked: bool = False
    ) -> bool:
        """Check shape and meaning; every problem ends up beside its field. `linked`: the place has a link."""
        self.validate()
        self._check_seats(publish=publish)
        missing = publishing_problems(fields, linked=linked) if publish else ()
        for problem in [*problems(fields), *missing]:
            self.refuse(problem.field, reason(problem.reason))
        if not fields.modality:
            self.refuse("modality", reason("modality-unknown"))
        if publish or self.says_when():
            for name, sentence in self._missing_times():
                self.refuse(name, sentence)
            try:
                rule()
            except RuleRefused as refusal:
                self.refuse(refusal.field, _(refusal.text, **refusal.values))
        return not self.errors

    def asks(self, name: str) -> bool:
        """Whether a field is asked at all, as the others stand."""
        repeats, mode = self.repeats.data, self.attendance_mode.data
        faith = self.orientation.data == Orientation.FAITH
        weekly = repeats in (Repeats.WEEKLY, Repeats.BIWEEKLY, Repeats.WEEKS)
        return {
            "weekdays": weekly, "every": repeats == Repeats.WEEKS, "monthly_by": repeats == Repeats.MONTHLY,
            "ends": repeats != Repeats.ONCE, "count": self.ends.data == Ends.AFTER, "until": self.ends.data == Ends.ON,
            "tradition": faith, **{field_in("tradition", code): faith for code in OTHER_LANGUAGES}, "place": mode != AttendanceMode.ONLINE,
            "online_link": mode != AttendanceMode.IN_PERSON, "capacity": not self.in_slots, "no_limit": not self.in_slots,
            **dict.fromkeys(("slot_minutes", "slot_gap", "break_start", "break_end", "second_start", "second_end"), self.in_slots),
        }.get(name, True)  # fmt: skip

    def _check_seats(self, *, publish: bool) -> None:
        """How many seats there are is said once: as a number, or that there is no limit. A draft may leave it open."""
        if self.in_slots:
            if publish and self.slot_minutes.data is None:
                self.refuse("slot_minutes", reason("slot-minutes-range"))
            return
        said = self.capacity.data is not None or bool(self.capacity.errors)
        if said and self.no_limit.data:
            self.refuse("capacity", reason("seats-twice"))
        elif publish and not said and not self.no_limit.data:
            self.refuse("capacity", reason("seats-unsaid"))

    def refuse(self, field: str | None, sentence: str) -> None:
        """Put a sentence beside the field it is about, once; above the form where it has none."""
        name = ASKED_AS.get(field or "", field or "")
        if name not in self or isinstance(self[name], HiddenField):
            self.form_errors.append(sentence)
        elif not self[name].errors:
            self[name].errors = [sentence]

    def refuse_domain(self, error: DomainError) -> None:
        """The same for what a verb refused."""
        self.refuse(error.field, error.message)


class CancelForm(FlaskForm):
    """Why a date is cancelled."""

    reason = ProseField(_l("Why"))


class ClosureForm(FlaskForm):
    """A closed day: where, from when to when, why. The view gives the sites and rooms."""

    site = SelectField(_l("Where"))
    rooms = ManyField(_l("Only these rooms"), validate_choice=False)
    starts = DateField(_l("From"), [Optional(), in_reach])
    ends = DateField(_l("To"), [Optional(), in_reach])
    start_time = ClockField(_l("From what time"))
    end_time = ClockField(_l("Until what time"))
    name = LineField(_l("Reason"), [needed, at_most(CLOSURE_NAME_LENGTH)])

    def span(self, timezone: str) -> tuple[datetime, datetime]:
        """When it begins and ends: whole days where no time is said. Raises DomainError without a first day."""
        first = self.starts.data
        if first is None:
            raise DomainError(_("Say which day."), field="starts", code="no-day")
        last, end_time = self.ends.data or first, self.end_time.data
        start = datetime.combine(first, self.start_time.data or time())
        end = (
            datetime.combine(last, end_time)
            if end_time
            else datetime.combine(last + timedelta(days=1), time())
        )
        zone = ZoneInfo(timezone)
        return start.replace(tzinfo=zone).astimezone(UTC), end.replace(tzinfo=zone).astimezone(UTC)
