"""The shape of what people type about themselves and others; what it means is decided in rules.py."""

from collections.abc import Callable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget

from groupsched.accounts.rules import LONGEST_PASSWORD, is_mail_address
from groupsched.core.errors import DomainError
from groupsched.core.fields import KeptField, LineField, needed
from groupsched.core.i18n import _, _l

LONGEST_PATH = 2000


def at_most(longest: int) -> Callable[[Any, Any], None]:
    """Refuse what is longer than a column, saying the limit and the present length."""

    def check(_form: Any, field: Any) -> None:
        if len(field.data or "") > longest:
            label, count = field.label.text, len(field.data)
            raise ValidationError(
                _(
                    "%(field)s can have %(max)s characters. It has %(count)s now.",
                    field=label,
                    max=longest,
                    count=count,
                )
            )

    return check


def has_choice(_form: Any, field: Any) -> None:
    """Refuse a list of which nothing was chosen."""
    if not field.data:
        raise ValidationError(_("Choose at least one."))


def mail_shape(_form: Any, field: Any) -> None:
    """Refuse what is no single mail address."""
    if not is_mail_address(field.data or ""):
        raise ValidationError(_("This mail address looks cut off. Please check it."))


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


class SignInForm(FlaskForm):
    """Who are you, and are you you."""

    login = LineField(_l("Your name here, or e-mail"), [at_most(254)])
    password = PasswordField(_l("Password"), [at_most(LONGEST_PASSWORD)])
    own_phone = BooleanField(_l("This is my own phone. Keep me signed in for 30 days."))
    next = KeptField(limit=LONGEST_PATH)


class CodeForm(FlaskForm):
    """The printed code of a slip."""

    code = LineField(_l("Your code"), [at_most(60)])


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


class SettingsForm(FlaskForm):
    """One's own settings."""

    language = RadioField(_l("Language"))
    wants_mail = BooleanField(
        _l("Send me messages by mail. They say no more than “you have an appointment”.")
    )


class PersonForm(FlaskForm):
    """What staff write down about a person. The view fills the choices."""

    first_name = LineField(_l("First name"), [needed, at_most(80)])
    last_name = LineField(_l("Last name"), [at_most(80)])
    email = LineField(_l("Mail address"), [Optional(), mail_shape], widget=EmailInput())
    phone = LineField(_l("Phone"), [at_most(40)])
    language = SelectField(_l("Language for messages"))
    site_id = SelectField(_l("Place"), coerce=int)
    version = KeptField()


class NewPersonForm(PersonForm):
    """A new person, with the roles they start with. The page chooses the id: a second click finds the first one's person."""

    uid = KeptField()
    roles = SelectMultipleField(
        _l("What they do here"), [has_choice], option_widget=CheckboxInput(), widget=ListWidget()
    )


class RoleForm(FlaskForm):
    """A role for a person. The view fills the choices with what may be given."""

    role = SelectField(_l("Role"))
    site_id = SelectField(_l("Where"), coerce=int)
    start = DateField(_l("First day"), [Optional(), in_reach])
    until = DateField(_l("Last day"), [Optional(), in_reach])
