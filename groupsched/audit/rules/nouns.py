"""What acts are done to: the noun of each, the kind of acts it belongs to, and its table."""

from enum import StrEnum
from typing import NamedTuple


class AuditTopic(StrEnum):
    """What a reader of the audit asks for: acts of one kind."""

    PEOPLE = "people"
    SIGNING_IN = "signing-in"
    GROUPS = "groups"
    JOINING = "joining"
    ATTENDANCE = "attendance"
    CALENDARS = "calendars"
    CATALOGUE = "catalogue"
    LISTINGS = "listings"
    INTERFACE = "interface"


class AuditObject(StrEnum):
    """What an act is done to, by the name of its table."""

    PROGRAM = "program"
    SITE = "site"
    CLOSURE = "closure"
    PERSON = "person"
    SIGN_IN = "sign_in"
    BREAK_GLASS = "break_glass"
    MODALITY = "modality"
    PLACE = "place"
    TERM = "term"
    SERVICE_TYPE = "service_type"
    UNIT_PRESET = "unit_preset"
    GROUP = "group_offered"
    SERIES = "series"
    OCCURRENCE = "occurrence"
    TEMPLATE = "saved_pattern"
    QUESTIONNAIRE = "questionnaire"
    RESPONSE = "questionnaire_response"
    RUN_SHEET = "run_sheet_template"
    ENROLMENT = "enrolment"
    FEED = "feed"
    LISTING_SOURCE = "listing_source"
    TABLE = "table_import"
    LEGAL_HOLD = "legal_hold"
    GUEST = "guest"
    TRIAL = "trial"
    APART_PAIR = "apart_pair"
    RETENTION_RULE = "retention_rule"
    TASK = "task"
    CALL = "call_request"
    DEVICE = "device"
    API_TOKEN = "api_token"  # noqa: S105 - a name


class _Noun(NamedTuple):
    topic: AuditTopic
    object: AuditObject


_OF_PEOPLE = (
    "person", "settings", "notice", "qualification", "role", "account", "care_team", "clearance", "time_off", "hours", "suggestion",
)  # fmt: skip
_OF_SIGNING_IN = ("invitation", "password", "factor", "pin", "recovery_code")
NOUNS = {
    **dict.fromkeys(_OF_SIGNING_IN, _Noun(AuditTopic.SIGNING_IN, AuditObject.PERSON)),
    **dict.fromkeys(_OF_PEOPLE, _Noun(AuditTopic.PEOPLE, AuditObject.PERSON)),
    "call": _Noun(AuditTopic.PEOPLE, AuditObject.CALL),
    "duty": _Noun(AuditTopic.PEOPLE, AuditObject.SITE),
    "response": _Noun(AuditTopic.PEOPLE, AuditObject.RESPONSE),
    "questionnaire": _Noun(AuditTopic.CATALOGUE, AuditObject.QUESTIONNAIRE),
    "run_sheet": _Noun(AuditTopic.CATALOGUE, AuditObject.RUN_SHEET),
    "date_sheet": _Noun(AuditTopic.GROUPS, AuditObject.OCCURRENCE),
    "door_code": _Noun(AuditTopic.ATTENDANCE, AuditObject.PERSON),
    "sign_in": _Noun(AuditTopic.SIGNING_IN, AuditObject.SIGN_IN),
    "limit": _Noun(AuditTopic.SIGNING_IN, AuditObject.PROGRAM),
    "page": _Noun(AuditTopic.SIGNING_IN, AuditObject.PROGRAM),
    "audit": _Noun(AuditTopic.PEOPLE, AuditObject.PROGRAM),
    "hat": _Noun(AuditTopic.SIGNING_IN, AuditObject.SIGN_IN),
    "device": _Noun(AuditTopic.SIGNING_IN, AuditObject.DEVICE),
    "break_glass": _Noun(AuditTopic.PEOPLE, AuditObject.BREAK_GLASS),
    "guest": _Noun(AuditTopic.JOINING, AuditObject.GUEST),
    "trial": _Noun(AuditTopic.JOINING, AuditObject.TRIAL),
    "apart": _Noun(AuditTopic.PEOPLE, AuditObject.APART_PAIR),
    "legal_hold": _Noun(AuditTopic.PEOPLE, AuditObject.LEGAL_HOLD),
    "retention_rule": _Noun(AuditTopic.CATALOGUE, AuditObject.RETENTION_RULE),
    "group": _Noun(AuditTopic.GROUPS, AuditObject.GROUP),
    "review": _Noun(AuditTopic.GROUPS, AuditObject.GROUP),
    "template": _Noun(AuditTopic.GROUPS, AuditObject.TEMPLATE),
    "series": _Noun(AuditTopic.GROUPS, AuditObject.SERIES),
    "occurrence": _Noun(AuditTopic.GROUPS, AuditObject.OCCURRENCE),
    "cover": _Noun(AuditTopic.GROUPS, AuditObject.OCCURRENCE),
    "roster": _Noun(AuditTopic.JOINING, AuditObject.GROUP),
    "enrolment": _Noun(AuditTopic.JOINING, AuditObject.ENROLMENT),
    "cohort": _Noun(AuditTopic.JOINING, AuditObject.GROUP),
    "offer": _Noun(AuditTopic.JOINING, AuditObject.ENROLMENT),
    "date_seat": _Noun(AuditTopic.JOINING, AuditObject.ENROLMENT),
    "outside": _Noun(AuditTopic.JOINING, AuditObject.OCCURRENCE),
    "seat_pool": _Noun(AuditTopic.JOINING, AuditObject.ENROLMENT),
    "telling": _Noun(AuditTopic.JOINING, AuditObject.GROUP),
    "sheet": _Noun(AuditTopic.ATTENDANCE, AuditObject.OCCURRENCE),
    "sheet_reason": _Noun(AuditTopic.ATTENDANCE, AuditObject.OCCURRENCE),
    "paper": _Noun(AuditTopic.ATTENDANCE, AuditObject.PROGRAM),
    "attendance": _Noun(AuditTopic.ATTENDANCE, AuditObject.GROUP),
    "mark": _Noun(AuditTopic.ATTENDANCE, AuditObject.PERSON),
    "attendee": _Noun(AuditTopic.ATTENDANCE, AuditObject.OCCURRENCE),
    "task": _Noun(AuditTopic.ATTENDANCE, AuditObject.TASK),
    "roll_call": _Noun(AuditTopic.ATTENDANCE, AuditObject.SITE),
    "service": _Noun(AuditTopic.ATTENDANCE, AuditObject.PROGRAM),
    "walk_in": _Noun(AuditTopic.ATTENDANCE, AuditObject.OCCURRENCE),
    "note": _Noun(AuditTopic.ATTENDANCE, AuditObject.OCCURRENCE),
    "calendar": _Noun(AuditTopic.CALENDARS, AuditObject.PERSON),
    "feed": _Noun(AuditTopic.CALENDARS, AuditObject.FEED),
    "feed_title": _Noun(AuditTopic.CALENDARS, AuditObject.FEED),
    "program": _Noun(AuditTopic.CATALOGUE, AuditObject.PROGRAM),
    "site": _Noun(AuditTopic.CATALOGUE, AuditObject.SITE),
    "closure": _Noun(AuditTopic.CATALOGUE, AuditObject.CLOSURE),
    "modality": _Noun(AuditTopic.CATALOGUE, AuditObject.MODALITY),
    "place": _Noun(AuditTopic.CATALOGUE, AuditObject.PLACE),
    "service_type": _Noun(AuditTopic.CATALOGUE, AuditObject.SERVICE_TYPE),
    "suggestion_rule": _Noun(AuditTopic.CATALOGUE, AuditObject.PROGRAM),
    "unit_preset": _Noun(AuditTopic.CATALOGUE, AuditObject.UNIT_PRESET),
    "term": _Noun(AuditTopic.CATALOGUE, AuditObject.TERM),
    "listing": _Noun(AuditTopic.LISTINGS, AuditObject.LISTING_SOURCE),
    "listing_source": _Noun(AuditTopic.LISTINGS, AuditObject.LISTING_SOURCE),
    "database": _Noun(AuditTopic.CATALOGUE, AuditObject.PROGRAM),
    "table": _Noun(AuditTopic.CATALOGUE, AuditObject.TABLE),
    "token": _Noun(AuditTopic.INTERFACE, AuditObject.API_TOKEN),
}
