"""What the register reads across the rooms below it: people with what is known of them, and acts with what they name."""

from groupsched.register.queries.acts import (
    ActsRead,
    AuditedObject,
    acts_about,
    acts_of_program,
)
from groupsched.register.queries.asked import (
    AskedAbout,
    asked_about,
    sees_names,
)
from groupsched.register.queries.copies import (
    copy_of,
)
from groupsched.register.queries.glass import (
    looks_under,
)
from groupsched.register.queries.people import (
    PeoplePage,
    PersonRecord,
    find_people,
    grants_shown,
    lists_for,
    may_try,
    people_query,
    people_to_keep_apart,
    record_of,
    trial_shown,
)

__all__ = [
    "ActsRead",
    "AskedAbout",
    "AuditedObject",
    "PeoplePage",
    "PersonRecord",
    "acts_about",
    "acts_of_program",
    "asked_about",
    "copy_of",
    "find_people",
    "grants_shown",
    "lists_for",
    "looks_under",
    "may_try",
    "people_query",
    "people_to_keep_apart",
    "record_of",
    "sees_names",
    "trial_shown",
]
