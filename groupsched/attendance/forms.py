"""Shapes of what the sheet's pages send."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from groupsched.catalog.rules import clean
from groupsched.core.i18n import _l


def _plain(value: str | None) -> str | None:
    return clean(value) if value else value


def _prose(value: str | None) -> str | None:
    return clean(value, lines=True) if value else value


class GuestForm(FlaskForm):
    """A guest at the door: a first name helps, and need not be given."""

    guest_name = StringField(_l("First name of the guest"), [Length(max=80)], filters=[_plain])
    op = HiddenField(validators=[Length(max=36)])


class ReasonForm(FlaskForm):
    """A short reason, kept in the history."""

    reason = StringField(_l("Reason"), [InputRequired(), Length(max=300)], filters=[_plain])


class NoteForm(FlaskForm):
    """A note on one row, for staff."""

    note = TextAreaField(_l("Note for staff"), [Length(max=2000)], filters=[_prose])
