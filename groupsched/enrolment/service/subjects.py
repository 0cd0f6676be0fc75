"""What a message is about: a later one about the same takes its place until it goes out."""

from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.service.offers_in_words import about_offer
from groupsched.enrolment.service.outcomes import (
    AllEnded,
    AnyDate,
    AwaitedCancelled,
    CameBack,
    ComesOtherwise,
    DateCancelled,
    Declined,
    GaveUp,
    JoinedDate,
    Left,
    Offered,
    OfferEnded,
    PassedOver,
    Replanned,
    SeatOutcome,
    SlotLost,
    SteppedBack,
    Waiting,
)
from groupsched.enrolment.service.replanned import about_plan, about_waiting

LEFT = "left"


def about(outcome: SeatOutcome) -> str:
    """What the message of an outcome is about: a later one about the same takes its place until it goes out."""
    match outcome:
        case Replanned() | DateCancelled():
            return about_plan(outcome)
        case JoinedDate(enrolment, date) | GaveUp(enrolment, date) | SlotLost(enrolment, date):
            return about_date(enrolment, date)
        case Waiting(enrolment, date, wish=str(wish)) if wish:
            return about_date(enrolment, date)
        case SteppedBack(enrolment, date) | CameBack(enrolment, date) if date is not None:
            return about_date(enrolment, date)
        case Offered(_, _, offer) | OfferEnded(_, _, offer):
            return about_offer(offer)
        case PassedOver(enrolment, date):
            return f"{enrolment.uid}/passed/{date.uid}"
        case AllEnded():
            return f"{outcome.enrolment.uid}/all"
        case ComesOtherwise():
            return f"{outcome.enrolment.uid}/way"
        case AwaitedCancelled(enrolment, date):
            return f"{about_waiting(enrolment)}{date.uid}"
        case Left(enrolment) | Declined(enrolment) | CameBack(enrolment):
            return about_leaving(enrolment)
    return about_seat(outcome.enrolment)


def about_seat(enrolment: Enrolment) -> str:
    """What the messages about a seat on every date, or the place in the line for one, are about."""
    return f"{enrolment.uid}/seat"


def about_date(enrolment: Enrolment, date: AnyDate) -> str:
    """What the messages about the seat of one date, or the place in its line, are about."""
    return f"{enrolment.uid}/date/{date.uid}"


def about_leaving(enrolment: Enrolment) -> str:
    """What the message that somebody left is about."""
    return f"{enrolment.uid}/{LEFT}"


def about_all(enrolment: Enrolment) -> list[str]:
    """What messages about a seat or a place in a line are about, that of the group and those of dates; with reminders, and
    changes of dates."""
    return [f"{enrolment.uid}/{what}" for what in ("seat", "date/", "reminder/", "plan", "led/", "way")]


def about_reminder(enrolment: Enrolment, date: AnyDate) -> str:
    """What a reminder of a date is about."""
    return f"{enrolment.uid}/reminder/{date.uid}"
