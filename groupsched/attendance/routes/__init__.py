"""Pages of the sheet: the list and its rows, marks, walk-ins, finishing; and of the record, calls and house around it."""

from groupsched.attendance.routes import (
    absences,
    ahead,
    calls,
    closing,
    door,
    door_codes,
    export,
    held,
    house,
    marks,
    operations,
    paper,
    record,
    review,
    sheet,
    shell,
    signing,
    topics,
    walk_in,
)
from groupsched.attendance.routes.blueprint import blueprint

__all__ = [
    "absences",
    "ahead",
    "blueprints",
    "calls",
    "closing",
    "door",
    "door_codes",
    "export",
    "held",
    "house",
    "marks",
    "operations",
    "paper",
    "record",
    "review",
    "sheet",
    "shell",
    "signing",
    "topics",
    "walk_in",
]

blueprints = (blueprint, review.blueprint, record.blueprint, calls.blueprint, house.blueprint, door.blueprint)
