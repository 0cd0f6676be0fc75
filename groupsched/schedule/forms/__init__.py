"""The shape of what is asked of the schedule: groups, times, dates, closed days, topics."""

from groupsched.schedule.forms.changing import WHEN, DateForm, EndForm, KeepForm, SeriesForm
from groupsched.schedule.forms.chosen import ChosenDatesForm, DatesPickedForm
from groupsched.schedule.forms.closing import CancelForm, ClosureForm
from groupsched.schedule.forms.covering import CoverForm, TimeOffForm
from groupsched.schedule.forms.defining import DefineForm
from groupsched.schedule.forms.fields import as_day, as_time
from groupsched.schedule.forms.finding import FindTimeForm
from groupsched.schedule.forms.patterns import PatternForm
from groupsched.schedule.forms.repeating import RuleForm
from groupsched.schedule.forms.topics import TopicForm, TopicLinesForm, TopicOrderForm

__all__ = [
    "WHEN",
    "CancelForm",
    "ChosenDatesForm",
    "ClosureForm",
    "CoverForm",
    "DateForm",
    "DatesPickedForm",
    "DefineForm",
    "EndForm",
    "FindTimeForm",
    "KeepForm",
    "PatternForm",
    "RuleForm",
    "SeriesForm",
    "TimeOffForm",
    "TopicForm",
    "TopicLinesForm",
    "TopicOrderForm",
    "as_day",
    "as_time",
]
