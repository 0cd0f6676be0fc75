"""What the schedule tells the rooms above, and what it asks them. Events carry ids; all is flushed before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s

from groupsched.access.identity import Identity
from groupsched.accounts.models import Person
from groupsched.catalog.rules import AttendanceMode
from groupsched.core.errors import Conflict
from groupsched.schedule.rules import SeriesRule


@dataclass(frozen=True)
class Whereabouts:
    """Where a date is, as far as it matters to people: what is online has no place, what is in a room no link. `link` tells
    one link from another and is none."""

    mode: AttendanceMode
    place_id: int | None
    site_id: int | None
    link: str

    @classmethod
    def of(cls, mode: AttendanceMode, place_id: int | None, site_id: int | None, link: str) -> "Whereabouts":
        """Of a date that is held so, in this place of this site, with this link."""
        if mode == AttendanceMode.ONLINE:
            place_id = site_id = None
        mark = blake2s(link.encode(), digest_size=6).hexdigest() if link else ""
        return cls(mode, place_id, site_id, "" if mode == AttendanceMode.IN_PERSON else mark)


@dataclass(frozen=True)
class DateBefore:
    """When and where a date was before it moved."""

    occurrence_id: int
    start: datetime
    end: datetime
    where: Whereabouts


@dataclass(frozen=True)
class SlotBefore:
    """When a slot of a date was before it moved or fell away."""

    timeslot_id: int
    occurrence_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class RuleChange:
    """What the rule of a series was and is. `chain`: the number of the series, and of those as which it went on, in order.
    `alone`: no other series says when the group meets."""

    chain: tuple[int, ...]
    was: SeriesRule
    now: SeriesRule
    alone: bool = True


@dataclass(frozen=True)
class DatesChanged:
    """The end of one change of a group's dates, whatever parts it had; the dates that go on are there.

    `added` are new, with their capacity and nobody on them; `changed` kept their row and got another time, place or
    number of seats; `dropped` fell away and stay as cancelled rows, `cancelled` were called off by somebody with a reason,
    `restored` had been one or the other and take place after all; `gone` are the numbers of those that left nothing behind.
    `moved` says where coming dates were before that are at another time or place now, `rules` which rules are others now,
    `slots` when slots were before that are at another time now, or fell away; `stood` where dates were before that went to
    another time on which they are called off. `besides` are those of the added that somebody gave the group besides what its
    rules say: whoever comes to every date hears of them.
    """

    group_id: int
    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    moved: tuple[DateBefore, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    slots: tuple[SlotBefore, ...] = ()
    stood: tuple[DateBefore, ...] = ()
    besides: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()


@dataclass(frozen=True)
class TopicsChanged:
    """The topics of this group are others, or lie on other dates; their times, places and seats are as before."""

    group_id: int


@dataclass(frozen=True)
class TopicsMet:
    """Question: at which topics of a group was this person? Answer: their numbers."""

    group_id: int
    person_id: int


@dataclass(frozen=True)
class LeadsChanged:
    """These people lead other dates than before, of these series."""

    person_ids: tuple[int, ...]
    series_ids: tuple[int, ...] = ()


class LeaderRefused(Conflict):
    """Somebody must not lead this date; the words are for colleagues of theirs."""


@dataclass(frozen=True)
class LeadsDate:
    """These people come to lead a date that they did not lead; a room above may refuse by raising."""

    occurrence_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class LedInstead:
    """Somebody else leads a date than its people know: a substitute, or (`back`) whoever led it before."""

    occurrence_id: int
    person_id: int
    back: bool = False


@dataclass(frozen=True)
class ImpactOf:
    """Question: whom would a change of these dates touch? Each room answers with an Impact, or None. With the
    `whole_line`, who waits for every date of their group is among them."""

    occurrence_ids: tuple[int, ...]
    whole_line: bool = False


@dataclass(frozen=True)
class NeverHeard:
    """Question: whom would it touch that these cancelled dates take place again, who has not heard yet of any that it does
    not? Answer: the people."""

    occurrence_ids: tuple[int, ...]


@dataclass(frozen=True)
class ComeToAll:
    """Question: who comes to every date of a group, and so to a new one that begins at `last` too? Answer: the people."""

    group_id: int
    last: datetime


@dataclass(frozen=True)
class SeatsToGive:
    """Question: who of those who wait would get a seat, if these coming dates of a group had so many seats, and new ones
    (`more`) as many as the group? Answer: the people. None: no limit."""

    group_id: int
    dates: tuple[tuple[int, int | None], ...]
    capacity: int | None
    more: bool


@dataclass(frozen=True)
class SlotHolders:
    """Question: who has one of these slots? Answer: the people."""

    timeslot_ids: tuple[int, ...]


@dataclass(frozen=True)
class RequestsToAnswer:
    """Question: in which groups do people wait for a yes or no that this identity may give? Answer: how many, by group id."""

    identity: Identity


@dataclass(frozen=True)
class Impact:
    """What a change of dates touches: how many dates, the people who would be told, and those `losing` their slot by it."""

    dates: int = 0
    people: frozenset[Person] = field(default_factory=frozenset)
    losing: frozenset[Person] = field(default_factory=frozenset)

    @classmethod
    def sum(cls, answers: Iterable["Impact"], dates: int = 0) -> "Impact":
        """All answers together; nobody is counted twice."""
        parts = list(answers)
        people = frozenset(person for part in parts for person in part.people)
        losing = frozenset(person for part in parts for person in part.losing)
        return cls(dates=dates + sum(part.dates for part in parts), people=people, losing=losing)


@dataclass(frozen=True)
class PeopleElsewhere:
    """Question: how many people of a group have a seat somewhere else then? `spans` are dates of the group, each with its number
    (below 0: it has no row yet), from when until when. Answer: how many, by that number."""

    group_id: int
    spans: tuple[tuple[int, datetime, datetime], ...]
