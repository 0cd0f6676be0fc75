"""The shape of what is asked where somebody is away, and where somebody else is looked for."""

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from groupsched.core.fields import LineField, at_most, in_reach
from groupsched.core.i18n import _l
from groupsched.schedule.forms.fields import ManyField
from groupsched.schedule.models import COVER_REASON_LENGTH


class CoverForm(FlaskForm):
    """Who is asked to lead a date instead, or has said yes; the view gives the people."""

    people = ManyField(_l("Who shall we ask?"), validate_choice=False)
    person = SelectField(_l("Who has said yes"), validate_choice=False)
    reason = LineField(_l("Reason, if you like"))


class TimeOffForm(FlaskForm):
    """From when to when somebody is away; the note is theirs and of those who supervise."""

    starts = DateField(_l("From"), [Optional(), in_reach])
    ends = DateField(_l("To"), [Optional(), in_reach])
    note = LineField(_l("Note, if you like"), [at_most(COVER_REASON_LENGTH)])
