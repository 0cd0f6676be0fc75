"""What acts were called by earlier versions: rows keep the word that they were written with."""

from collections.abc import Iterable

from groupsched.audit.rules.acts import AuditAction

RENAMED = {
    "people.list": AuditAction.PERSON_LISTED,
    "people.listed": AuditAction.PERSON_LISTED,
    "person.settings": AuditAction.SETTINGS_CHANGED,
    "person.feeds": AuditAction.CALENDAR_OPENED,
    "privacy.seen": AuditAction.NOTICE_ACKNOWLEDGED,
    "invitation.mail": AuditAction.INVITATION_MAILED,
    "invitation.slip": AuditAction.INVITATION_PRINTED,
    "credential.password": AuditAction.PASSWORD_CHANGED,
    "sign_in.began": AuditAction.SIGN_IN_BEGUN,
    "sign_in.hat": AuditAction.HAT_CHANGED,
    "group.people": AuditAction.ROSTER_OPENED,
    "enrolment.join": AuditAction.ENROLMENT_JOINED,
    "enrolment.wait": AuditAction.ENROLMENT_WAITLISTED,
    "enrolment.request": AuditAction.ENROLMENT_REQUESTED,
    "enrolment.decline": AuditAction.ENROLMENT_DECLINED,
    "enrolment.leave": AuditAction.ENROLMENT_LEFT,
    "enrolment.dates": AuditAction.DATE_SEAT_CHOSEN,
    "enrolment.cannot_come": AuditAction.DATE_SEAT_GIVEN_UP,
    "enrolment.can_come": AuditAction.DATE_SEAT_TAKEN_BACK,
    "sheet.row": AuditAction.ATTENDEE_OPENED,
    "sheet.search": AuditAction.WALK_IN_SOUGHT,
    "sheet.walk_in": AuditAction.WALK_IN_ADDED,
    "sheet.reason": AuditAction.SHEET_REASON_GIVEN,
    "sheet.did_not_meet": AuditAction.SHEET_NOT_HELD,
    "attendance.note": AuditAction.NOTE_WRITTEN,
    "feed.words": AuditAction.FEED_TITLE_CHOSEN,
    "listings.import": AuditAction.LISTING_IMPORTED,
    "listings.settle": AuditAction.LISTING_SETTLED,
    "token.create": AuditAction.TOKEN_CREATED,
    "token.revoke": AuditAction.TOKEN_REVOKED,
}


_MEANT = {**{action.value: action for action in AuditAction}, **RENAMED}


def action_of(word: str) -> AuditAction | None:
    """The act that a row's word means, in whichever version it was written; None for a word of a later version."""
    return _MEANT.get(word)


def words_of(actions: Iterable[AuditAction]) -> list[str]:
    """Every word that rows carry for these acts: today's, and those of earlier versions."""
    wanted = set(actions)
    return [word for word, action in _MEANT.items() if action in wanted]
