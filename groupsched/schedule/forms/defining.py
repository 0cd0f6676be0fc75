"""The shape of the form that defines a group; what it means is decided by the rules of the two rooms."""

from collections.abc import Callable, Iterator
from itertools import product

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.validators import Optional

from groupsched.catalog.forms import OTHER_LANGUAGES, CountedField, NumberField, in_words_of
from groupsched.catalog.rules import (
    PROSE,
    TEXTS_OF_A_GROUP,
    Access,
    AttendanceMode,
    GroupFields,
    LineMode,
    Orientation,
    Setting,
    Structure,
    cleaned,
    field_in,
    problems,
    publishing_problems,
)
from groupsched.catalog.words import reason
from groupsched.core.fields import KeptField, LineField, ProseField
from groupsched.core.i18n import _, _l, language_name
from groupsched.schedule.forms.fields import ClockField, ManyField, enum_of
from groupsched.schedule.forms.repeating import KEPT_REASON_LENGTH, RuleForm
from groupsched.schedule.rules import RuleRefused, SeriesRule

OF_SLOTS = ("slot_minutes", "slot_gap", "break_start", "break_end", "second_start", "second_end")


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


class DefineForm(WhatForm, RuleForm):
    """A group and when it meets. The view fills the choices."""

    uid = KeptField()
    version = KeptField()
    series_version = KeptField()
    setting = RadioField(_l("Group or one to one"), default=Setting.GROUP)

    attendance_mode = RadioField(_l("In a room or online"), default=AttendanceMode.IN_PERSON)
    place = SelectField(_l("Room"))
    keep_clashes = KeptField(_l("Keep both, and say why"), limit=KEPT_REASON_LENGTH)
    online_link = LineField(_l("Link for those who come online"))
    lead = SelectField(_l("Who leads"))
    others = ManyField(_l("Also leading"))

    capacity = NumberField(_l("Seats"), [Optional()])
    no_limit = BooleanField(_l("No limit"))
    online_capacity = NumberField(_l("Seats online"), [Optional()])
    keep_seats = KeptField(_l("Seats"), limit=4)
    slot_minutes = NumberField(_l("Minutes of a slot"), [Optional()])
    slot_gap = NumberField(_l("Minutes of change-over"), [Optional()])
    break_start = ClockField(_l("Break from"), [Optional()])
    break_end = ClockField(_l("until"), [Optional()])
    second_start = ClockField(_l("Second break from"), [Optional()])
    second_end = ClockField(_l("until"), [Optional()])
    needs = CountedField(_l("What each date needs"), default=dict)
    min_to_run = NumberField(_l("Fewest people to meet"), [Optional()])
    decide_hours = NumberField(_l("Hours before to decide"), [Optional()])
    cancels_if_few = BooleanField(_l("Cancel it by itself then, if nobody has decided"))
    access = SelectField(_l("Getting in"), default=Access.ENROL)
    line_mode = SelectField(_l("When a seat comes free"), default=LineMode.ASK_FIRST)
    service_type = SelectField(_l("Service type"), default="")
    stays_open = BooleanField(_l("It stays open to people after the program"))
    hidden = BooleanField(_l("Do not show it in the public list"))
    languages = ManyField(_l("Languages"))
    audience = ManyField(_l("For whom"))
    tags = ManyField(_l("Good to know"))

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page: what a group is comes before when it meets."""
        return iter(sorted(super().__iter__(), key=lambda one: not hasattr(WhatForm, one.name)))

    def leaders(self) -> tuple[str, ...]:
        """Who leads, the lead first."""
        return tuple(dict.fromkeys(uid for uid in [self.lead.data, *(self.others.data or ())] if uid))

    def group_fields(self, run_sheet: str = "", secular_pair: str | None = None) -> GroupFields:
        """What was said of the group. What this form does not ask is handed in."""
        setting = enum_of(Setting, self.setting.data, Setting.GROUP)
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
                access=enum_of(Access, self.access.data, Access.ENROL),
                setting=setting,
                attendance_mode=enum_of(AttendanceMode, self.attendance_mode.data, AttendanceMode.IN_PERSON),
                capacity=None if self.no_limit.data else self.capacity.data,
                online_capacity=self.online_capacity.data if self.has_pools else None,
                min_to_run=self.min_to_run.data,
                line_mode=enum_of(LineMode, self.line_mode.data, LineMode.ASK_FIRST),
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
                stays_open=bool(self.stays_open.data),
                service_type=self.service_type.data or "",
                slot_minutes=self.slot_minutes.data,
                slot_gap=self.slot_gap.data or 0,
                slot_breaks=self._breaks(),
                needs={thing: number for thing, number in (self.needs.data or {}).items() if number},
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
    def has_pools(self) -> bool:
        """Whether some come online and others into the room, each out of seats of their own."""
        return bool(self.attendance_mode.data == AttendanceMode.HYBRID and self.setting.data == Setting.GROUP)

    @property
    def in_slots(self) -> bool:
        """Whether its seats are slots."""
        return bool(self.setting.data == Setting.SLOTS)

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
            for name, sentence in self.missing_times():
                self.refuse(name, sentence)
            try:
                rule()
            except RuleRefused as refusal:
                self.refuse(refusal.field, _(refusal.text, **refusal.values))
        return not self.errors

    def asks(self, name: str) -> bool:
        """Whether a field is asked at all, as the others stand."""
        mode, faith = self.attendance_mode.data, self.orientation.data == Orientation.FAITH
        return {
            "tradition": faith, **{field_in("tradition", code): faith for code in OTHER_LANGUAGES},
            "place": mode != AttendanceMode.ONLINE, "online_link": mode != AttendanceMode.IN_PERSON,
            "capacity": not self.in_slots, "no_limit": not self.in_slots, "online_capacity": self.has_pools, **dict.fromkeys(OF_SLOTS, self.in_slots),
        }.get(name, super().asks(name))  # fmt: skip

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
