"""The form of what is done to several dates; the page asks for the fields of one act."""

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import Optional, ValidationError

from groupsched.catalog.forms import NumberField
from groupsched.catalog.rules import SENTENCE_LENGTH
from groupsched.core.fields import KeptField, LineField, ProseField, at_most
from groupsched.core.i18n import _, _l
from groupsched.schedule.forms.fields import ClockField, DayField, ManyField

SEEN_LENGTH, KEPT_REASON_LENGTH = 12000, 300


class DatesPickedForm(FlaskForm):
    """Which dates are to be ticked at once. The view gives the days of the week on which there are any."""

    first = DayField(_l("From"), [Optional()])
    last = DayField(_l("To"), [Optional()])
    days = ManyField(_l("On"), coerce=int, validate_choice=False)

    def validate_last(self, field: Any) -> None:
        """The last day is not before the first."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("The last day comes before the first."))

    def picks(self, day: date) -> bool:
        """Whether a date on this day is to be ticked; days that were not said are all."""
        return (
            (not self.first.data or day >= self.first.data)
            and (not self.last.data or day <= self.last.data)
            and (not self.days.data or day.weekday() in self.days.data)
        )


class ChosenDatesForm(FlaskForm):
    """What is wanted of chosen dates. The view gives the rooms and the people."""

    reason = ProseField(
        _l("Why"),
        description=_l(
            "A few words. Everyone who opens the page reads them, so name nobody. Calendars and messages do not show them."
        ),
        render_kw={"rows": 3, "maxlength": 300},
    )
    minutes = NumberField(_l("By how many minutes"), [Optional()], description=_l("Later: 30. Earlier: -30."))
    at = ClockField(_l("Or the new time for all of them"))
    place = SelectField(_l("Room"), validate_choice=False)
    leads = ManyField(_l("Who leads"), description=_l("Nobody chosen: those who lead the group."))
    note = LineField(
        _l("Note to those who come"), [at_most(SENTENCE_LENGTH)], description=_l("Nothing written: no note.")
    )
    keep = LineField(
        _l("Keep both, and say why"),
        [at_most(KEPT_REASON_LENGTH)],
        description=_l("They share the room, or one of them finds somebody else."),
    )
    seen = KeptField(limit=SEEN_LENGTH)
