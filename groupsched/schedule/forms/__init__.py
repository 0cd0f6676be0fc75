"""The shape of what is asked of the schedule: groups and their times, closed days, topics."""

from groupsched.schedule.forms.chosen import ChosenDatesForm
from groupsched.schedule.forms.defining import CancelForm, ClosureForm, DefineForm, as_day
from groupsched.schedule.forms.patterns import PatternForm
from groupsched.schedule.forms.topics import TopicForm, TopicLinesForm, TopicOrderForm

__all__ = [
    "CancelForm",
    "ChosenDatesForm",
    "ClosureForm",
    "DefineForm",
    "PatternForm",
    "TopicForm",
    "TopicLinesForm",
    "TopicOrderForm",
    "as_day",
]
