"""What joining, waiting, clashing and finding mean, without a database or a clock."""

from groupsched.enrolment.rules.admission import (
    Admitted,
    Answer,
    Door,
    Moves,
    Reason,
    Refused,
    Requested,
    Waitlisted,
    admit,
    door,
    promote,
)
from groupsched.enrolment.rules.cards import Card, Label, label_of, seats_free
from groupsched.enrolment.rules.clashes import Clash, Span, clashes
from groupsched.enrolment.rules.filters import CHOICES, Filters

__all__ = [
    "CHOICES",
    "Admitted",
    "Answer",
    "Card",
    "Clash",
    "Door",
    "Filters",
    "Label",
    "Moves",
    "Reason",
    "Refused",
    "Requested",
    "Span",
    "Waitlisted",
    "admit",
    "clashes",
    "door",
    "label_of",
    "promote",
    "seats_free",
]
