"""Verbs on run sheets: those of a program, of a group, and of one date. What one said before can be had again."""

from groupsched.facilitation.service.dates import change_date_sheet, drop_date_sheet, undo_date_sheet
from groupsched.facilitation.service.groups import choose_sheet, own_for_group
from groupsched.facilitation.service.ready import load_ready_sheets
from groupsched.facilitation.service.templates import (
    add_template,
    retire_template,
    undo_template,
    write_template,
)

__all__ = [
    "add_template",
    "change_date_sheet",
    "choose_sheet",
    "drop_date_sheet",
    "load_ready_sheets",
    "own_for_group",
    "retire_template",
    "undo_date_sheet",
    "undo_template",
    "write_template",
]
