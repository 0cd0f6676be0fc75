"""What happened to seats, as facts. Verbs return them; `telling` makes messages and events of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.rules import EnrolmentState, TimeSpan
from groupsched.enrolment.service.seats import ComingDate
from groupsched.schedule.events import DateBefore, RuleChange
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, SeatPool, SeriesRule

AnyDate = Occurrence | ComingDate


def takes_place(one: Occurrence) -> bool:
    """Whether a date takes place. Of each of many dates this is asked, not whether it is among those of `Replanned.moved`:
    that reads all of them every time."""
    return one.status == OccurrenceStatus.SCHEDULED


def _last_end(dates: Iterable[AnyDate | DateBefore]) -> datetime | None:
    return max((one.end for one in dates), default=None)


@dataclass(frozen=True)
class SeatOutcome:
    """What became of one enrolment; `by_staff`: somebody else did it for the person; `quiet`: no message says it. Where it
    can be taken back `until` then, its message waits as long."""

    enrolment: Enrolment
    by_staff: bool = field(default=False, kw_only=True)
    quiet: bool = field(default=False, kw_only=True)
    until: datetime | None = field(default=None, kw_only=True)

    @property
    def news(self) -> bool:
        """Whether the person hears of it by its message alone: what they did themselves they know."""
        return self.by_staff

    @property
    def over_at(self) -> datetime | None:
        """When the last of the dates that its message speaks of is over, after which nobody needs to read it; None where it
        speaks of none."""
        return None

    @property
    def alters_dates(self) -> bool:
        """Whether the dates of the person may be others now. What the schedule did to its dates it says itself."""
        return True


@dataclass(frozen=True)
class Joined(SeatOutcome):
    """A seat on every coming date: `dates`, in order; `moved_up`: one that came free, to who waited. Its message
    is given the `rule` that alone says when the group meets, where the dates do not say it plainly. `at`: said anew then, for the dates
    are others and nobody had said it."""

    dates: Sequence[AnyDate]
    moved_up: bool = False
    rule: SeriesRule | None = None
    at: datetime | None = None

    @property
    def news(self) -> bool:
        return self.by_staff or self.moved_up

    @property
    def over_at(self) -> datetime | None:
        return _last_end(self.dates)


@dataclass(frozen=True)
class JoinedDate(SeatOutcome):
    """A seat on one date, since `at`; `moved_up`: one that came free, to who waited."""

    date: AnyDate
    at: datetime
    moved_up: bool = False

    @property
    def news(self) -> bool:
        return self.by_staff or self.moved_up

    @property
    def over_at(self) -> datetime | None:
        return self.date.end


@dataclass(frozen=True)
class Waiting(SeatOutcome):
    """A place in the line of a date, or in that of the group whose next date it is; `wish` tells it from other waits."""

    date: AnyDate
    position: int
    wish: str = ""

    @property
    def over_at(self) -> datetime | None:
        return self.date.end

    @property
    def alters_dates(self) -> bool:
        return self.enrolment.state == EnrolmentState.ACTIVE


@dataclass(frozen=True)
class Asked(SeatOutcome):
    """Staff will answer; `first`: the first of the single dates that were asked for, none where it is all of them."""

    at: datetime
    zone: str
    first: datetime | None = None
    alters_dates = False


@dataclass(frozen=True)
class Declined(SeatOutcome):
    """Staff said no, at `at`."""

    at: datetime
    news = True


@dataclass(frozen=True)
class Deferred(SeatOutcome):
    """Not this cohort: a place in the line for the next one, said by staff at `at`."""

    at: datetime
    news = True
    alters_dates = False


@dataclass(frozen=True)
class Left(SeatOutcome):
    """No more dates of the group, by somebody's wish: from a seat, a line or a request (`was`), by oneself or by staff, off
    these `dates`: those of whom staff take out, and of who had single ones. Who never heard of it (`unheard`) needs not hear that it is over."""

    at: datetime
    was: EnrolmentState = EnrolmentState.ACTIVE
    dates: Sequence[AnyDate] = ()
    unheard: bool = False

    @property
    def over_at(self) -> datetime | None:
        return _last_end(self.dates)


@dataclass(frozen=True)
class Ended(SeatOutcome):
    """No more dates of the group, for a reason of which the person hears otherwise: where they were `cancelled`, by the
    message that they are."""

    cancelled: bool = False


@dataclass(frozen=True)
class AllEnded(SeatOutcome):
    """No more dates in any group: this enrolment was the last to end."""

    at: datetime
    news = True


@dataclass(frozen=True)
class GaveUp(SeatOutcome):
    """The seat of one date was given back, at `at`."""

    date: AnyDate
    at: datetime

    @property
    def over_at(self) -> datetime | None:
        return self.date.end


@dataclass(frozen=True)
class SteppedBack(SeatOutcome):
    """The place in the line of one date was given back."""

    date: AnyDate | None = None


@dataclass(frozen=True)
class CameBack(SeatOutcome):
    """What was given up or left was taken again: the seat of a date, a place in a line, or all there was of the group."""

    date: AnyDate | None = None


@dataclass(frozen=True)
class ComesOtherwise(SeatOutcome):
    """Somebody comes online now, or into the room: to `date`, or to `every` date, of which it is the first. `moved_up`: they had
    waited for it."""

    date: AnyDate
    pool: SeatPool
    every: bool = False
    moved_up: bool = False

    @property
    def news(self) -> bool:
        return self.by_staff or self.moved_up

    @property
    def over_at(self) -> datetime | None:
        return None if self.every else self.date.end


@dataclass(frozen=True)
class DateCancelled(SeatOutcome):
    """The program cancelled a date on which the person had a seat."""

    date: Occurrence
    alters_dates = False


@dataclass(frozen=True)
class SlotLost(SeatOutcome):
    """The slot of the person on a date fell away, and no other one is free: they wait, before everybody else, at a
    `position`. It `was` then."""

    date: Occurrence
    was: DateBefore
    position: int = 1
    news = True

    @property
    def over_at(self) -> datetime | None:
        return self.was.end


@dataclass(frozen=True)
class AwaitedCancelled(SeatOutcome):
    """The program cancelled the date for which the person waits, or the next one of all dates for which they wait."""

    date: Occurrence
    alters_dates = False
    news = True


@dataclass(frozen=True)
class Replanned(SeatOutcome):
    """Dates of the person moved, fell away or came back, in one change; `was` says when and where each was as they know
    it, by id, in order: None where they know that it does not take place.

    `following` is the next date of the group for whoever is in all of them, `rules` what rules say otherwise. Who only waits for them has a `position` in the line. `joined_at`: joined
    then with an earlier change not yet heard of. `overlaps`: with which other seats of theirs moved dates overlap now, by id.
    `new`: which of the dates are new to the group, by id. `ahead`: the dates of the group that take place, for whoever is in all of them, where any is in another place.
    """

    dates: Sequence[Occurrence]
    was: Mapping[int, DateBefore | None]
    following: Occurrence | None
    rules: Sequence[RuleChange] = ()
    position: int | None = None
    joined_at: datetime | None = None
    overlaps: Mapping[int, Sequence[TimeSpan]] = field(default_factory=dict)
    ahead: Sequence[Occurrence] = ()
    new: frozenset[int] = frozenset()
    alters_dates = False
    news = True

    @property
    def over_at(self) -> datetime | None:
        return _last_end([*self.dates, *(one for one in self.was.values() if one is not None)])

    @property
    def moved(self) -> list[Occurrence]:
        """Those of the dates that take place."""
        return [one for one in self.dates if takes_place(one)]


@dataclass(frozen=True)
class Offered(SeatOutcome):
    """A seat is kept for somebody who waits: on `date`, or on `every` date from it on. They may say yes until the offer ends."""

    date: AnyDate
    offer: SeatOffer
    every: bool = False
    alters_dates = False
    news = True

    @property
    def over_at(self) -> datetime | None:
        return self.offer.until_at


@dataclass(frozen=True)
class OfferEnded(SeatOutcome):
    """The seat that was kept for somebody went on to the next, or is gone; they wait as before. `heard`: they knew of it."""

    date: AnyDate
    offer: SeatOffer
    heard: bool = True
    alters_dates = False
    news = True

    @property
    def over_at(self) -> datetime | None:
        return self.date.end


@dataclass(frozen=True)
class PassedOver(SeatOutcome):
    """A seat came free at a time when the person has something else: the next one was asked, and they keep their place."""

    date: AnyDate
    offer: SeatOffer
    alters_dates = False
    news = True

    @property
    def over_at(self) -> datetime | None:
        return self.date.end
