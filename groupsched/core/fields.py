"""Fields of forms for what people write: clean from the moment it arrives (`core/text.py`)."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from groupsched.core.errors import DomainError
from groupsched.core.i18n import _
from groupsched.core.text import clean_line, clean_prose


class LineField(StringField):
    """One line of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_line(valuelist[0])


class ProseField(TextAreaField):
    """Some lines of text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_prose(valuelist[0])


class KeptField(HiddenField):
    """What the page itself wrote and gets back: one line, cut at `limit`."""

    def __init__(self, label: Any = None, validators: Any = None, limit: int = 40, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.limit = limit

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = clean_line(valuelist[0], self.limit)


def needed(_form: Any, field: Any) -> None:
    """Refuse a text of which nothing can be seen."""
    if not field.data:
        raise ValidationError(_("Please fill this in."))


def at_most(longest: int) -> Callable[[Any, Any], None]:
    """Refuse what is longer than a column, saying the limit and the present length."""

    def check(_form: Any, field: Any) -> None:
        if len(field.data or "") > longest:
            label, count = field.label.text, len(field.data)
            said = _("%(field)s can have %(max)s characters. It has %(count)s now.")
            raise ValidationError(said % {"field": label, "max": longest, "count": count})

    return check


def has_choice(_form: Any, field: Any) -> None:
    """Refuse a list of which nothing was chosen."""
    if not field.data:
        raise ValidationError(_("Choose at least one."))


def add_refusal(form: FlaskForm, refusal: DomainError) -> None:
    """Put a refusal of a verb beside its field, or above the form."""
    field = form[refusal.field] if refusal.field and refusal.field in form else None
    if field is not None:
        field.errors = [*field.errors, refusal.message]
    else:
        form.form_errors.append(refusal.message)


def in_reach(_form: Any, field: Any) -> None:
    """Refuse a day that no calendar of this program reaches."""
    if field.data and not 2000 <= field.data.year <= 2200:
        raise ValidationError(_("Write the date like this: %(example)s", example="2026-12-31"))
