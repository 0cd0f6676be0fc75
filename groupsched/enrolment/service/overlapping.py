"""What a person's moved dates overlap with now, among their other seats: said with the message of the change, refused by nobody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from groupsched.core.db import db
from groupsched.core.filters import short_day, time_range
from groupsched.core.i18n import _, ngettext
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import each_pair, holds_seat
from groupsched.enrolment.rules import TimeSpan, clashes
from groupsched.enrolment.service.outcomes import Replanned, SeatOutcome
from groupsched.enrolment.service.replanned_words import bullets
from groupsched.schedule.models import Occurrence
from groupsched.schedule.rules import OccurrenceStatus, overlaps

MOST_SAID, WEEK = 4, "/my"
Seats = Mapping[tuple[int, int], Sequence[TimeSpan]]
"""When people sit in a group, by person and group."""


def with_overlaps(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """The same outcomes, with what moved dates overlap with now and did not before: one statement for all people."""
    told = list(outcomes)
    moved = [row for one in told for row in _retimed(one)]
    if not moved:
        return told
    seats = _seats({one.enrolment.person_id for one in told if _retimed(one)}, moved)
    return [
        replace(one, overlaps=_overlaps(one, seats)) if isinstance(one, Replanned) else one for one in told
    ]


def of_overlaps(outcome: Replanned) -> list[str]:
    """That moved dates overlap with other appointments, a sentence each of the first few: no mail names the other group."""
    known = [(row, other) for row in outcome.moved for other in outcome.overlaps.get(row.id, ())]
    shown = known if len(known) <= MOST_SAID else known[: MOST_SAID - 1]
    lines = [
        _(
            "On %(day)s it now overlaps with another appointment of yours, %(hours)s.",
            day=short_day(row.start, row.timezone),
            hours=time_range(other.start, other.end, row.timezone, outcome.enrolment.group.reached_online),
        )
        for row, other in shown
    ]
    more = len(known) - len(shown)
    words = ngettext("It overlaps %(num)s more time.", "It overlaps %(num)s more times.", more)
    return [*lines, words] if more else lines


def changes_of(outcome: Replanned, lines: Sequence[str]) -> dict[str, str]:
    """The fields of a message that says these lines of a change, and what overlaps: then it leads to the person's week."""
    overlaps = of_overlaps(outcome)
    return {"changes": bullets([*lines, *overlaps]), **({"link": WEEK} if overlaps else {})}


def _retimed(outcome: SeatOutcome) -> list[Occurrence]:
    """The dates on which the person has a seat that take place at another time than they know."""
    if not isinstance(outcome, Replanned) or outcome.position is not None:
        return []
    known = [(row, outcome.was[row.id]) for row in outcome.moved]
    return [
        row
        for row, was in known
        if (row.id in outcome.new if was is None else (was.start, was.end) != (row.start, row.end))
    ]


def _overlaps(outcome: Replanned, seats: Seats) -> dict[int, tuple[TimeSpan, ...]]:
    person, own = outcome.enrolment.person_id, outcome.enrolment.group_id
    others = [
        span for (who, group), spans in seats.items() if who == person and group != own for span in spans
    ]
    found = defaultdict[int, tuple[TimeSpan, ...]](tuple)
    now = [TimeSpan(row.id, row.start, row.end) for row in _retimed(outcome)]
    for clash in clashes(now, others):
        was = outcome.was[clash.wanted.key]
        if was is None or not overlaps(was.start, was.end, clash.mine.start, clash.mine.end):
            found[clash.wanted.key] += (clash.mine,)
    return found


def _seats(people: set[int], moved: Sequence[Occurrence]) -> Seats:
    query = each_pair(
        Enrolment.person_id, Occurrence.group_id, Occurrence.id, Occurrence.start, Occurrence.end
    ).where(
        Enrolment.person_id.in_(people), holds_seat(), Occurrence.status == OccurrenceStatus.SCHEDULED,
        Occurrence.start < max(row.end for row in moved), Occurrence.end > min(row.start for row in moved),
    )  # fmt: skip
    found = defaultdict[tuple[int, int], list[TimeSpan]](list)
    for person, group, number, start, end in db.session.execute(
        query.order_by(Occurrence.start, Occurrence.id)
    ):
        found[person, group].append(TimeSpan(number, start, end))
    return found
