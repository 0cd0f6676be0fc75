"""Who leads a date, and who is there besides."""

from enum import StrEnum


class AssignmentRole(StrEnum):
    """As what somebody is at a date. An observer only looks on and is not taken by it; a host receives people."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    SUBSTITUTE = "substitute"
    OBSERVER = "observer"
    HOST = "host"


LEADING = (AssignmentRole.LEAD, AssignmentRole.CO_LEAD, AssignmentRole.SUBSTITUTE)
"""Those who lead the date."""
BESIDE = (AssignmentRole.OBSERVER, AssignmentRole.HOST)
"""Those who are there besides: they do not lead, and see no sheet."""
