"""Pages of the sheet: the list and its rows, marks, walk-ins, finishing; and of the record afterwards."""

from groupsched.attendance.routes import absences, calls, closing, held, marks, record, sheet, walk_in
from groupsched.attendance.routes.blueprint import blueprint

__all__ = ["absences", "blueprints", "calls", "closing", "held", "marks", "record", "sheet", "walk_in"]

blueprints = (blueprint, record.blueprint, calls.blueprint)
