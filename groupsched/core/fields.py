"""Fields of forms for what people write: clean from the moment it arrives (`core/text.py`)."""

from typing import Any

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

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
