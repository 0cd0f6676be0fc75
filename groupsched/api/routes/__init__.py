"""The JSON interface under /api/v1, a file for each noun, and the page that describes it."""

from groupsched.api.routes import (
    apart,
    attendance,
    bookings,
    care,
    catalog,
    changes,
    clearances,
    closures,
    cohorts,
    covers,
    enrolments,
    feeds,
    groups,
    guests,
    occurrences,
    people,
    questionnaires,
    run_sheets,
    series,
    suggestions,
    tokens,
)
from groupsched.api.routes.refusing import on_refusal, refuse_unknown_parameters

__all__ = ["BATCH", "NOUNS", "blueprints", "on_refusal", "refuse_unknown_parameters"]

NOUNS = (
    clearances, questionnaires, run_sheets, feeds, catalog,
    groups, series, occurrences, changes, bookings, covers, closures, enrolments, cohorts, guests, attendance, people, care, suggestions, apart,
)  # fmt: skip
"""What flask-smorest registers, in the order of the description (startup.py)."""

BATCH = f"{attendance.blueprint.name}.{attendance.Operations.__name__}"
"""The call whose parts are answered one by one."""

blueprints = (tokens.blueprint,)  # with the page that describes the interface
