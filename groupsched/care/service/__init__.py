"""Verbs of care: on teams, on reflections, on calls and on trials."""

from groupsched.care.service.calls import (
    ask_for_call,
    ask_the_next,
    climb_calls,
    finish_call,
    forget_numbers,
    let_go_of_response,
    set_duty,
    take_call,
    withdraw_call,
)
from groupsched.care.service.reflections import (
    REFLECTION,
    put_off_reflection,
    reflect,
    skip_reflection,
)
from groupsched.care.service.teams import (
    LONGEST_AHEAD,
    hand_over,
    join_team,
    leave_team,
    return_to_team,
    take_back_hand_over,
)
from groupsched.care.service.trials import (
    begin_trial,
    change_day,
    days_instead,
    own_date,
    stop_trial,
)

__all__ = [
    "LONGEST_AHEAD",
    "REFLECTION",
    "ask_for_call",
    "ask_the_next",
    "begin_trial",
    "change_day",
    "climb_calls",
    "days_instead",
    "finish_call",
    "forget_numbers",
    "hand_over",
    "join_team",
    "leave_team",
    "let_go_of_response",
    "own_date",
    "put_off_reflection",
    "reflect",
    "return_to_team",
    "set_duty",
    "skip_reflection",
    "stop_trial",
    "take_back_hand_over",
    "take_call",
    "withdraw_call",
]
