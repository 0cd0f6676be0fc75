"""Who leads a date."""

from enum import StrEnum


class AssignmentRole(StrEnum):
    """As what somebody leads a date."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
