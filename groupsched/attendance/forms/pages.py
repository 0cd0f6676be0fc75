"""Shapes of what the sheet's pages send."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import InputRequired, Length, StopValidation

from groupsched.core.fields import KeptField, LineField, ProseField, in_reach
from groupsched.core.i18n import _, _l


class GivenReason(InputRequired):
    """A reason with words in it; says what is wanted, as the service does."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(_("Please give a short reason. It is kept in the history."))


class GuestForm(FlaskForm):
    """A guest at the door: a first name helps, and need not be given."""

    guest_name = LineField(_l("First name of the guest"), [Length(max=80)])
    op = KeptField(validators=[Length(max=36)])


class SheetReasonForm(FlaskForm):
    """A short reason, kept in the history."""

    reason = LineField(_l("Reason"), [GivenReason(), Length(max=300)])


class ServiceExportForm(FlaskForm):
    """Which days a table is of, and what for."""

    first = DateField(_l("From"), [InputRequired(), in_reach])
    last = DateField(_l("To"), [InputRequired(), in_reach])
    purpose = LineField(_l("What for"), [GivenReason(), Length(max=200)])


class NoteForm(FlaskForm):
    """A note on one row, for staff."""

    note = ProseField(_l("Note for staff"), [Length(max=2000)])
