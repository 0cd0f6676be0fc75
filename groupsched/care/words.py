"""What a care team is called on pages."""

from groupsched.care.rules import CareRole, MemberRefusal
from groupsched.core.i18n import _


def care_role_words() -> dict[CareRole, str]:
    """The roles on a care team, in order."""
    return {
        CareRole.COUNSELOR: _("Counselor"),
        CareRole.PRESCRIBER: _("Prescribes medicines"),
        CareRole.CASE_MANAGER: _("Case manager"),
        CareRole.PEER: _("Peer"),
        CareRole.OTHER: _("Another role"),
    }


def refusal_words(why: MemberRefusal) -> str:
    """Why somebody cannot be on a team, or leave it on a day."""
    return {
        MemberRefusal.THEMSELVES: _("Nobody is on their own care team."),
        MemberRefusal.ALREADY: _("They are on this care team already, or will be."),
        MemberRefusal.BEFORE: _("They were not on the team before that day."),
    }[why]
