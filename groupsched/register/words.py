"""What stands in the audit, in words. A sentence of the audit begins after the name of who did it.

Its placeholders: `person` whom it was about, `group`, `date` with its group, `role`, `what`: the object with its kind, as
`objects()` says it, and `times`: how often, where acts that are alike were counted.
"""

from groupsched.audit.rules import AddressClass, AuditAction, AuditEffect, AuditObject, AuditTopic
from groupsched.core.i18n import _, pgettext


def sentences() -> dict[AuditAction, str]:
    """Every act, as somebody does it to somebody else or to a thing."""
    return {
        **_about_people(),
        **_about_signing_in(),
        **_about_groups(),
        **_about_sheets(),
        **_about_calendars(),
        **_about_the_catalogue(),
    }


def _about_people() -> dict[AuditAction, str]:
    return {
        AuditAction.PERSON_LISTED: _("saw names in a list of people"),
        AuditAction.PERSON_OPENED: _("opened the page of %(person)s with name and contact"),
        AuditAction.PERSON_READ: _("read name and contact of %(person)s"),
        AuditAction.PERSON_EXPORTED: _("made a copy of what is kept of %(person)s"),
        AuditAction.PERSON_SOUGHT: _("found %(person)s by the whole name or number"),
        AuditAction.PERSON_ADDED: _("added %(person)s"),
        AuditAction.PERSON_CHANGED: _("changed name or contact of %(person)s"),
        AuditAction.PERSON_REMOVED: _("took out somebody who had come with a table"),
        AuditAction.PERSON_FORGOTTEN: _("forgot name and contact of somebody who left long ago"),
        AuditAction.LEGAL_HOLD_PLACED: _("put everything of %(person)s on hold"),
        AuditAction.LEGAL_HOLD_LIFTED: _("lifted the hold of %(person)s"),
        AuditAction.SETTINGS_CHANGED: _("changed own settings"),
        AuditAction.NOTICE_ACKNOWLEDGED: _("saw the privacy notice"),
        AuditAction.BREAK_GLASS_OPENED: _("opened client records by break-glass"),
        AuditAction.BREAK_GLASS_CLOSED: _("closed client records again"),
        AuditAction.ROLE_GIVEN: _("gave %(person)s %(role)s"),
        AuditAction.QUALIFICATION_CHANGED: _("changed the credential of %(person)s"),
        AuditAction.TIME_OFF_ENTERED: _("entered time off of %(person)s"),
        AuditAction.TIME_OFF_REMOVED: _("took out time off of %(person)s"),
        AuditAction.HOURS_CHANGED: _("changed the working hours of %(person)s"),
        AuditAction.ROLE_ENDED: _("ended %(role)s of %(person)s"),
        AuditAction.CARE_TEAM_JOINED: _("put somebody on the care team of %(person)s"),
        AuditAction.CARE_TEAM_LEFT: _("took somebody off the care team of %(person)s"),
        AuditAction.GUEST_ASKED: _("wrote down that %(person)s brings a guest"),
        AuditAction.GUEST_CONFIRMED: _("said yes to a guest of %(person)s"),
        AuditAction.GUEST_ENDED: _("ended that a guest of %(person)s comes"),
        AuditAction.TRIAL_BEGUN: _("began three kinds in two weeks with %(person)s"),
        AuditAction.TRIAL_CHANGED: _("chose another day to try for %(person)s"),
        AuditAction.TRIAL_ENDED: _("ended the three kinds that %(person)s tried"),
        AuditAction.APART_BEGUN: _("began to keep two people apart"),
        AuditAction.APART_ENDED: _("ended that two people are kept apart"),
        AuditAction.APART_LISTED: _("read who is kept apart"),
        AuditAction.APART_READ: _("read why two people are kept apart"),
        AuditAction.CALL_ASKED: _("asked to have %(person)s called now"),
        AuditAction.CALL_ANNOUNCED: _("told those on duty that %(person)s asks for a call"),
        AuditAction.CALL_TAKEN: _("took the call that %(person)s asked for"),
        AuditAction.CALL_RELEASED: _("passed on the call that %(person)s asked for"),
        AuditAction.CALL_TAKEN_BACK: _("took back the wish of %(person)s for a call"),
        AuditAction.CALL_FINISHED: _("spoke with %(person)s, who had asked for a call"),
        AuditAction.CALL_OPENED: _("saw that %(person)s asks for a call, and at which number"),
        AuditAction.DUTY_CHANGED: _("changed who is on duty"),
        AuditAction.RESPONSE_BEGUN: _("began a form with %(person)s"),
        AuditAction.RESPONSE_COMPLETED: _("handed over a form of %(person)s"),
        AuditAction.RESPONSE_AMENDED: _("amended a form of %(person)s"),
        AuditAction.RESPONSE_DROPPED: _("ended what was begun to amend a form of %(person)s"),
        AuditAction.RESPONSE_DISCARDED: _("threw away a form of %(person)s that was not handed over"),
        AuditAction.RESPONSE_SHARED: _("changed who may read a form of %(person)s"),
        AuditAction.RESPONSE_READ: _("read a form of %(person)s"),
        AuditAction.SUGGESTION_LIMITED: _("said what is not to be suggested"),
        AuditAction.CLEARANCE_NOTED: _("noted a clearance of %(person)s"),
        AuditAction.CLEARANCE_ENDED: _("ended a clearance of %(person)s"),
        AuditAction.CLEARANCE_CONFIRMED: _("confirmed complementary sessions of %(person)s"),
        AuditAction.CLEARANCE_REVOKED: _("took back that complementary sessions of %(person)s are confirmed"),
        AuditAction.ACCOUNT_DISABLED: _("turned the account of %(person)s off"),
        AuditAction.ACCOUNT_ENABLED: _("turned the account of %(person)s on"),
        AuditAction.ACCOUNT_DISCONNECTED: _("signed %(person)s out everywhere"),
    }


def _about_signing_in() -> dict[AuditAction, str]:
    return {
        AuditAction.INVITATION_MAILED: _("sent %(person)s a link to set a password"),
        AuditAction.INVITATION_PRINTED: _("made a code for %(person)s to set a password"),
        AuditAction.INVITATION_USED: _("set a password with a link or a code"),
        AuditAction.INVITATION_CONFIRMED: _("said yes to a way in for %(person)s"),
        AuditAction.PASSWORD_CHANGED: _("changed the password"),
        AuditAction.SIGN_IN_BEGUN: _("signed in"),
        AuditAction.SIGN_IN_CONFIRMED: _("gave the password again"),
        AuditAction.SIGN_IN_ENDED: _("signed out"),
        AuditAction.SIGN_IN_FAILED: _("gave a password or code that did not fit, %(times)s"),
        AuditAction.LIMIT_REACHED: _("was held back after many tries or requests, %(times)s"),
        AuditAction.PAGE_REFUSED: _("asked for what is not there or not theirs to see, %(times)s"),
        AuditAction.HAT_CHANGED: _("changed between staff and self"),
        AuditAction.FACTOR_ADDED: _("added a second step to sign in"),
        AuditAction.FACTOR_REMOVED: _("removed the second step"),
        AuditAction.FACTOR_RESET: _("reset the second step of %(person)s"),
        AuditAction.RECOVERY_CODE_USED: _("used a code on paper"),
        AuditAction.RECOVERY_CODE_RENEWED: _("made new codes on paper"),
        AuditAction.DEVICE_OFFERED: _("made a code to pair a tablet"),
        AuditAction.DEVICE_PAIRED: _("paired %(what)s"),
        AuditAction.DEVICE_RENAMED: _("renamed %(what)s"),
        AuditAction.DEVICE_UNPAIRED: _("unpaired %(what)s"),
        AuditAction.DEVICE_TAKEN_BACK: _("undid that %(what)s was unpaired"),
        AuditAction.PIN_CHANGED: _("set a PIN"),
        AuditAction.PIN_REMOVED: _("removed the PIN"),
    }


def _about_groups() -> dict[AuditAction, str]:
    return {
        AuditAction.GROUP_CREATED: _("added %(what)s"),
        AuditAction.GROUP_CHANGED: _("changed %(what)s"),
        AuditAction.GROUP_PUBLISHED: _("published %(what)s"),
        AuditAction.REVIEW_ASKED: _("asked for a yes to publish %(what)s"),
        AuditAction.REVIEW_DECLINED: _("sent %(what)s back with a word"),
        AuditAction.GROUP_RETIRED: _("took %(what)s off the list"),
        AuditAction.GROUP_DELETED: _("deleted a draft"),
        AuditAction.TEMPLATE_RENAMED: _("renamed %(what)s"),
        AuditAction.TEMPLATE_REMOVED: _("took out %(what)s"),
        AuditAction.SERIES_CREATED: _("added dates to %(group)s"),
        AuditAction.SERIES_CHANGED: _("changed the dates of %(group)s"),
        AuditAction.OCCURRENCE_CANCELLED: _("cancelled %(date)s"),
        AuditAction.OCCURRENCE_CHANGED: _("changed %(date)s"),
        AuditAction.COVER_ASKED: _("asked who leads %(date)s instead"),
        AuditAction.COVER_GIVEN: _("gave %(date)s to somebody else to lead"),
        AuditAction.COVER_ACCEPTED: _("said yes to leading %(date)s"),
        AuditAction.COVER_DECLINED: _("said no to leading %(date)s"),
        AuditAction.COVER_TAKEN_BACK: _("took cover of %(date)s back"),
        AuditAction.ROSTER_OPENED: _("saw the people of %(group)s"),
        AuditAction.ENROLMENT_JOINED: _("put %(person)s into %(group)s"),
        AuditAction.ENROLMENT_WAITLISTED: _("put %(person)s on the waiting list of %(group)s"),
        AuditAction.ENROLMENT_REQUESTED: _("asked for %(person)s to join %(group)s"),
        AuditAction.ENROLMENT_PROPOSED: _("proposed %(person)s for %(group)s"),
        AuditAction.ENROLMENT_DECLINED: _("said no to the request of %(person)s for %(group)s"),
        AuditAction.ENROLMENT_LEFT: _("took %(person)s out of %(group)s"),
        AuditAction.ENROLMENT_ADMITTED: _("let %(person)s into the cohort of %(group)s after it had closed"),
        AuditAction.ENROLMENT_DEFERRED: _(
            "gave %(person)s a place on the list for the next cohort of %(group)s"
        ),
        AuditAction.ENROLMENT_COMPLETED: _("noted that %(person)s completed %(group)s"),
        AuditAction.COHORT_PLANNED: _("planned a cohort of %(group)s"),
        AuditAction.COHORT_CHANGED: _("changed a cohort of %(group)s"),
        AuditAction.COHORT_REMOVED: _("took a cohort of %(group)s away"),
        AuditAction.ENROLMENT_TAKEN_BACK: _("undid that %(person)s left %(group)s"),
        AuditAction.ENROLMENT_REVERTED: _("undid what %(person)s had changed last in %(group)s"),
        AuditAction.TELLING_FINISHED: _("told %(person)s of a change in %(group)s"),
        AuditAction.TELLING_TAKEN_BACK: _("undid that %(person)s was told of a change in %(group)s"),
        AuditAction.OUTSIDE_TAKEN: _("put a meeting that others run into the week of %(person)s"),
        AuditAction.OUTSIDE_LEFT: _("took a meeting that others run out of the week of %(person)s"),
        AuditAction.DATE_SEAT_CHOSEN: _("put %(person)s into %(date)s"),
        AuditAction.SEAT_POOL_CHOSEN: _("said how %(person)s comes to %(group)s"),
        AuditAction.DATE_SEAT_GIVEN_UP: _("said “can’t come” for %(person)s to %(date)s"),
        AuditAction.OFFER_ACCEPTED: _("said yes for %(person)s to a seat in %(group)s"),
        AuditAction.OFFER_DECLINED: _("said no for %(person)s to a seat in %(group)s"),
        AuditAction.ENROLMENT_REARRANGED: _("said how %(person)s waits for %(group)s"),
        AuditAction.DATE_SEAT_TAKEN_BACK: _("said “can come again” for %(person)s to %(date)s"),
    }


def _about_sheets() -> dict[AuditAction, str]:
    return {
        AuditAction.DOOR_CODE_GIVEN: _("gave %(person)s a code for the door"),
        AuditAction.DOOR_CODE_RETIRED: _("made the door code of %(person)s useless"),
        AuditAction.DOOR_CODE_USED: _("signed in at the door by the code of %(person)s"),
        AuditAction.SHEET_OPENED: _("opened the attendance sheet of %(date)s"),
        AuditAction.SHEET_READ: _("read the attendance sheet of %(date)s"),
        AuditAction.SHEET_FETCHED: _("kept the attendance sheets of the day on a device"),
        AuditAction.SHEET_PRINTED: _("printed the attendance sheet of %(date)s"),
        AuditAction.SHEET_FINISHED: _("finished the attendance sheet of %(date)s"),
        AuditAction.SHEET_SETTLED: _("settled a mark that had come late to the sheet of %(date)s"),
        AuditAction.SHEET_REOPENED: _("opened the attendance sheet of %(date)s for changes again"),
        AuditAction.SHEET_TIMED: _("wrote down when %(date)s began and ended"),
        AuditAction.SHEET_SIGNED: _("had %(person)s sign the roster of %(date)s"),
        AuditAction.SHEET_UNSIGNED: _("took back the signature of %(person)s on the roster of %(date)s"),
        AuditAction.SHEET_NOT_HELD: _("marked %(date)s as not held"),
        AuditAction.SHEET_REASON_GIVEN: _("gave a reason to change the attendance sheet of %(date)s"),
        AuditAction.ATTENDANCE_READ: _("read the attendance of %(group)s"),
        AuditAction.ATTENDANCE_PRINTED: _("printed the attendance of %(group)s"),
        AuditAction.PAPER_PRINTED: _("printed sign-in sheets of a week"),
        AuditAction.ATTENDANCE_EXPORTED: _("saved the attendance of %(group)s as a table"),
        AuditAction.MARK_READ: _("read the attendance of %(person)s"),
        AuditAction.MARK_EXPORTED: _("saved the attendance of %(person)s as a table"),
        AuditAction.ATTENDEE_OPENED: _("opened the row of %(person)s on the attendance sheet of %(date)s"),
        AuditAction.TASK_ADDED: _("noted that %(person)s is to be called"),
        AuditAction.TASK_OPENED: _("read about the call to %(person)s"),
        AuditAction.TASK_TAKEN: _("took the call to %(person)s"),
        AuditAction.TASK_FINISHED: _("wrote down what came of the call to %(person)s"),
        AuditAction.ROLL_CALL_OPENED: _("saw who is in the house at %(what)s"),
        AuditAction.ROLL_CALL_FETCHED: _("kept on a device who is in the house in the next hours"),
        AuditAction.ROLL_CALL_BEGUN: _("began a roll-call at %(what)s"),
        AuditAction.ROLL_CALL_ENDED: _("ended a roll-call at %(what)s"),
        AuditAction.SERVICE_EXPORTED: _("saved attendance for a record or billing system"),
        AuditAction.WALK_IN_SOUGHT: _("looked for a name at the door of %(date)s"),
        AuditAction.WALK_IN_ADDED: _("added %(person)s at the door of %(date)s"),
        AuditAction.NOTE_WRITTEN: _(
            "wrote a note on the row of %(person)s on the attendance sheet of %(date)s"
        ),
    }


def _about_calendars() -> dict[AuditAction, str]:
    return {
        AuditAction.CALENDAR_OPENED: _("saw the calendar links of %(person)s"),
        AuditAction.FEED_CREATED: _("made a calendar link for %(person)s"),
        AuditAction.FEED_CHANGED: _("changed a calendar link of %(person)s"),
        AuditAction.FEED_RENEWED: _("renewed a calendar link of %(person)s"),
        AuditAction.FEED_REVOKED: _("turned a calendar link of %(person)s off"),
        AuditAction.FEED_TITLE_CHOSEN: _("chose words for the calendar of %(person)s"),
    }


def _about_the_catalogue() -> dict[AuditAction, str]:
    return {
        AuditAction.PROGRAM_FOUNDED: _("set the program up"),
        AuditAction.PROGRAM_CHANGED: _("changed name, front page, region or zone of the program"),
        AuditAction.SITE_CREATED: _("added %(what)s"),
        AuditAction.SITE_CHANGED: _("changed %(what)s"),
        AuditAction.QUESTIONNAIRE_CHANGED: _("wrote at a draft of %(what)s"),
        AuditAction.QUESTIONNAIRE_PUBLISHED: _("published %(what)s"),
        AuditAction.QUESTIONNAIRE_RETIRED: _("took out %(what)s"),
        AuditAction.RUN_SHEET_CREATED: _("added %(what)s"),
        AuditAction.RUN_SHEET_CHANGED: _("changed %(what)s"),
        AuditAction.RUN_SHEET_RETIRED: _("took out %(what)s"),
        AuditAction.DATE_SHEET_CHANGED: _("changed the run sheet of %(date)s"),
        AuditAction.MODALITY_CREATED: _("added %(what)s"),
        AuditAction.MODALITY_CHANGED: _("changed %(what)s"),
        AuditAction.MODALITY_RETIRED: _("took out %(what)s"),
        AuditAction.MODALITY_RESTORED: _("brought back %(what)s"),
        AuditAction.PLACE_CREATED: _("added %(what)s"),
        AuditAction.PLACE_CHANGED: _("changed %(what)s"),
        AuditAction.PLACE_RETIRED: _("took out %(what)s"),
        AuditAction.PLACE_RESTORED: _("brought back %(what)s"),
        AuditAction.SUGGESTION_RULE_CHANGED: _("changed a rule of suggestions"),
        AuditAction.SERVICE_TYPE_CHANGED: _("changed %(what)s"),
        AuditAction.UNIT_PRESET_CREATED: _("added %(what)s"),
        AuditAction.UNIT_PRESET_CHANGED: _("changed %(what)s"),
        AuditAction.CLOSURE_ADDED: _("closed %(what)s"),
        AuditAction.CLOSURE_TAKEN_BACK: _("opened again %(what)s"),
        AuditAction.TERM_CREATED: _("added %(what)s"),
        AuditAction.TERM_CHANGED: _("changed %(what)s"),
        AuditAction.TERM_RETIRED: _("took out %(what)s"),
        AuditAction.TERM_RESTORED: _("brought back %(what)s"),
        AuditAction.LISTING_IMPORTED: _("imported %(what)s"),
        AuditAction.LISTING_SETTLED: _("answered open questions about listings"),
        AuditAction.LISTING_SOURCE_CHANGED: _("changed the settings of %(what)s"),
        AuditAction.AUDIT_READ: _("saw names in what was done and seen"),
        AuditAction.RETENTION_RULE_CHANGED: _("set how long records are kept"),
        AuditAction.RETENTION_RULE_ENDED: _("set that records are kept without end"),
        AuditAction.RETENTION_RULE_APPLIED: _("removed old records as a rule says"),
        AuditAction.DATABASE_RESTORED: _("put back the data from a backup"),
        AuditAction.DATABASE_ACKNOWLEDGED: _("read that the data were put back from a backup"),
        AuditAction.TABLE_IMPORTED: _("brought in %(what)s"),
        AuditAction.TABLE_TAKEN_BACK: _("took back %(what)s"),
        AuditAction.TOKEN_CREATED: _("made %(what)s"),
        AuditAction.TOKEN_REVOKED: _("ended %(what)s"),
    }


def to_oneself() -> dict[AuditAction, str]:
    """What reads differently where a person does it to themselves: `Robin T. joined …`."""
    return {
        AuditAction.INVITATION_MAILED: _("asked for a link to set a password"),
        AuditAction.ENROLMENT_JOINED: _("joined %(group)s"),
        AuditAction.ENROLMENT_WAITLISTED: _("went on the waiting list of %(group)s"),
        AuditAction.ENROLMENT_REQUESTED: _("asked to join %(group)s"),
        AuditAction.ENROLMENT_DECLINED: _("said no thanks to %(group)s"),
        AuditAction.ENROLMENT_LEFT: _("left %(group)s"),
        AuditAction.ENROLMENT_TAKEN_BACK: _("undid leaving %(group)s"),
        AuditAction.ENROLMENT_REVERTED: _("undid the last change in %(group)s"),
        AuditAction.OUTSIDE_TAKEN: _("took a meeting that others run into their week"),
        AuditAction.OUTSIDE_LEFT: _("took a meeting that others run out of their week"),
        AuditAction.DATE_SEAT_CHOSEN: _("joined %(date)s"),
        AuditAction.SEAT_POOL_CHOSEN: _("said how to come to %(group)s"),
        AuditAction.DATE_SEAT_GIVEN_UP: _("said “can’t come” to %(date)s"),
        AuditAction.OFFER_ACCEPTED: _("said yes to a seat in %(group)s"),
        AuditAction.OFFER_DECLINED: _("said no to a seat in %(group)s"),
        AuditAction.ENROLMENT_REARRANGED: _("said how they wait for %(group)s"),
        AuditAction.CALL_ASKED: _("asked for a call"),
        AuditAction.CALL_TAKEN_BACK: _("took back that they asked for a call"),
        AuditAction.CALL_RELEASED: _("asked the next person for a call"),
        AuditAction.RESPONSE_COMPLETED: _("handed over a form"),
        AuditAction.RESPONSE_AMENDED: _("began to amend a form"),
        AuditAction.RESPONSE_DROPPED: _("ended what a colleague had begun to amend"),
        AuditAction.RESPONSE_DISCARDED: _("threw away a form that was not handed over"),
        AuditAction.RESPONSE_SHARED: _("changed who may read a form"),
        AuditAction.DATE_SEAT_TAKEN_BACK: _("said “can come again” to %(date)s"),
        AuditAction.FEED_CREATED: _("made a calendar link"),
        AuditAction.FEED_CHANGED: _("changed a calendar link"),
        AuditAction.FEED_RENEWED: _("renewed a calendar link"),
        AuditAction.FEED_REVOKED: _("turned a calendar link off"),
        AuditAction.FEED_TITLE_CHOSEN: _("chose words for a calendar"),
    }


def by_you() -> dict[AuditAction, str]:
    """The same where the person themselves reads it: `You joined …`."""
    return {
        AuditAction.INVITATION_MAILED: pgettext("you", "asked for a link to set a password"),
        AuditAction.CALL_ASKED: pgettext("you", "asked for a call"),
        AuditAction.CALL_TAKEN_BACK: pgettext("you", "took back that you asked for a call"),
        AuditAction.CALL_RELEASED: pgettext("you", "asked the next person for a call"),
        AuditAction.RESPONSE_COMPLETED: pgettext("you", "handed over a form"),
        AuditAction.RESPONSE_AMENDED: pgettext("you", "began to amend a form"),
        AuditAction.RESPONSE_DROPPED: pgettext("you", "ended what a colleague had begun to amend"),
        AuditAction.RESPONSE_DISCARDED: pgettext("you", "threw away a form that was not handed over"),
        AuditAction.RESPONSE_SHARED: pgettext("you", "changed who may read a form"),
        AuditAction.ENROLMENT_JOINED: pgettext("you", "joined %(group)s"),
        AuditAction.ENROLMENT_WAITLISTED: pgettext("you", "went on the waiting list of %(group)s"),
        AuditAction.ENROLMENT_REQUESTED: pgettext("you", "asked to join %(group)s"),
        AuditAction.ENROLMENT_DECLINED: pgettext("you", "said no thanks to %(group)s"),
        AuditAction.ENROLMENT_LEFT: pgettext("you", "left %(group)s"),
        AuditAction.ENROLMENT_TAKEN_BACK: pgettext("you", "undid leaving %(group)s"),
        AuditAction.ENROLMENT_REVERTED: pgettext("you", "undid the last change in %(group)s"),
        AuditAction.OUTSIDE_TAKEN: pgettext("you", "took a meeting that others run into your week"),
        AuditAction.OUTSIDE_LEFT: pgettext("you", "took a meeting that others run out of your week"),
        AuditAction.DATE_SEAT_CHOSEN: pgettext("you", "joined %(date)s"),
        AuditAction.SEAT_POOL_CHOSEN: pgettext("you", "said how to come to %(group)s"),
        AuditAction.DATE_SEAT_GIVEN_UP: pgettext("you", "said “can’t come” to %(date)s"),
        AuditAction.OFFER_ACCEPTED: pgettext("you", "said yes to a seat in %(group)s"),
        AuditAction.OFFER_DECLINED: pgettext("you", "said no to a seat in %(group)s"),
        AuditAction.ENROLMENT_REARRANGED: pgettext("you", "said how you wait for %(group)s"),
        AuditAction.DATE_SEAT_TAKEN_BACK: pgettext("you", "said “can come again” to %(date)s"),
        AuditAction.FEED_CREATED: pgettext("you", "made a calendar link"),
        AuditAction.FEED_CHANGED: pgettext("you", "changed a calendar link"),
        AuditAction.FEED_RENEWED: pgettext("you", "renewed a calendar link"),
        AuditAction.FEED_REVOKED: pgettext("you", "turned a calendar link off"),
        AuditAction.FEED_TITLE_CHOSEN: pgettext("you", "chose words for a calendar"),
    }


def objects() -> dict[AuditObject, tuple[str, str]]:
    """What an act is done to, as `what` of a sentence: by its name, and where it has none that shows."""
    return {
        AuditObject.GROUP: (_("the group %(name)s"), _("a group")),
        AuditObject.TEMPLATE: (_("the template %(name)s"), _("a template")),
        AuditObject.SITE: (_("the site %(name)s"), _("a site")),
        AuditObject.CLOSURE: (_("the house, %(name)s"), _("the house")),
        AuditObject.MODALITY: (_("the kind of session %(name)s"), _("a kind of session")),
        AuditObject.PLACE: (_("the place %(name)s"), _("a place")),
        AuditObject.SERVICE_TYPE: (_("the service type %(name)s"), _("a service type")),
        AuditObject.UNIT_PRESET: (_("the unit %(name)s"), _("a unit")),
        AuditObject.TERM: (_("the label %(name)s"), _("a label")),
        AuditObject.LISTING_SOURCE: (_("listings of %(name)s"), _("listings")),
        AuditObject.QUESTIONNAIRE: (_("a form"), _("a form")),
        AuditObject.RUN_SHEET: (_("a run sheet"), _("a run sheet")),
        AuditObject.TABLE: (_("a table"), _("a table")),
        AuditObject.DEVICE: (_("the tablet %(name)s"), _("a tablet")),
        AuditObject.API_TOKEN: (_("the token %(name)s"), _("a token")),
    }


def origins() -> dict[AddressClass, str]:
    """Where somebody was who did it."""
    return {
        AddressClass.LOOPBACK: _("at the machine itself"),
        AddressClass.PRIVATE: _("in the network of the house"),
        AddressClass.OUTSIDE: _("from outside"),
    }


def topics() -> dict[AuditTopic, str]:
    """The kinds of acts."""
    return {
        AuditTopic.PEOPLE: _("People and roles"),
        AuditTopic.SIGNING_IN: _("Signing in"),
        AuditTopic.GROUPS: _("Groups and dates"),
        AuditTopic.JOINING: _("Joining and leaving"),
        AuditTopic.ATTENDANCE: _("Attendance"),
        AuditTopic.CALENDARS: _("Calendars"),
        AuditTopic.CATALOGUE: _("Catalogue"),
        AuditTopic.LISTINGS: _("Listings"),
        AuditTopic.INTERFACE: _("Tokens"),
    }


def effects() -> dict[AuditEffect, str]:
    """Looks, and changes."""
    return {AuditEffect.LOOK: _("Looks"), AuditEffect.CHANGE: _("Changes")}
