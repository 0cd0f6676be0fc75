"""Guests of a client: who may come, what is asked for first, and what stands in the way."""

from dataclasses import dataclass
from enum import StrEnum

from groupsched.catalog.rules import Setting

MOST_DATES = 12
MOST_GUESTS = 4


class GuestRelation(StrEnum):
    """Who a guest is for the client."""

    PARTNER = "partner"
    PARENT = "parent"
    GROWN_CHILD = "grown_child"
    FRIEND = "friend"
    SOMEONE_ELSE = "someone_else"


class GuestState(StrEnum):
    """From the client's word to the end of it."""

    ASKED = "asked"
    COMES = "comes"
    DECLINED = "declined"
    ENDED = "ended"


class GuestSeats(StrEnum):
    """How a group takes guests: besides its seats, or each on one of them."""

    BESIDE = "beside"
    SEATED = "seated"


GUESTS_COME = frozenset({GuestState.ASKED, GuestState.COMES})
"""Of whom the client's word stands."""


class GuestRefusal(StrEnum):
    """Why somebody cannot come as a guest, or not yet."""

    NO_GUESTS = "no_guests"
    NO_NAME = "no_name"
    NO_WORD = "no_word"
    TOO_YOUNG = "too_young"
    NO_DATES = "no_dates"
    NOT_THERE = "not_there"
    TOO_MANY = "too_many"
    ASK_ALONE = "ask_alone"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True)
class GuestAsked:
    """What is known before somebody comes as a guest. `word`: the client says so themself; `rule_for_young`: the program wrote
    one; `there`: the client has a seat on every one of the dates."""

    named: bool
    word: bool
    adult: bool
    rule_for_young: bool
    dates: int
    there: bool
    others: int


def takes_guests(setting: Setting, seats: GuestSeats | None) -> bool:
    """Whether a group takes guests at all: what is one to one or in slots has no seat for a second person."""
    return seats is not None and setting == Setting.GROUP


def refusal_to_bring(takes: bool, asked: GuestAsked) -> GuestRefusal | None:
    """Why a client cannot bring this guest; None, where they can ask for it."""
    checks = {
        GuestRefusal.NO_GUESTS: takes,
        GuestRefusal.NO_NAME: asked.named,
        GuestRefusal.NO_DATES: 0 < asked.dates <= MOST_DATES,
        GuestRefusal.NOT_THERE: asked.there,
        GuestRefusal.TOO_YOUNG: asked.adult or asked.rule_for_young,
        GuestRefusal.NO_WORD: asked.word,
        GuestRefusal.TOO_MANY: asked.others < MOST_GUESTS,
    }
    return next((why for why, fine in checks.items() if not fine), None)


def refusal_to_confirm(*, asked_alone: bool, agreed: bool) -> GuestRefusal | None:
    """Why a guest is not confirmed: the client is asked alone before a joint session, the guest agrees to confidentiality first.

    >>> str(refusal_to_confirm(asked_alone=False, agreed=True)), refusal_to_confirm(asked_alone=True, agreed=True)
    ('ask_alone', None)
    """
    if not asked_alone:
        return GuestRefusal.ASK_ALONE
    return None if agreed else GuestRefusal.NOT_AGREED
