"""The words of the catalogue's choices and refusals, in the language of the page."""

from groupsched.core.i18n import _


def reason(key: str) -> str:
    """The sentence for a field that does not fit."""
    return {
        "title-missing": _("Give it a title, such as “Tea and talk”."),
        "too-long": _("This is too long. Please shorten it."),
        "not-a-link": _("A link starts with https:// and names a website."),
        "seats-range": _("Seats are a number from 1 to 500. Leave it empty for no limit."),
        "min-range": _("This is a number from 1 up to the seats."),
        "tradition-needs-faith": _("A tradition goes with a faith-based group."),
        "language-missing": _("Choose at least one language."),
        "leaders-many": _("At most eight people can lead a group."),
        "leader-missing": _("Choose at least one person."),
        "place-missing": _("Choose a room, or say that it meets online."),
        "modality-unknown": _("Choose the kind of work."),
        "place-unknown": _("Choose a room of the list."),
        "site-unknown": _("Choose a place of the list."),
        "facilitators-unknown": _("Choose people of the list."),
        "named-person-unknown": _("Choose a person of the list."),
        "secular-pair-unknown": _("Choose a group of the list."),
        "keep-yourself": _("Keep yourself among those who lead. A supervisor can hand the group over."),
    }[key]
