"""Dates that nobody else can join, full or called off: found without looking at the others."""

from sqlalchemy import Index, text

from groupsched.schedule.models.dates import Occurrence
from groupsched.schedule.rules import OccurrenceStatus

CLOSED_TO_ALL = (
    f"NOT (status = '{OccurrenceStatus.SCHEDULED}' AND (capacity IS NULL OR taken - online_taken < capacity "
    "OR online_capacity IS NULL OR online_taken < online_capacity))"
)
"""As a condition in a query of dates alone: what its index says, letter by letter, or the databases would not know it again."""

Index(
    "ix_occurrence_closed",
    Occurrence.program_id,
    Occurrence.external,
    Occurrence.start,
    Occurrence.id,
    sqlite_where=text(CLOSED_TO_ALL),
    postgresql_where=text(CLOSED_TO_ALL),
)
