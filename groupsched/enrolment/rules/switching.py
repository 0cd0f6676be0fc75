"""Why somebody changes groups, if they like to say it."""

from enum import StrEnum


class SwitchReason(StrEnum):
    """What is offered as a reason. Nobody is asked for one; it is for the person and their care team alone."""

    TIME = "the_time"
    FIT = "fit"
    MORE_STRUCTURE = "more_structure"
    LESS_STRUCTURE = "less_structure"
    WITHOUT_FAITH = "without_faith"
    WITH_FAITH = "with_faith"
    OTHER = "other"
