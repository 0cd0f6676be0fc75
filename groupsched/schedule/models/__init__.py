"""The rows of the schedule: series and their dates, what they are about, who leads instead."""

from groupsched.schedule.models.closed import CLOSED_TO_ALL
from groupsched.schedule.models.covers import (
    COVER_REASON_LENGTH,
    CoverAsk,
    Substitution,
    TimeOff,
    WorkingHours,
)
from groupsched.schedule.models.dates import (
    ADDRESS_LENGTH,
    CLOSURE_NAME_LENGTH,
    FORMER_LENGTH,
    OWN_LENGTH,
    Assignment,
    Booking,
    ChangeMade,
    Closure,
    Occurrence,
    Series,
    Timeslot,
    rule_from,
    rule_plain,
)
from groupsched.schedule.models.equipment import EquipmentBooking
from groupsched.schedule.models.topics import OUTLINE_LENGTH, TOPIC_LENGTH, Curriculum, SavedPattern, Topic
from groupsched.schedule.models.zones import ZoneKnown

__all__ = [
    "ADDRESS_LENGTH",
    "CLOSED_TO_ALL",
    "CLOSURE_NAME_LENGTH",
    "COVER_REASON_LENGTH",
    "FORMER_LENGTH",
    "OUTLINE_LENGTH",
    "OWN_LENGTH",
    "TOPIC_LENGTH",
    "Assignment",
    "Booking",
    "ChangeMade",
    "Closure",
    "CoverAsk",
    "Curriculum",
    "EquipmentBooking",
    "Occurrence",
    "SavedPattern",
    "Series",
    "Substitution",
    "TimeOff",
    "Timeslot",
    "Topic",
    "WorkingHours",
    "ZoneKnown",
    "rule_from",
    "rule_plain",
]
