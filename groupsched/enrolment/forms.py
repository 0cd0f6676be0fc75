"""The forms of the room: what one wants to join, and whom staff bring."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import Length, Optional

from groupsched.core.fields import KeptField, LineField
from groupsched.core.i18n import _l
from groupsched.enrolment.rules import JoinWish


class JoinForm(FlaskForm):  # type: ignore[misc]
    """Every date, this date, chosen dates, or those dates that have a free place. `wait`: the reader knows it is full."""

    what = RadioField(_l("Keep a seat for"), choices=list(JoinWish), default=JoinWish.WHOLE)
    date = KeptField(validators=[Optional(), Length(max=15)])
    dates = SelectMultipleField(_l("Dates"), validate_choice=False)
    wait = BooleanField()
    accept_clash = BooleanField(_l("Keep both"))

    def as_asked(self) -> dict[str, Any]:
        """What was chosen, for an address."""
        chosen = {"what": self.what.data, "date": self.date.data, "dates": self.dates.data}
        chosen["accept_clash"] = "y" if self.accept_clash.data else None
        return {name: value for name, value in chosen.items() if value}


class BringForm(FlaskForm):  # type: ignore[misc]
    """Staff enrol people: public ids, and for every date or one."""

    people = SelectMultipleField(_l("People"), validate_choice=False)
    letters = KeptField(limit=60)
    when = KeptField(validators=[Optional(), Length(max=15)])
    accept_clash = BooleanField(_l("Also where it clashes with other dates of theirs"))


class EnrolmentReasonForm(FlaskForm):  # type: ignore[misc]
    """A short reason, for staff."""

    reason = LineField(_l("Reason"), validators=[Length(max=300)])
