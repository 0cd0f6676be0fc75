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
)
from groupsched.enrolment.rules.cards import CardAction, CardFacts, label_of, seats_free
from groupsched.enrolment.rules.clashes import Clash, TimeSpan, clashes
from groupsched.enrolment.rules.filters import CHOICES, FindFilters

__all__ = [
    "CHOICES",
    "Admitted",
    "CardAction",
    "CardFacts",
    "Clash",
    "EntryMode",
    "FindFilters",
    "JoinAnswer",
    "JoinRefused",
    "Promotions",
    "RefusalReason",
    "Requested",
    "TimeSpan",
    "Waitlisted",
    "admit",
    "clashes",
    "door",
    "label_of",
    "promote",
    "seats_free",
]
