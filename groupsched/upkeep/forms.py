"""The shape of a rule of retention."""

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired

from groupsched.core.fields import KeptField, LineField, at_most, needed
from groupsched.core.i18n import _l
from groupsched.upkeep.service import LONGEST_SOURCE


class RetentionForm(FlaskForm):
    """For how many months, and where that is written. `looked_at` are the months of which the page has said what would go:
    a yes counts for these alone; `seen` is the rule that stood then."""

    months = IntegerField(_l("Months"), [InputRequired(_l("Write a number of months."))])
    source = LineField(_l("Where is this written, or who decided it?"), [needed, at_most(LONGEST_SOURCE)])
    looked_at = KeptField()
    seen = KeptField()
