"""What a card says and what its one button promises."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from groupsched.catalog.rules import Access, Setting
from groupsched.enrolment.rules.admission import EntryMode, door
from groupsched.enrolment.rules.states import StandingState
from groupsched.schedule.rules import PooledSeats


class CardAction(StrEnum):
    """The one button of a card. The words live with the templates."""

    CANCELLED = "cancelled"
    EXTERNAL = "external"
    SEE_OR_CHANGE = "see_or_change"
    SEE_PLACE_IN_LINE = "see_place_in_line"
    SEE_REQUEST = "see_request"
    SEE_DETAILS = "see_details"
    ASK_COUNSELOR = "ask_counselor"
    ASK_TO_JOIN = "ask_to_join"
    JOIN_AND_CHOOSE = "join_and_choose"
    JOIN_WAITING_LIST = "join_waiting_list"
    ADD_TO_WEEK = "add_to_week"
    JOIN_DATE = "join_date"


@dataclass(frozen=True)
class CardFacts:
    """All that decides the words of one date for one reader. `mine` is where the reader stands, if anywhere."""

    access: Access
    setting: Setting
    capacity: int | None
    taken: int
    online_capacity: int | None = 0
    online_taken: int = 0
    mine: StandingState | None = None
    cancelled: bool = False
    external: bool = False
    clashing: bool = False
    may_join: bool = True

    @property
    def full(self) -> bool:
        """No seat is left on this date, however one comes."""
        return PooledSeats(self.capacity, self.taken, self.online_capacity, self.online_taken).free == 0


_MINE = {
    StandingState.ACTIVE: CardAction.SEE_OR_CHANGE,
    StandingState.GIVEN_UP: CardAction.SEE_OR_CHANGE,
    StandingState.WAITLISTED: CardAction.SEE_PLACE_IN_LINE,
    StandingState.REQUESTED: CardAction.SEE_REQUEST,
}


def label_of(card: CardFacts) -> CardAction:
    """The button that names its result, from what is most certain down to the plain join."""
    if card.cancelled:
        return CardAction.CANCELLED
    if card.external:
        return CardAction.EXTERNAL
    if card.mine in _MINE:
        return _MINE[card.mine]
    return _open_label(card) if card.may_join else CardAction.SEE_DETAILS


def _open_label(card: CardFacts) -> CardAction:
    entry = door(card.access, card.setting, by_staff=False)
    if entry is EntryMode.SHUT:
        return CardAction.ASK_COUNSELOR
    if entry is EntryMode.ASK:
        return CardAction.ASK_TO_JOIN
    if card.full:
        return CardAction.JOIN_WAITING_LIST
    if card.clashing:
        return CardAction.JOIN_AND_CHOOSE
    return CardAction.ADD_TO_WEEK if card.access == Access.OPEN else CardAction.JOIN_DATE


ROOM_OPENS = timedelta(minutes=15)
"""How long before a date its online room is shown."""


def room_open(start: datetime, end: datetime, now: datetime) -> bool:
    """Whether the online room of a date is shown: from a quarter of an hour before until its end."""
    return start - ROOM_OPENS <= now < end
