"""The shape of what staff type about people."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, PasswordField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget

from groupsched.accounts.forms import mail_shape
from groupsched.accounts.models import Person
from groupsched.accounts.rules import LONGEST_PASSWORD, LONGEST_REASON
from groupsched.core.fields import KeptField, LineField, at_most, has_choice, in_reach, needed
from groupsched.core.i18n import _l
from groupsched.enrolment.rules import MOST_BUFFER, USUAL_BUFFER, ApartSpan
from groupsched.enrolment.service import ApartWish


class PersonForm(FlaskForm):
    """What staff write down about a person. The view fills the choices."""

    first_name = LineField(_l("First name"), [needed, at_most(80)])
    last_name = LineField(_l("Last name"), [at_most(80)])
    email = LineField(_l("Mail address"), [Optional(), mail_shape], widget=EmailInput())
    phone = LineField(_l("Phone"), [at_most(40)])
    language = SelectField(_l("Language for messages"))
    site_id = SelectField(_l("Site"), coerce=int)
    version = KeptField()
    use_for_both = ""
    """The address of which the page asks whether it is two people's."""


class NewPersonForm(PersonForm):
    """A new person, with the roles they start with. The page chooses the id: a second click finds the first one's person."""

    uid = KeptField()
    roles = SelectMultipleField(
        _l("What they do here"), [has_choice], option_widget=CheckboxInput(), widget=ListWidget()
    )
    namesakes: Sequence[Person] = ()
    clients: Collection[Person] = ()
    another = ""
    """People of this name, those of them who show as clients, and the name of which the page asks whether it is another person's."""


class WitnessForm(FlaskForm):
    """A second person, who says yes."""

    witness_login = LineField(_l("Their name here, or e-mail"), [at_most(254)])
    witness_password = PasswordField(_l("Their password"), [at_most(LONGEST_PASSWORD)])
    witness_code = LineField(_l("A code of their second step, if they have one"), [at_most(60)])


class BreakGlassForm(FlaskForm):
    """Why, and who it is."""

    reason = LineField(_l("Why do you need to see them?"), [at_most(LONGEST_REASON)])
    current = PasswordField(_l("Your password"), [at_most(LONGEST_PASSWORD)])


class HoldForm(FlaskForm):
    """Why somebody is put on hold, or need not be any more."""

    reason = LineField(_l("Why?"), [needed, at_most(LONGEST_REASON)])


class BringIntoForm(FlaskForm):
    """A group for a person, every coming date of it. The view fills the choices with what may be given."""

    group = SelectField(_l("Group"))
    accept_clash = BooleanField(_l("Also where it clashes with other dates of theirs"))


class ApartForm(FlaskForm):
    """From whom somebody is kept apart: looked for by `q`, then chosen; from when, until when, how far, and why."""

    q = LineField(_l("Name"), [at_most(80)])
    person = KeptField()
    from_day = DateField(_l("From"), [Optional(), in_reach])
    last_day = DateField(_l("Last day"), [Optional(), in_reach])
    minutes = IntegerField(
        _l("Minutes between them at one site"),
        [Optional(), NumberRange(0, MOST_BUFFER)],
        default=USUAL_BUFFER,
    )
    reason = LineField(_l("Why?"), [at_most(500)])

    def wish(self, today: date) -> ApartWish:
        """What is asked for: from today where no day is said, with no minutes where none are."""
        until = self.last_day.data + timedelta(days=1) if self.last_day.data else None
        span = ApartSpan(self.from_day.data or today, until, self.minutes.data or 0)
        return ApartWish(span, self.reason.data or "")


class QualificationForm(FlaskForm):
    """The credential that somebody who leads holds. The view gives the choices."""

    qualification = SelectField(_l("Credential"), validate_choice=False)


class ClearanceForm(FlaskForm):
    """What is cleared for a person, and until when. The view gives the choices."""

    kind = SelectField(_l("Cleared for"))
    until = DateField(_l("Until, if it ends"), [Optional(), in_reach])


class RoleForm(FlaskForm):
    """A role for a person. The view fills the choices with what may be given."""

    role = SelectField(_l("Role"))
    site_id = SelectField(_l("Where"), coerce=int)
    start = DateField(_l("First day"), [Optional(), in_reach])
    until = DateField(_l("Last day"), [Optional(), in_reach])
