"""The shape of what is asked of the schedule: groups, times, dates."""

from groupsched.schedule.forms.changing import WHEN, DateForm, EndForm, SeriesForm
from groupsched.schedule.forms.closing import CancelForm, ClosureForm
from groupsched.schedule.forms.defining import DefineForm
from groupsched.schedule.forms.fields import as_day
from groupsched.schedule.forms.finding import FindTimeForm
from groupsched.schedule.forms.repeating import RuleForm

__all__ = [
    "WHEN",
    "CancelForm",
    "ClosureForm",
    "DateForm",
    "DefineForm",
    "EndForm",
    "FindTimeForm",
    "RuleForm",
    "SeriesForm",
    "as_day",
]
