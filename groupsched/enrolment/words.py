"""The words of the filters and answers, in the language of the page."""

from groupsched.catalog import words as catalog
from groupsched.core.i18n import _, text_of
from groupsched.enrolment.rules import CHOICES, DateIndex


def legends() -> dict[str, str]:
    """What each dimension is called, in the order of the form."""
    return {
        "kind": _("Kind of session"),
        "day": _("Day"),
        "time": _("Time of day"),
        "free": _("Places"),
        "structure": _("Structured or relaxed"),
        "orientation": _("Secular or faith-based"),
        "needs": _("Getting in"),
        "mode": _("Where"),
        "access": _("How to join"),
        "setting": _("In a group or alone"),
        "language": _("Language"),
        "audience": _("For whom"),
        "place": _("Place"),
        "tradition": _("Tradition"),
        "modality": _("Kind of work"),
        "external": _("Groups run by others"),
    }


def choices(name: str, program_id: int | None = None) -> dict[str, str]:
    """The known values of a dimension with their words; what else a program names itself comes from the index."""
    known = {
        "kind": dict(catalog.kinds()),
        "day": {
            "mo": _("Monday"), "tu": _("Tuesday"), "we": _("Wednesday"), "th": _("Thursday"), "fr": _("Friday"),
            "sa": _("Saturday"), "su": _("Sunday"),
        },
        "time": {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")},
        "orientation": {"secular": _("Secular"), "faith": _("Faith-based"), "unset": _("Not stated")},
        "structure": {"structured": _("Structured"), "relaxed": _("Relaxed"), "unset": _("Not stated")},
        "access": {
            "open": _("Drop in"), "enrol": _("Join first"), "closed": _("Closed group"), "referral": _("Ask to join"),
        },
        "setting": {"group": _("Group"), "slots": _("By appointment")},
        "mode": {"room": _("In a room"), "online": _("Online")},
        "needs": {key: catalog.term_name(program_id, "tag", key) for key in CHOICES["needs"]},
        "free": {"1": _("With a free place")},
        "external": {"1": _("Show them too")},
    }  # fmt: skip
    return known.get(name, {})


def value_word(name: str, value: str, index: DateIndex, program_id: int | None) -> str:
    """One value in words."""
    if name == "modality":
        return text_of(index.names.get("modality", {}).get(value, {}), "name") or catalog.plain(value)
    if name == "place":
        return str(index.names.get("place", {}).get(value, value))
    if name in ("language", "audience"):
        return catalog.term_name(program_id, name, value)
    return choices(name, program_id).get(value, value)
