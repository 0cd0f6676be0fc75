"""A mail address that somebody else has too: families and couples share one, and a slip of the pen looks the same."""

from flask import request

from groupsched.access.identity import current
from groupsched.accounts.queries import with_mail
from groupsched.accounts.words import shares_mail_words
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.core.db import db
from groupsched.core.i18n import _
from groupsched.enrolment.queries import seen_by
from groupsched.register.forms import PersonForm

USE_FOR_BOTH = "use_for_both"


def asks_to_share(form: PersonForm, uid: str | None, mail_was: str = "") -> bool:
    """Whether a form gives the person of this public id a new address that somebody has who shows here, and nobody ticked that
    it is for both. The form then says whose it is; of people who do not show nothing is said."""
    mail = (form.email.data or "").lower()
    if not mail or mail in (mail_was.lower(), request.form.get(USE_FOR_BOTH)):
        return False
    others = with_mail(current().program_id, mail, uid).where(seen_by(current()))
    other = db.session.scalar(others.limit(1))
    if other is None:
        return False
    saw(current(), AuditAction.PERSON_LISTED, [other.id])
    form.email.errors = [" ".join([shares_mail_words(other), _("Use it for both?")])]
    form.use_for_both = mail
    return True
