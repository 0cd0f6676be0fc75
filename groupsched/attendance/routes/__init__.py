"""Pages of the sheet: the list and its rows, marks, walk-ins, finishing."""

from groupsched.attendance.routes import closing, marks, operations, review, sheet, walk_in
from groupsched.attendance.routes.blueprint import blueprint

__all__ = ["blueprints", "closing", "marks", "operations", "review", "sheet", "walk_in"]

blueprints = (blueprint, review.blueprint)
