"""Every act that is written down: its word, and what it is done to."""

from enum import StrEnum

from groupsched.audit.rules.nouns import NOUNS, AuditObject, AuditTopic


class AuditEffect(StrEnum):
    """What an act leaves behind: nothing but that something was seen, or something that is different now."""

    LOOK = "look"
    CHANGE = "change"


class AuditAction(StrEnum):
    """Every act that is written down: a noun, and its verb as a past participle."""

    PERSON_LISTED = "person.listed"
    PERSON_OPENED = "person.opened"
    PERSON_READ = "person.read"
    PERSON_SOUGHT = "person.sought"
    PERSON_EXPORTED = "person.exported"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_REMOVED = "person.removed"
    PERSON_FORGOTTEN = "person.forgotten"
    SETTINGS_CHANGED = "settings.changed"
    NOTICE_ACKNOWLEDGED = "notice.acknowledged"
    ROLE_GIVEN = "role.given"
    QUALIFICATION_CHANGED = "qualification.changed"
    ROLE_ENDED = "role.ended"
    CARE_TEAM_JOINED = "care_team.joined"
    CARE_TEAM_LEFT = "care_team.left"
    GUEST_ASKED = "guest.asked"
    GUEST_CONFIRMED = "guest.confirmed"
    GUEST_ENDED = "guest.ended"
    APART_BEGUN = "apart.begun"
    APART_ENDED = "apart.ended"
    APART_LISTED = "apart.listed"
    APART_READ = "apart.read"
    TRIAL_BEGUN = "trial.begun"
    TRIAL_CHANGED = "trial.changed"
    TRIAL_ENDED = "trial.ended"
    CALL_ASKED = "call.asked"
    CALL_ANNOUNCED = "call.announced"
    CALL_TAKEN = "call.taken"
    CALL_RELEASED = "call.released"
    CALL_TAKEN_BACK = "call.taken_back"
    CALL_FINISHED = "call.finished"
    CALL_OPENED = "call.opened"
    DUTY_CHANGED = "duty.changed"
    RESPONSE_BEGUN = "response.begun"
    RESPONSE_COMPLETED = "response.completed"
    RESPONSE_AMENDED = "response.amended"
    RESPONSE_DROPPED = "response.dropped"
    RESPONSE_DISCARDED = "response.discarded"
    RESPONSE_SHARED = "response.shared"
    RESPONSE_READ = "response.read"
    QUESTIONNAIRE_CHANGED = "questionnaire.changed"
    QUESTIONNAIRE_PUBLISHED = "questionnaire.published"
    QUESTIONNAIRE_RETIRED = "questionnaire.retired"
    RUN_SHEET_CREATED = "run_sheet.created"
    RUN_SHEET_CHANGED = "run_sheet.changed"
    RUN_SHEET_RETIRED = "run_sheet.retired"
    DATE_SHEET_CHANGED = "date_sheet.changed"
    SUGGESTION_LIMITED = "suggestion.limited"
    SUGGESTION_RULE_CHANGED = "suggestion_rule.changed"
    CLEARANCE_NOTED = "clearance.noted"
    CLEARANCE_ENDED = "clearance.ended"
    CLEARANCE_CONFIRMED = "clearance.confirmed"
    CLEARANCE_REVOKED = "clearance.revoked"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_DISCONNECTED = "account.disconnected"

    INVITATION_MAILED = "invitation.mailed"
    INVITATION_PRINTED = "invitation.printed"
    INVITATION_USED = "invitation.used"
    INVITATION_CONFIRMED = "invitation.confirmed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a word
    SIGN_IN_BEGUN = "sign_in.begun"
    SIGN_IN_CONFIRMED = "sign_in.confirmed"
    SIGN_IN_ENDED = "sign_in.ended"
    SIGN_IN_FAILED = "sign_in.failed"
    LIMIT_REACHED = "limit.reached"
    PAGE_REFUSED = "page.refused"
    HAT_CHANGED = "hat.changed"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    FACTOR_RESET = "factor.reset"
    RECOVERY_CODE_USED = "recovery_code.used"
    RECOVERY_CODE_RENEWED = "recovery_code.renewed"

    DEVICE_OFFERED = "device.offered"
    DEVICE_PAIRED = "device.paired"
    DEVICE_RENAMED = "device.renamed"
    DEVICE_UNPAIRED = "device.unpaired"
    DEVICE_TAKEN_BACK = "device.taken_back"
    PIN_CHANGED = "pin.changed"
    PIN_REMOVED = "pin.removed"

    BREAK_GLASS_OPENED = "break_glass.opened"
    BREAK_GLASS_CLOSED = "break_glass.closed"

    LEGAL_HOLD_PLACED = "legal_hold.placed"
    LEGAL_HOLD_LIFTED = "legal_hold.lifted"
    RETENTION_RULE_CHANGED = "retention_rule.changed"
    RETENTION_RULE_ENDED = "retention_rule.ended"
    RETENTION_RULE_APPLIED = "retention_rule.applied"

    GROUP_CREATED = "group.created"
    GROUP_CHANGED = "group.changed"
    GROUP_PUBLISHED = "group.published"
    REVIEW_ASKED = "review.asked"
    REVIEW_DECLINED = "review.declined"
    GROUP_RETIRED = "group.retired"
    GROUP_DELETED = "group.deleted"
    TEMPLATE_RENAMED = "template.renamed"
    TEMPLATE_REMOVED = "template.removed"
    SERIES_CREATED = "series.created"
    SERIES_CHANGED = "series.changed"
    OCCURRENCE_CANCELLED = "occurrence.cancelled"
    OCCURRENCE_CHANGED = "occurrence.changed"

    ROSTER_OPENED = "roster.opened"
    ENROLMENT_JOINED = "enrolment.joined"
    ENROLMENT_WAITLISTED = "enrolment.waitlisted"
    ENROLMENT_REQUESTED = "enrolment.requested"
    ENROLMENT_PROPOSED = "enrolment.proposed"
    ENROLMENT_DECLINED = "enrolment.declined"
    ENROLMENT_LEFT = "enrolment.left"
    ENROLMENT_ADMITTED = "enrolment.admitted"
    ENROLMENT_DEFERRED = "enrolment.deferred"
    ENROLMENT_COMPLETED = "enrolment.completed"
    COHORT_PLANNED = "cohort.planned"
    COHORT_CHANGED = "cohort.changed"
    COHORT_REMOVED = "cohort.removed"
    ENROLMENT_TAKEN_BACK = "enrolment.taken_back"
    ENROLMENT_REVERTED = "enrolment.reverted"
    OUTSIDE_TAKEN = "outside.taken"
    OUTSIDE_LEFT = "outside.left"
    DATE_SEAT_CHOSEN = "date_seat.chosen"
    SEAT_POOL_CHOSEN = "seat_pool.chosen"
    DATE_SEAT_GIVEN_UP = "date_seat.given_up"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    ENROLMENT_REARRANGED = "enrolment.rearranged"
    DATE_SEAT_TAKEN_BACK = "date_seat.taken_back"
    TELLING_FINISHED = "telling.finished"
    TELLING_TAKEN_BACK = "telling.taken_back"

    DOOR_CODE_GIVEN = "door_code.given"
    DOOR_CODE_RETIRED = "door_code.retired"
    DOOR_CODE_USED = "door_code.used"

    SHEET_OPENED = "sheet.opened"
    SHEET_READ = "sheet.read"
    SHEET_FETCHED = "sheet.fetched"
    SHEET_PRINTED = "sheet.printed"
    SHEET_FINISHED = "sheet.finished"
    SHEET_REOPENED = "sheet.reopened"
    SHEET_SETTLED = "sheet.settled"
    SHEET_TIMED = "sheet.timed"
    SHEET_SIGNED = "sheet.signed"
    SHEET_UNSIGNED = "sheet.unsigned"
    SHEET_NOT_HELD = "sheet.not_held"
    SHEET_REASON_GIVEN = "sheet_reason.given"
    ATTENDANCE_READ = "attendance.read"
    ATTENDANCE_PRINTED = "attendance.printed"
    PAPER_PRINTED = "paper.printed"
    ATTENDANCE_EXPORTED = "attendance.exported"
    MARK_READ = "mark.read"
    MARK_EXPORTED = "mark.exported"
    ATTENDEE_OPENED = "attendee.opened"
    TASK_ADDED = "task.added"
    TASK_OPENED = "task.opened"
    TASK_TAKEN = "task.taken"
    TASK_FINISHED = "task.finished"
    ROLL_CALL_OPENED = "roll_call.opened"
    ROLL_CALL_FETCHED = "roll_call.fetched"
    ROLL_CALL_BEGUN = "roll_call.begun"
    ROLL_CALL_ENDED = "roll_call.ended"
    SERVICE_EXPORTED = "service.exported"
    WALK_IN_SOUGHT = "walk_in.sought"
    WALK_IN_ADDED = "walk_in.added"
    NOTE_WRITTEN = "note.written"

    CALENDAR_OPENED = "calendar.opened"
    FEED_CREATED = "feed.created"
    FEED_CHANGED = "feed.changed"
    FEED_RENEWED = "feed.renewed"
    FEED_REVOKED = "feed.revoked"
    FEED_TITLE_CHOSEN = "feed_title.chosen"

    PROGRAM_FOUNDED = "program.founded"
    PROGRAM_CHANGED = "program.changed"
    SITE_CREATED = "site.created"
    SITE_CHANGED = "site.changed"
    MODALITY_CREATED = "modality.created"
    MODALITY_CHANGED = "modality.changed"
    MODALITY_RETIRED = "modality.retired"
    MODALITY_RESTORED = "modality.restored"
    PLACE_CREATED = "place.created"
    PLACE_CHANGED = "place.changed"
    PLACE_RETIRED = "place.retired"
    PLACE_RESTORED = "place.restored"
    SERVICE_TYPE_CHANGED = "service_type.changed"
    UNIT_PRESET_CREATED = "unit_preset.created"
    UNIT_PRESET_CHANGED = "unit_preset.changed"
    COVER_ASKED = "cover.asked"
    COVER_GIVEN = "cover.given"
    COVER_ACCEPTED = "cover.accepted"
    COVER_DECLINED = "cover.declined"
    COVER_TAKEN_BACK = "cover.taken_back"
    TIME_OFF_ENTERED = "time_off.entered"
    TIME_OFF_REMOVED = "time_off.removed"
    HOURS_CHANGED = "hours.changed"
    CLOSURE_ADDED = "closure.added"
    CLOSURE_TAKEN_BACK = "closure.taken_back"
    TERM_CREATED = "term.created"
    TERM_CHANGED = "term.changed"
    TERM_RETIRED = "term.retired"
    TERM_RESTORED = "term.restored"

    LISTING_IMPORTED = "listing.imported"
    LISTING_SETTLED = "listing.settled"
    LISTING_SOURCE_CHANGED = "listing_source.changed"

    AUDIT_READ = "audit.read"
    DATABASE_RESTORED = "database.restored"
    DATABASE_ACKNOWLEDGED = "database.acknowledged"
    TABLE_IMPORTED = "table.imported"
    TABLE_TAKEN_BACK = "table.taken_back"

    TOKEN_CREATED = "token.created"  # noqa: S105 - a word
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - a word

    @property
    def noun(self) -> str:
        """What stands before the dot."""
        return self.partition(".")[0]

    @property
    def topic(self) -> AuditTopic:
        """Among which acts it is found."""
        return NOUNS[self.noun].topic

    @property
    def object(self) -> AuditObject:
        """What it is done to."""
        return NOUNS[self.noun].object

    @property
    def effect(self) -> AuditEffect:
        """A look, or a change."""
        return AuditEffect.LOOK if self in LOOKS else AuditEffect.CHANGE


LOOKS = frozenset(
    {
        AuditAction.PERSON_LISTED,
        AuditAction.PERSON_OPENED,
        AuditAction.PERSON_READ,
        AuditAction.PERSON_SOUGHT,
        AuditAction.PERSON_EXPORTED,
        AuditAction.APART_LISTED,
        AuditAction.APART_READ,
        AuditAction.RESPONSE_READ,
        AuditAction.CALL_OPENED,
        AuditAction.ROSTER_OPENED,
        AuditAction.SHEET_OPENED,
        AuditAction.SHEET_READ,
        AuditAction.SHEET_FETCHED,
        AuditAction.SHEET_PRINTED,
        AuditAction.ATTENDANCE_READ,
        AuditAction.ATTENDANCE_PRINTED,
        AuditAction.PAPER_PRINTED,
        AuditAction.ATTENDANCE_EXPORTED,
        AuditAction.MARK_READ,
        AuditAction.MARK_EXPORTED,
        AuditAction.ATTENDEE_OPENED,
        AuditAction.TASK_OPENED,
        AuditAction.ROLL_CALL_OPENED,
        AuditAction.ROLL_CALL_FETCHED,
        AuditAction.WALK_IN_SOUGHT,
        AuditAction.CALENDAR_OPENED,
        AuditAction.AUDIT_READ,
    }
)
