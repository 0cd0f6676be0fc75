"""Classes of records, in words: what they are called, what goes and what stays, and how many there are."""

from groupsched.core.filters import day
from groupsched.core.i18n import _, ngettext
from groupsched.upkeep.rules import RecordKind
from groupsched.upkeep.service import OldRecords


def kind_names() -> dict[RecordKind, str]:
    """What each class is called, and in this order they stand."""
    return {
        RecordKind.MAIL_TEXT: _("Texts of mails"),
        RecordKind.SHEET_NOTE: _("Notes on attendance"),
        RecordKind.GUEST_NAME: _("Names of guests"),
        RecordKind.FORM_ANSWERS: _("Answers to forms"),
        RecordKind.LEFT_PERSON: _("People who left"),
        RecordKind.ENDED_LINK: _("Calendar links that are off"),
        RecordKind.SIGN_IN: _("Sign-ins that are over"),
        RecordKind.INVITATION: _("Codes and links to set a password"),
    }


def kinds_told() -> dict[RecordKind, str]:
    """What a rule removes of each, and what stays."""
    return {
        RecordKind.MAIL_TEXT: _("What a mail said goes. That it went out, to whom and when, stays."),
        RecordKind.SHEET_NOTE: _("Notes on a person at a session go. Who came stays."),
        RecordKind.GUEST_NAME: _("First names of guests on finished sheets go. That somebody came stays."),
        RecordKind.FORM_ANSWERS: _(
            "What people answered to forms and after sessions goes, handed over or not. That they did, and totals, stay."
        ),
        RecordKind.LEFT_PERSON: _(
            "Name, contact and number go, with mails, notes and calendar links of theirs. "
            "It begins with the end of their role. Who keeps an account or works here stays. Marks stay, of nobody in particular. "
            "Guests go in the same way when they come no more."
        ),
        RecordKind.ENDED_LINK: _("The name of the device and when a calendar last looked go."),
        RecordKind.SIGN_IN: _("When and in which browser somebody was signed in goes. The audit stays."),
        RecordKind.INVITATION: _(
            "That a code or link was made for somebody, and used, goes. The audit stays."
        ),
    }


def number_of(kind: RecordKind, number: int) -> str:
    """So many records of a class."""
    match kind:
        case RecordKind.MAIL_TEXT:
            return ngettext("%(num)s mail text", "%(num)s mail texts", number)
        case RecordKind.SHEET_NOTE:
            return ngettext("%(num)s note", "%(num)s notes", number)
        case RecordKind.GUEST_NAME:
            return ngettext("%(num)s name of a guest", "%(num)s names of guests", number)
        case RecordKind.FORM_ANSWERS:
            return ngettext("%(num)s form that was answered", "%(num)s forms that were answered", number)
        case RecordKind.LEFT_PERSON:
            return ngettext("%(num)s person who left", "%(num)s people who left", number)
        case RecordKind.ENDED_LINK:
            return ngettext("%(num)s calendar link", "%(num)s calendar links", number)
        case RecordKind.SIGN_IN:
            return ngettext("%(num)s sign-in", "%(num)s sign-ins", number)
    return ngettext("%(num)s code or link", "%(num)s codes and links", number)


def span(months: int) -> str:
    """So many months."""
    return ngettext("%(num)s month", "%(num)s months", months)


def would_go(kind: RecordKind, months: int, found: OldRecords, zone: str) -> str:
    """What a rule would remove now, before anybody says yes."""
    if not found.number or found.oldest is None:
        return _("Nothing that may go is older than %(span)s now.", span=span(months))
    return _(
        "This will remove %(what)s older than %(span)s, the oldest from %(day)s.",
        what=number_of(kind, found.number), span=span(months), day=day(found.oldest, zone),
    )  # fmt: skip


def on_hold(number: int) -> str:
    """What stays as its people are on hold; empty where that is nothing."""
    return (
        ngettext(
            "%(num)s more is as old and stays: its person is on hold.",
            "%(num)s more are as old and stay: their people are on hold.",
            number,
        )
        if number
        else ""
    )
