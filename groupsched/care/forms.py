"""The shape of what is asked about care teams; the views give the people and the roles."""

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from groupsched.core.fields import in_reach, needed
from groupsched.core.i18n import _l


class CareTeamForm(FlaskForm):
    """Who comes to a care team, as what, from when."""

    colleague = SelectField(_l("Who"), [needed], validate_choice=False)
    role = SelectField(_l("Role on this team"), validate_choice=True)
    from_day = DateField(_l("From"), [Optional(), in_reach])


class HandOverForm(FlaskForm):
    """Who takes over, from when."""

    colleague = SelectField(_l("Hand over to"), [needed], validate_choice=False)
    from_day = DateField(_l("From"), [Optional(), in_reach])
