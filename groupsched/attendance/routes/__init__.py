"""Pages of the sheet: the list and its rows, marks, walk-ins, finishing."""

from groupsched.attendance.routes import closing, marks, sheet
from groupsched.attendance.routes import walk_in as walk_in
from groupsched.attendance.routes.blueprint import blueprint

__all__ = ["blueprint", "closing", "marks", "sheet", "walk_in"]
