"""The form of a saved template: its name."""

from flask_wtf import FlaskForm

from groupsched.catalog.rules import TITLE_LENGTH
from groupsched.core.fields import LineField, at_most, needed
from groupsched.core.i18n import _l


class PatternForm(FlaskForm):
    """What a saved template is called."""

    name = LineField(_l("Name"), [needed, at_most(TITLE_LENGTH)])
