"""Shapes of what the sheet's pages send."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation

from groupsched.catalog.rules import clean
from groupsched.core.i18n import _l, words


def _plain(value: str | None) -> str | None:
    return clean(value) if value else value


def _prose(value: str | None) -> str | None:
    return clean(value, lines=True) if value else value


class GivenReason(InputRequired):
    """A reason with words in it; says what is wanted, as the service does."""

    def __call__(self, form: Any, field: Any) -> None:
        if not (field.data or "").strip():
            raise StopValidation(words("errors", "reason_needed"))


class GuestForm(FlaskForm):
    """A guest at the door: a first name helps, and need not be given."""

    guest_name = StringField(_l("First name of the guest"), [Length(max=80)], filters=[_plain])
    op = HiddenField(validators=[Length(max=36)])


class SheetReasonForm(FlaskForm):
    """A short reason, kept in the history."""

    reason = StringField(_l("Reason"), [GivenReason(), Length(max=300)], filters=[_plain])


class NoteForm(FlaskForm):
    """A note on one row, for staff."""

    note = TextAreaField(_l("Note for staff"), [Length(max=2000)], filters=[_prose])
