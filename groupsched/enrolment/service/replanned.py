"""What people read of a change of their dates: what was, what is now, and nothing that stayed as it was.

A change of which somebody has not heard is one with the next: the message in the outbox keeps what its person knows
(`Message.was`), and the later one says what became of that. Where all is as they know it, there is nothing to say.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.catalog.rules import AttendanceMode
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.enrolment.service.outcomes import (
    AwaitedCancelled,
    DateCancelled,
    Replanned,
    SeatOutcome,
    SlotLost,
    takes_place,
)
from groupsched.enrolment.service.places_in_words import elsewhere_dates
from groupsched.enrolment.service.placing import own_occurrence_of
from groupsched.outbox.service import Withdrawn
from groupsched.schedule.events import DateBefore, RuleChange, Whereabouts
from groupsched.schedule.models import Occurrence, Series, rule_from, rule_plain
from groupsched.schedule.queries import coming, only_rule, where_of
from groupsched.schedule.rules import OccurrenceStatus, SeriesRule, has_day, slot_on

WhenAndRoom = tuple[datetime, datetime, int | None]
OnlyRule = Callable[[Group], SeriesRule | None]


def about_plan(outcome: SeatOutcome) -> str:
    """What messages about the dates of an enrolment are about, or about those for which somebody waits."""
    if isinstance(outcome, Replanned) and outcome.position is not None:
        return f"{about_waiting(outcome.enrolment)}plan"
    return f"{outcome.enrolment.uid}/plan"


def about_waiting(enrolment: Enrolment) -> str:
    """What all messages are about that somebody gets only while they wait."""
    return f"{enrolment.uid}/waiting/"


def with_earlier(outcomes: Iterable[SeatOutcome], taken_back: Iterable[Withdrawn]) -> list[SeatOutcome]:
    """The same outcomes, each change of dates joined with the one of which its person has not heard."""
    unsaid = {one.about: one.was for one in taken_back if one.was is not None}
    told = [_as_replanned(one) for one in outcomes]
    if not unsaid:
        return told
    rows = _rows({number for was in unsaid.values() for number, *_rest in was["dates"]})
    joined, only = list[SeatOutcome](), cache(only_rule)
    for one in told:
        earlier = _earlier(one, unsaid) if isinstance(one, Replanned) else None
        if isinstance(one, Replanned) and earlier is not None:
            one = replace(one, new=one.new | earlier["new"])
            joined.append(_joined(one, _dates_of(earlier, rows), _rules_of(earlier, one.rules, only), rows))
        else:
            joined.append(one)
    return _with_what_follows(joined)


def with_dates_ahead(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """The same outcomes. Where dates are in another place, whoever is in all has those of the group that take place: read once a
    group, they tell what holds from some day on from what holds for some days."""
    read = cache(_takes_place)
    return [
        replace(one, ahead=read(one.enrolment.group_id))
        if isinstance(one, Replanned) and one.enrolment.mode == EnrolmentMode.WHOLE and elsewhere_dates(one)
        else one
        for one in outcomes
    ]


def _earlier(outcome: Replanned, unsaid: Mapping[str, Mapping[str, Any]]) -> dict[str, Any] | None:
    """What messages of which nobody has heard keep of what the person of this outcome knows: of single dates, and, before
    that, of a plan."""
    enrolment = outcome.enrolment
    single = about_waiting(enrolment) if outcome.position is not None else f"{enrolment.uid}/date/"
    subjects = [*(f"{single}{one.uid}" for one in outcome.dates), about_plan(outcome)]
    found = [unsaid[one] for one in subjects if one in unsaid]
    if not found:
        return None
    dates = {row[0]: row for was in found for row in was["dates"]}
    rules = [one for was in found for one in was.get("rules", ())]
    new = frozenset(one for was in found for one in was.get("new", ()))
    return {"dates": list(dates.values()), "rules": rules, "new": new}


def what_they_knew(outcome: SeatOutcome) -> dict[str, Any] | None:
    """What the person of this outcome knows until they read its message, as a row keeps it; None where that tells nothing
    about a date."""
    match outcome:
        case Replanned():
            new = sorted(outcome.new & set(outcome.was))
            rules = [[one.chain, rule_plain(one.was)] for one in outcome.rules]
            return {"dates": _kept(outcome.was), "rules": rules, **({"new": new} if new else {})}
        case SlotLost(_, date, was):
            return {"dates": _kept({date.id: was})}
        case AwaitedCancelled(_, date):
            return {"dates": _kept({date.id: before(date)})}
    return None


def _kept(was: Mapping[int, DateBefore | None]) -> list[list[Any]]:
    return [
        [number] if one is None else [number, f"{one.start}", f"{one.end}", *astuple(one.where)]
        for number, one in was.items()
    ]


def first_start(outcome: Replanned) -> datetime:
    """When the first of these dates begins, as its person knows it."""
    first = outcome.dates[0]
    return (outcome.was[first.id] or first).start


def next_date(group_id: int) -> Occurrence | None:
    """The next date of a group that takes place, and has not begun."""
    return _next_of(_takes_place(group_id))


def _next_of(ahead: Iterable[Occurrence]) -> Occurrence | None:
    # One that runs leads nobody on: of a group that ends meanwhile all is over.
    return next((one for one in ahead if one.start > clock.now()), None)


def _takes_place(group_id: int) -> list[Occurrence]:
    ahead = coming(db.session.get_one(Group, group_id), clock.now(), None)
    return [one for one in ahead if one.status == OccurrenceStatus.SCHEDULED]


def before(one: Occurrence) -> DateBefore:
    """When and where a date is now, for a later comparison."""
    return DateBefore(one.id, one.start, one.end, where_of(one))


def _as_replanned(outcome: SeatOutcome) -> SeatOutcome:
    if isinstance(outcome, DateCancelled):
        one = outcome.date
        was = before(own_occurrence_of(outcome.enrolment, one))
        return Replanned(outcome.enrolment, [one], {one.id: was}, None)
    return outcome


def _joined(
    outcome: Replanned,
    unheard: Mapping[int, DateBefore | None],
    rules: Sequence[RuleChange],
    rows: Mapping[int, Occurrence],
) -> Replanned:
    was = {**outcome.was, **unheard}
    known = {one.id: one for one in outcome.dates} | {number: rows[number] for number in unheard}
    known = {number: own_occurrence_of(outcome.enrolment, one) for number, one in known.items()}
    dates = [
        one
        for one in known.values()
        if (
            before(one) != was[one.id] and not _as_they_know(one, was[one.id], unheard, rules)
            if one.status == OccurrenceStatus.SCHEDULED
            else was[one.id] is not None and _was_known(one, unheard, rules)
        )
    ]
    dates.sort(key=lambda one: ((was[one.id] or one).start, one.id))
    was = {one.id: was[one.id] for one in dates}
    return replace(outcome, dates=dates, was=was, rules=rules, joined_at=clock.now())


def _as_they_know(
    one: Occurrence, was: DateBefore | None, unheard: Collection[int], rules: Sequence[RuleChange]
) -> bool:
    """Whether a date that was made by a change of which they have not heard is as the rule says that they know."""
    rule = next((found.was for found in rules if one.series_id in found.chain), None)
    if one.id in unheard or rule is None or was is None or was.where != where_of(one):
        return False
    day = date.fromisoformat(one.original_local[:10])
    slot = slot_on(rule, day)
    return has_day(rule, day) and (one.start, one.end) == (slot.start, slot.end)


def _was_known(one: Occurrence, unheard: Collection[int], rules: Sequence[RuleChange]) -> bool:
    """Whether a date was theirs before the first change of which they have not heard."""
    day = date.fromisoformat(one.original_local[:10])
    rule = next((found.was for found in rules if one.series_id in found.chain), None)
    return one.id in unheard or rule is None or has_day(rule, day)


def _with_what_follows(outcomes: Iterable[SeatOutcome]) -> list[SeatOutcome]:
    """The same outcomes for what is now, where changes were joined, read once a group: with the next date for whom nothing
    is left of the others, and without dates in whose place there is another one that is just as they know it."""
    read = cache(_takes_place)
    found: list[SeatOutcome] = []
    for one in outcomes:
        if isinstance(one, Replanned) and one.dates and one.enrolment.mode == EnrolmentMode.WHOLE:
            ahead = read(one.enrolment.group_id)
            there = {(row.start, row.end, row.place_id) for row in ahead}
            stood = {_kept_at(one.was[row.id]) for row in one.dates if not takes_place(row)}
            one = replace(one, dates=[row for row in one.dates if not _stands(row, one, there, stood)])
            if one.dates and not one.moved and one.following is None:
                one = replace(one, following=_next_of(ahead))
        found.append(one)
    return found


def _stands(
    row: Occurrence, outcome: Replanned, there: Collection[WhenAndRoom], stood: Collection[WhenAndRoom | None]
) -> bool:
    """Whether there is no news of a date: one that fell away has another in its place, or it is that other one."""
    if takes_place(row):
        return row.id in outcome.new and (row.start, row.end, row.place_id) in stood
    return _kept_at(outcome.was[row.id]) in there


def _kept_at(was: DateBefore | None) -> WhenAndRoom | None:
    return (was.start, was.end, was.where.place_id) if was is not None else None


def _rows(numbers: Iterable[int]) -> dict[int, Occurrence]:
    return {one.id: one for one in db.session.scalars(select(Occurrence).where(Occurrence.id.in_(numbers)))}


def _dates_of(was: Mapping[str, Any], rows: Mapping[int, Occurrence]) -> dict[int, DateBefore | None]:
    found: Sequence[Sequence[Any]] = was["dates"]
    known = {number: _before(number, kept, rows[number]) for number, *kept in found if number in rows}
    # What is over is no news any more, however long the message has waited.
    return {number: one for number, one in known.items() if (one or rows[number]).end > clock.now()}


def _before(number: int, kept: Sequence[Any], row: Occurrence) -> DateBefore | None:
    """When and where a date was, as a row kept it; None where it was known not to take place."""
    if not kept:
        return None
    start, end, *where = kept
    begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return DateBefore(number, begins, ends, _where(where, where_of(row)))


def _where(kept: Sequence[Any], now: Whereabouts) -> Whereabouts:
    """Where a date was, as a row kept it; rows of an earlier version say nothing but its place."""
    if len(kept) == 1:
        return now if now.place_id is None else replace(now, place_id=kept[0])
    mode, place_id, site_id, link = kept
    return Whereabouts(AttendanceMode(mode), place_id, site_id, link)


def _rules_of(was: Mapping[str, Any], later: Sequence[RuleChange], only: OnlyRule) -> list[RuleChange]:
    """What rules say otherwise since then, the changes of which nobody has heard with those of now."""
    changes = list(later)
    for chain, parts in was.get("rules", ()):
        changes = _after(RuleChange(tuple(chain), rule_from(parts), rule_from(parts)), changes, only)
    return changes


def _after(earlier: RuleChange, changes: Sequence[RuleChange], only: OnlyRule) -> list[RuleChange]:
    """The changes, that of the same series as one with the `earlier`; where there is none, the rule is as it has become."""
    same = next((one for one in changes if set(one.chain) & set(earlier.chain)), None)
    others = [one for one in changes if one is not same]
    if same is not None:
        chain = tuple(dict.fromkeys((*earlier.chain, *same.chain)))
        return [*others, replace(same, chain=chain, was=earlier.was)]
    # What it went on as may have been undone since: then it has ended, and one before it lives again.
    parts = [db.session.get_one(Series, number) for number in reversed(earlier.chain)]
    series = next((one for one in parts if one.ended_at is None), parts[0])
    return [*others, replace(earlier, now=series.rule, alone=only(series.group) == series.rule)]
