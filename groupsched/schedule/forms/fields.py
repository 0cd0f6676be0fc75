"""Fields of the forms of the schedule: a day, a time of day, several of a list, dates."""

from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar

from markupsafe import Markup
from wtforms import DateField, Field, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from groupsched.catalog.forms import kindly
from groupsched.core.i18n import _, _l
from groupsched.core.regions import clock, clock_near, parse_clock
from groupsched.core.text import clean_line

E = TypeVar("E", bound=StrEnum)
MOST_SKIPS = 999
STOOD = "-stood"
"""What is added to the name of a time: the field with the one that stood."""
DayField = kindly(DateField, _l("Write the date like 2026-12-03."))


class ClockField(Field):
    """A time as people of the region write it, and read it back: over a time that stood, a bare hour is the one near it. What
    was understood is written out."""

    widget = TextInput()
    stood: time | None = None

    def __call__(self, **attributes: Any) -> Markup:
        """The field with an example in it, until something is written, and the time that stands."""
        shown = super().__call__(**{"placeholder": clock(time(18, 0)), "autocomplete": "off", **attributes})
        stands = self.data or self.stood
        name, value = f"{self.name}{STOOD}", f"{stands:%H:%M}" if stands else ""
        return shown + Markup('<input type="hidden" name="{}" value="{}">').format(name, value)

    def process(self, formdata: Any, *rest: Any, **more: Any) -> None:
        """With the time that stood when the page was drawn."""
        self.stood = as_time(formdata.get(f"{self.name}{STOOD}", "")) if formdata else None
        super().process(formdata, *rest, **more)

    def _value(self) -> str:
        if self.data is not None:
            return clock(self.data)
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        # What is shown again is clean too: a control character would break the page.
        self.raw_data = [clean_line(value) for value in valuelist]
        if not any(self.raw_data):
            self.data = None
            return
        try:
            text = self.raw_data[0]
            self.data = clock_near(text, self.stood) if self.stood is not None else parse_clock(text)
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


def as_time(text: str) -> time | None:
    """A time of day written like 14:30, None for anything else."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0) if found.tzinfo is None else None


def enum_of(kind: type[E], value: Any, default: E) -> E:
    """The member of this value, the default for anything else."""
    return kind(value) if value in list(kind) else default
