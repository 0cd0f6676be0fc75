"""What people read of seats that are kept for them. No message names a group, a place or a kind of care."""

from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.rules import OFFER_KEY, OfferState
from groupsched.enrolment.service.dates_in_words import when, words_of
from groupsched.enrolment.service.outcomes import Offered, OfferEnded, PassedOver
from groupsched.outbox.service import MessageDraft

KINDS = {
    (False, False): "offer", (False, True): "offer_series",
    (True, False): "offer_first", (True, True): "offer_first_series",
}  # fmt: skip
"""By whether others were asked too, and whether it is a seat on every date."""


def offer_message(outcome: Offered | OfferEnded | PassedOver) -> MessageDraft | None:
    """The message of a seat that is kept for somebody, of one that is no more, or of one that they were passed over for."""
    match outcome:
        case Offered(enrolment, date, offer):
            fields = _when(enrolment, outcome) | {"claim_until": _until(enrolment, offer, date.timezone)}
            others = offer.hold is not None and len(offer.hold.offers) > 1
            kind = KINDS[others, outcome.every]
            return MessageDraft(
                kind, enrolment.person, f"{OFFER_KEY}{offer.uid}", fields | {"link": page_of(offer)}
            )
        case OfferEnded(enrolment, _date, offer):
            kind = "offer_expired" if offer.state is OfferState.EXPIRED else "offer_gone"
            key, link = f"offer-ended:{offer.uid}", f"/sessions/{enrolment.group.uid}"
            return MessageDraft(kind, enrolment.person, key, _when(enrolment, outcome) | {"link": link})
        case PassedOver(enrolment, date):
            key, link = f"passed-over:{enrolment.uid}:{date.uid}", f"/sessions/{enrolment.group.uid}"
            return MessageDraft(
                "passed_over", enrolment.person, key, _when(enrolment, outcome) | {"link": link}
            )
    return None


def page_of(offer: SeatOffer) -> str:
    """Where somebody answers an offer."""
    return f"/offers/{offer.uid}"


def about_offer(offer: SeatOffer) -> str:
    """What the messages of an offer are about."""
    return f"{offer.enrolment.uid}/offer/{offer.uid}"


def _when(enrolment: Enrolment, outcome: Offered | OfferEnded | PassedOver) -> dict[str, str]:
    words = when(enrolment, outcome.date)
    return {"date": words["date"], "time": words["time"]}


def _until(enrolment: Enrolment, offer: SeatOffer, zone: str) -> str:
    assert offer.until_at is not None
    words = words_of(enrolment, offer.until_at, zone)
    return f"{words['date']}, {words['time']}"
