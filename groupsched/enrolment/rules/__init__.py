"""What joining, waiting, clashing and finding mean, without a database or a clock."""

from groupsched.enrolment.rules.admission import (
    Admitted,
    EntryMode,
    JoinAnswer,
    JoinRefused,
    Promotions,
    RefusalReason,
    Requested,
    Waitlisted,
    admit,
    door,
    promote,
    way_back,
)
from groupsched.enrolment.rules.cards import (
    CardAction,
    CardFacts,
    label_of,
    room_open,
    seats_free,
)
from groupsched.enrolment.rules.clashes import (
    Clash,
    TimeSpan,
    clashes,
)
from groupsched.enrolment.rules.filters import (
    CHOICES,
    DIMENSIONS,
    UNSET,
    FindFilters,
    FindView,
    PartOfDay,
    part_of_day,
)
from groupsched.enrolment.rules.index import (
    DateIndex,
    IndexEntry,
    positions,
    ways_out,
)
from groupsched.enrolment.rules.reminding import FARTHEST, Quiet, reminders
from groupsched.enrolment.rules.states import (
    IN_LINE,
    LIVE,
    DateSeatState,
    EnrolmentMode,
    EnrolmentState,
    JoinWish,
    StandingState,
)
from groupsched.enrolment.rules.weekdays import (
    sentences,
    weekly_days,
)

__all__ = [
    "CHOICES",
    "DIMENSIONS",
    "FARTHEST",
    "IN_LINE",
    "LIVE",
    "UNSET",
    "Admitted",
    "CardAction",
    "CardFacts",
    "Clash",
    "DateIndex",
    "DateSeatState",
    "EnrolmentMode",
    "EnrolmentState",
    "EntryMode",
    "FindFilters",
    "FindView",
    "IndexEntry",
    "JoinAnswer",
    "JoinRefused",
    "JoinWish",
    "PartOfDay",
    "Promotions",
    "Quiet",
    "RefusalReason",
    "Requested",
    "StandingState",
    "TimeSpan",
    "Waitlisted",
    "admit",
    "clashes",
    "door",
    "label_of",
    "part_of_day",
    "positions",
    "promote",
    "reminders",
    "room_open",
    "seats_free",
    "sentences",
    "way_back",
    "ways_out",
    "weekly_days",
]
