"""The shape of what is asked where a time is looked for."""

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import NumberRange, Optional

from groupsched.catalog.forms import NumberField
from groupsched.catalog.rules import MOST_SEATS
from groupsched.core.i18n import _l
from groupsched.schedule.forms.fields import ManyField
from groupsched.schedule.rules import DayPart

MOST_WEEKS = 26


class FindTimeForm(FlaskForm):
    """When a group could meet: for how long, where, led by whom, on which days. The view gives the choices."""

    minutes = NumberField(_l("How many minutes"), [Optional(), NumberRange(5, 1440)], default=60)
    room = SelectField(_l("Room"))
    lead = SelectField(_l("Who leads"))
    others = ManyField(_l("Also leading"), validate_choice=False)
    days = ManyField(_l("On"), coerce=int, default=range(5))
    parts = ManyField(_l("Part of the day"), default=lambda: list(DayPart))
    seats = NumberField(_l("For how many people"), [Optional(), NumberRange(1, MOST_SEATS)])
    weeks = NumberField(_l("For how many weeks"), [Optional(), NumberRange(1, MOST_WEEKS)], default=8)
