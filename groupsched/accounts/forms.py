"""The shape of what people type about themselves and others; what it means is decided in rules.py."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from groupsched.accounts.rules import LONGEST_PASSWORD, is_mail_address
from groupsched.core.fields import KeptField, LineField, at_most, needed
from groupsched.core.i18n import _, _l

LONGEST_PATH = 2000


def mail_shape(_form: Any, field: Any) -> None:
    """Refuse what is no single mail address."""
    if not is_mail_address(field.data or ""):
        raise ValidationError(_("This mail address looks cut off. Please check it."))


class SignInForm(FlaskForm):
    """Who are you, and are you you."""

    login = LineField(_l("Your name here, or e-mail"), [at_most(254)])
    password = PasswordField(_l("Password"), [at_most(LONGEST_PASSWORD)])
    own_phone = BooleanField(_l("This is my own phone. Keep me signed in for 30 days."))
    next = KeptField(limit=LONGEST_PATH)


class CodeForm(FlaskForm):
    """The printed code of a slip."""

    code = LineField(_l("Your code"), [at_most(60)])


class PairingForm(FlaskForm):
    """A tablet that is to be paired: what it is called, and where it is. The view gives the sites."""

    name = LineField(
        _l("Its name"), [needed, at_most(60)], description=_l("Where it lives, not who uses it.")
    )
    site = SelectField(_l("Site"))


class PinForm(FlaskForm):
    """One's own PIN, by somebody who knows the password, and has the phone where that is their second step."""

    pin = LineField(_l("Your new PIN"), [at_most(20)])
    current = PasswordField(_l("Your password"), [at_most(LONGEST_PASSWORD)])
    code = LineField(_l("A code of your second step"), [at_most(60)])


class UnlockForm(FlaskForm):
    """Who unlocks a tablet, and their PIN. The view gives who."""

    who = RadioField(_l("Who are you?"), validate_choice=False)
    pin = LineField(_l("Your PIN"), [at_most(20)])
    next = KeptField(limit=LONGEST_PATH)


class ForgotForm(FlaskForm):
    """Who wants a link for a new password."""

    login = LineField(_l("Your name here, or e-mail"), [at_most(254)])


class FirstPasswordForm(FlaskForm):
    """A password, for the first time or anew."""

    password = PasswordField(_l("Your new password"))
    privacy = BooleanField(_l("I have seen how my information is kept."))


class PasswordForm(FlaskForm):
    """Another password, by somebody who knows the present one."""

    current = PasswordField(_l("Your password now"), [at_most(LONGEST_PASSWORD)])
    password = PasswordField(_l("Your new password"))


class ConfirmForm(FlaskForm):
    """The password once more, before a page that tells much."""

    current = PasswordField(_l("Your password"), [at_most(LONGEST_PASSWORD)])
    next = KeptField(limit=LONGEST_PATH)


class SecondStepForm(FlaskForm):
    """A code of the app, or one on paper."""

    code = LineField(_l("Your code"), [at_most(60)])
    next = KeptField(limit=LONGEST_PATH)


class SecondStepRolesForm(FlaskForm):
    """Which roles sign in with a second step. The view gives the roles."""

    roles = SelectMultipleField(
        _l("Who signs in with a second step"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class SettingsForm(FlaskForm):
    """One's own settings."""

    language = RadioField(_l("Language"))
    wants_mail = BooleanField(
        _l("Send me messages by mail. They say no more than “you have an appointment”.")
    )
    reminds_day = BooleanField(_l("Remind me a day before"))
    reminds_hours = BooleanField(_l("Remind me two hours before"))
    staff_mail = RadioField(_l("Mails about my work"), validate_choice=False)
    quiet_from = SelectField(_l("No reminders from"), validate_choice=False)
    quiet_until = SelectField(_l("until"), validate_choice=False)
