"""Shapes of what a sheet is sent: by its pages, and by devices."""

from groupsched.attendance.forms.operations import (
    BatchSchema,
    OperationSchema,
    UnreadOperation,
    read_operation,
)
from groupsched.attendance.forms.pages import GuestForm, NoteForm, ServiceExportForm, SheetReasonForm

__all__ = [
    "BatchSchema",
    "GuestForm",
    "NoteForm",
    "OperationSchema",
    "ServiceExportForm",
    "SheetReasonForm",
    "UnreadOperation",
    "read_operation",
]
