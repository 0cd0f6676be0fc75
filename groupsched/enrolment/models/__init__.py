"""The tables of the room."""

from groupsched.enrolment.models.apart import ApartPair
from groupsched.enrolment.models.changed import CatalogueChange
from groupsched.enrolment.models.choosing import Clearance, ClinicianConfirmation, EquivalentShown
from groupsched.enrolment.models.cohorts import Cohort
from groupsched.enrolment.models.guests import Guest, GuestDate, GuestRule
from groupsched.enrolment.models.offers import ReferralPool, SeatHold, SeatOffer
from groupsched.enrolment.models.outside import OutsideDate
from groupsched.enrolment.models.seats import DateSeat, Enrolment, GroupSwitch
from groupsched.enrolment.models.suggesting import NoFaithWish, SuggestionAside, SuggestionRuleOff

__all__ = [
    "ApartPair",
    "CatalogueChange",
    "Clearance",
    "ClinicianConfirmation",
    "Cohort",
    "DateSeat",
    "Enrolment",
    "EquivalentShown",
    "GroupSwitch",
    "Guest",
    "GuestDate",
    "GuestRule",
    "NoFaithWish",
    "OutsideDate",
    "ReferralPool",
    "SeatHold",
    "SeatOffer",
    "SuggestionAside",
    "SuggestionRuleOff",
]
