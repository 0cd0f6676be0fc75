"""When a group meets: one rule in, dates, instants and what a sentence says out. Pure: no database, no clock."""

from groupsched.schedule.rules.choices import (
    Ends,
    MonthlyBy,
    RepeatChoices,
    Repeats,
    SaveAct,
    build_rule,
    choices_of,
    end_time,
    minutes_between,
)
from groupsched.schedule.rules.dates import (
    NextDate,
    RuleDate,
    count_dates,
    expand,
    first_date_on_or_after,
    last_date,
    local_dates,
    next_dates,
    overlaps,
    slot_on,
)
from groupsched.schedule.rules.differing import LastDates, RuleDifference, difference
from groupsched.schedule.rules.leading import AssignmentRole
from groupsched.schedule.rules.recurrence import LAST_DAY, Frequency, Recurrence, parse_recurrence
from groupsched.schedule.rules.sentence import SentenceParts, sentence_parts
from groupsched.schedule.rules.series import (
    MAX_COUNT,
    MAX_MINUTES,
    WINDOW_YEARS,
    RuleRefused,
    SeriesRule,
    parse_rule,
)
from groupsched.schedule.rules.splitting import cut_after, rest_of, same_until
from groupsched.schedule.rules.states import TAKES_PLACE_FIRST, OccurrenceStatus

__all__ = [
    "LAST_DAY",
    "MAX_COUNT",
    "MAX_MINUTES",
    "TAKES_PLACE_FIRST",
    "WINDOW_YEARS",
    "AssignmentRole",
    "Ends",
    "Frequency",
    "LastDates",
    "MonthlyBy",
    "NextDate",
    "OccurrenceStatus",
    "Recurrence",
    "RepeatChoices",
    "Repeats",
    "RuleDate",
    "RuleDifference",
    "RuleRefused",
    "SaveAct",
    "SentenceParts",
    "SeriesRule",
    "build_rule",
    "choices_of",
    "count_dates",
    "cut_after",
    "difference",
    "end_time",
    "expand",
    "first_date_on_or_after",
    "last_date",
    "local_dates",
    "minutes_between",
    "next_dates",
    "overlaps",
    "parse_recurrence",
    "parse_rule",
    "rest_of",
    "same_until",
    "sentence_parts",
    "slot_on",
]
