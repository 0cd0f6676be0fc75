"""Teams, reflections and calls, without a database or a clock."""

from groupsched.care.rules.calls import (
    CLIMBS_EVERY,
    SAYS_SO_AFTER,
    Turn,
    climbs,
    has_waited_long,
    ladder,
    on_duty,
    told_at,
)
from groupsched.care.rules.reflections import (
    ASKED_AFTER,
    ASKED_AGAIN,
    ASKED_UNTIL,
    ReflectionAnswer,
    added_up,
    is_no_fit,
    of_batches,
    readers_of_reflection,
    reflected_window,
)
from groupsched.care.rules.teams import (
    CareRole,
    CareSpan,
    MemberRefusal,
    on_team,
    refusal_to_join,
    refusal_to_leave,
)

__all__ = [
    "ASKED_AFTER",
    "ASKED_AGAIN",
    "ASKED_UNTIL",
    "CLIMBS_EVERY",
    "SAYS_SO_AFTER",
    "CareRole",
    "CareSpan",
    "MemberRefusal",
    "ReflectionAnswer",
    "Turn",
    "added_up",
    "climbs",
    "has_waited_long",
    "is_no_fit",
    "ladder",
    "of_batches",
    "on_duty",
    "on_team",
    "readers_of_reflection",
    "reflected_window",
    "refusal_to_join",
    "refusal_to_leave",
    "told_at",
]
