"""A group as its page shows it to one reader."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from groupsched.catalog.models import Group
from groupsched.catalog.rules import LineMode
from groupsched.core import clock
from groupsched.core.filters import local
from groupsched.core.i18n import _, capital, listed
from groupsched.core.regions import dated
from groupsched.enrolment import queries
from groupsched.enrolment.queries import FoundDate, FreeNow
from groupsched.enrolment.rules import (
    CardAction,
    Clash,
    DateSpot,
    moves_from,
    weekly_with_extra,
)
from groupsched.enrolment.service import days_in_words, line_behind
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import only_rule
from groupsched.schedule.words import rhythm

JOINABLE = frozenset(
    {
        CardAction.JOIN_DATE,
        CardAction.JOIN_AND_CHOOSE,
        CardAction.JOIN_WAITING_LIST,
        CardAction.ADD_TO_WEEK,
        CardAction.ASK_TO_JOIN,
    }
)


@dataclass(frozen=True)
class DatePage:
    """A group as its page shows it to one reader: the date looked at, those to come, and what can be joined."""

    group: Group
    row: FoundDate | None
    rows: list[FoundDate]
    ahead: list[Occurrence]
    clashes: list[Clash] = field(default_factory=list)
    free: FreeNow = field(default_factory=FreeNow)

    @property
    def days(self) -> str:
        """`Thursday`, `Monday and Friday`, `day`: what comes after "every"; empty for another rhythm."""
        return days_in_words(self._rhythm[0]) if self._rhythm[0] else ""

    @property
    def besides(self) -> str:
        """The one or two dates that come besides those of the rhythm: `Thu, Dec 10`."""
        return listed([dated(day, "MMMEd") for day in self._rhythm[1]])

    @cached_property
    def all_dates(self) -> str:
        """What all dates are: `Every Tuesday and Thursday`, `Every 2 weeks on Wednesday`; where no rhythm says it, every date."""
        if self.days:
            return _("Every %(days)s", days=self.days)
        rule = only_rule(self.group)
        words = rhythm(rule, times=False) if rule is not None and rule.rrule else ""
        return capital(words) if words else _("Every date")

    @property
    def usual(self) -> Occurrence:
        """The first coming date at the hours at which most of them are: the next one may be at another hour."""
        hours = Counter(_hours(one) for one in self.ahead[:40])
        return next(one for one in self.ahead if _hours(one) == hours.most_common(1)[0][0])

    @cached_property
    def _rhythm(self) -> tuple[tuple[int, ...], tuple[date, ...]]:
        return weekly_with_extra([local(one.original_start, one.timezone) for one in self.ahead[:40]])

    @property
    def until(self) -> datetime | None:
        """The last coming date of a group that ends."""
        last = self.ahead[-1].start if self.ahead else None
        return last if last is not None and last < clock.now() + queries.FOREVER else None

    @property
    def moves(self) -> list[Occurrence]:
        """The dates from which on the group meets in another place."""
        return [self.ahead[number] for number in moves_from([_spot(one) for one in self.ahead])]

    @property
    def free_dates(self) -> int:
        """Coming dates with a free seat."""
        return sum(one.seats.free != 0 for one in self.ahead)

    @property
    def any_full(self) -> bool:
        """Somebody who wants every date has to wait."""
        return self.free_dates < len(self.ahead)

    @property
    def place(self) -> int:
        """The place in the group's line that the reader would get."""
        return queries.line_length(self.group.id) + 1

    @property
    def clashes_here(self) -> list[Clash]:
        """What the date looked at runs into."""
        return [
            one for one in self.clashes if self.row is not None and one.wanted.key == self.row.occurrence.id
        ]

    @property
    def lines_behind(self) -> list[tuple[str, int, str]]:
        """The groups of those of the reader's dates at this time for which people wait, with how many, and what becomes of the
        seat."""
        full = queries.full_dates({one.mine.key for one in self.clashes_here})
        titles = {one.mine.key: one.mine.title for one in self.clashes_here}
        found = [(titles[one.id], *line_behind(one), one.group.line_mode) for one in full]
        return [(title, waits, seat_goes(mode, on)) for title, waits, on, mode in found if waits]

    @property
    def clashes_elsewhere(self) -> list[Clash]:
        """What the other dates run into."""
        return [one for one in self.clashes if one not in self.clashes_here]

    @property
    def without_clash(self) -> int:
        """Coming dates at which the reader has nothing else."""
        return len(self.ahead) - len({one.wanted.key for one in self.clashes})

    @property
    def joinable(self) -> bool:
        """The reader can join, wait or ask."""
        return self.row is not None and bool(self.ahead) and self.row.label in JOINABLE


def _hours(one: Occurrence) -> tuple[time, time]:
    return local(one.start, one.timezone).time(), local(one.end, one.timezone).time()


def seat_goes(mode: LineMode, on: bool) -> str:
    """What becomes of a seat that is given back in a group, where somebody in line would have it or be asked (`on`)."""
    if not on:
        return _("Your seat there may be gone when you want it back.")
    if mode is LineMode.AT_ONCE:
        return _("Your seat there goes to the first of them at once.")
    return _("Your seat there is offered to the first of them whom it fits.")


def _spot(one: Occurrence) -> DateSpot:
    return DateSpot((one.local_date.weekday(), one.local_minute), one.place_id)
