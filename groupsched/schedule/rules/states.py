"""What becomes of a date."""

from enum import StrEnum


class OccurrenceStatus(StrEnum):
    """A date is to come or to be marked, cancelled beforehand, found not to have met, or its sheet is finished."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    DID_NOT_MEET = "did_not_meet"
    FINISHED = "finished"


# Where two dates have one address, the one that takes place comes first.
TAKES_PLACE_FIRST = (
    OccurrenceStatus.SCHEDULED,
    OccurrenceStatus.FINISHED,
    OccurrenceStatus.DID_NOT_MEET,
    OccurrenceStatus.CANCELLED,
)
