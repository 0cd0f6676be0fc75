"""The part of a form that says when something meets: the repetition, the times, the end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import Optional

from groupsched.catalog.forms import NumberField
from groupsched.core.errors import DomainError
from groupsched.core.fields import KeptField
from groupsched.core.filters import lasting
from groupsched.core.i18n import _, _l
from groupsched.core.regions import clock, clock_range
from groupsched.schedule.forms.fields import ClockField, DatesField, DayField, ManyField, enum_of
from groupsched.schedule.rules import (
    Ends,
    MonthlyBy,
    RepeatChoices,
    Repeats,
    RuleRefused,
    SeriesRule,
    build_rule,
    first_on,
    minutes_between,
)

KEPT_REASON_LENGTH = 300
ASKED_FROM = 6 * 60
"""A session of more minutes than this is rather a slip than meant: it is asked about."""
# Where the form asks for a field of the rules under another name.
ASKED_AS = {"facilitators": "lead", "named_person": "lead", "duration_minutes": "end_time", "rrule": "repeats",
            "timezone": "place", "site": "place", "skip": "repeats", "slot_breaks": "break_end"}  # fmt: skip


class RuleForm(FlaskForm):
    """When a series meets. The view fills the choices."""

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
    keep_long = KeptField(limit=4)

    def choose(self, **choices: Iterable[tuple[Any, str]]) -> None:
        """Give fields their choices."""
        for name, pairs in choices.items():
            self[name].choices = list(pairs)

    def says_when(self) -> bool:
        """Whether anything was said about the time: a draft may leave it open."""
        return any(
            self[name].raw_data and self[name].raw_data[0] for name in ("starts_on", "start_time", "end_time")
        )

    def rule(self, zone: str, custom: str = "", first: date | None = None) -> SeriesRule:
        """The rule of the choices, from the `first` day on where the form does not ask for it. Raises RuleRefused with the
        first field that is missing or makes no sense."""
        starts_on = first or self.starts_on.data
        start_time, end_time = self.start_time.data, self.end_time.data
        if starts_on is None or start_time is None or end_time is None:
            name, sentence = self.missing_times()[0]
            raise RuleRefused(sentence, name)
        minutes = minutes_between(start_time, end_time)
        if minutes is None:
            raise RuleRefused(_("After %(start)s, please", start=clock(start_time)), "end_time")
        choices = RepeatChoices(
            starts_on=starts_on, start_time=start_time, duration_minutes=minutes, timezone=zone,
            repeats=enum_of(Repeats, self.repeats.data, Repeats.WEEKLY), weekdays=self._weekdays(),
            every=self.every.data or 0, monthly_by=enum_of(MonthlyBy, self.monthly_by.data, MonthlyBy.DAY),
            ends=enum_of(Ends, self.ends.data, Ends.OPEN), count=self.count.data, until=self.until.data, custom=custom,
        )  # fmt: skip
        return build_rule(choices, self.skip.data or ())

    def long_of(self, was: int | None) -> int:
        """How many minutes it lasts, where that is unusually many and they were not so many before; 0 for nothing to ask."""
        starts, ends = self.start_time.data, self.end_time.data
        minutes = minutes_between(starts, ends) if starts and ends else None
        return minutes if minutes and minutes > ASKED_FROM and minutes != was else 0

    def hours(self) -> str:
        """From when until when it is, as the form says it."""
        starts, ends = self.start_time.data, self.end_time.data
        return clock_range(starts, ends) if starts and ends else ""

    def ask_if_long(self, was: int | None) -> None:
        """Refuse an unusual length until it was said that so many minutes are meant."""
        if (minutes := self.long_of(was)) and self.keep_long.data != str(minutes):
            self.refuse("end_time", _("It lasts %(time)s. Is that meant?", time=lasting(minutes)))

    def fill_first(self, today: date) -> None:
        """Have the first date be the first of the chosen days of the week after today, where it was left empty."""
        days = self._weekdays() if self.asks("weekdays") else ()
        if days and self.starts_on.data is None and not any(self.starts_on.raw_data or ()):
            self.starts_on.data, self.starts_on.raw_data = first_on(days, today), None
            self.starts_on.process_errors = []

    def missing_times(self) -> list[tuple[str, str]]:
        """What of the date and the two times was not said or can't be read, with the sentence that asks for it."""
        asked = {
            "starts_on": _("Choose the first date."), "start_time": _("Choose when it starts."),
            "end_time": _("Choose when it ends."),
        }  # fmt: skip
        missing = {name: sentence for name, sentence in asked.items() if self[name].data is None}
        return [(name, self.unread(name) or asks) for name, asks in missing.items()]

    def unread(self, name: str) -> str:
        """Why what somebody wrote in a field can't be read; nothing for a field left empty."""
        written = any(self[name].raw_data or ())
        return str(self[name].process_errors[0]) if written and self[name].process_errors else ""

    def _weekdays(self) -> tuple[int, ...]:
        return tuple(day for day in self.weekdays.data or () if day in range(7))

    def asks(self, name: str) -> bool:
        """Whether a field is asked at all, as the others stand."""
        repeats = self.repeats.data
        return {
            "weekdays": repeats in (Repeats.WEEKLY, Repeats.BIWEEKLY, Repeats.WEEKS), "every": repeats == Repeats.WEEKS,
            "monthly_by": repeats == Repeats.MONTHLY, "ends": repeats != Repeats.ONCE,
            "count": self.ends.data == Ends.AFTER, "until": self.ends.data == Ends.ON,
        }.get(name, True)  # fmt: skip

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
