"""What a calendar shows: memberships, or groups that are led, as spans of series and single dates.

Nobody but the reader is looked up here: no roster, no facilitator, no one else's enrolment.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from groupsched.catalog.models import Group, Place
from groupsched.catalog.queries import groups_led_by
from groupsched.catalog.rules import GroupState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.queries import CalendarSeat, Membership, memberships
from groupsched.enrolment.rules import EnrolmentMode
from groupsched.feeds.queries.leading import is_facilitator, led_besides, led_by_others
from groupsched.feeds.queries.links import own_words
from groupsched.feeds.queries.saying import (
    FeedReader,
    facts_of_date,
    facts_of_rule,
    facts_of_series,
    words_of,
)
from groupsched.feeds.queries.stamps import stamps_of
from groupsched.feeds.rules import (
    AHEAD,
    PAST,
    FactOf,
    FeedDate,
    FeedKind,
    SeriesSpan,
    SingleDate,
    StampBook,
    TitleMode,
    opaque_uid,
)
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import DateField, OccurrenceStatus, SeatPool, SeriesRule

CANCELLED = (OccurrenceStatus.CANCELLED, OccurrenceStatus.DID_NOT_MEET)
SAID: Mapping[DateField, InstrumentedAttribute[str]] = {
    DateField.TITLE: Occurrence.own_title,
    DateField.LINK: Occurrence.own_link,
    DateField.NOTE: Occurrence.own_note,
}
"""What a date says of itself in words, that its series may say too."""


@dataclass(frozen=True, slots=True)
class FeedContents:
    """Everything in a calendar, before it is written."""

    series_spans: tuple[SeriesSpan, ...]
    singles: tuple[SingleDate, ...]


@dataclass(frozen=True)
class GroupSpan:
    """A group from a moment until a moment, with the dates that somebody is away, and those that are not theirs at all."""

    group_id: int
    key: str
    start: datetime | None = None
    end: datetime | None = None
    away: frozenset[int] = frozenset()
    without: frozenset[int] = frozenset()
    pool: SeatPool | None = None
    pools: Mapping[int, SeatPool] = field(default_factory=dict)
    enrolment: int | None = None
    since: datetime | None = None
    series_id: int | None = None
    seats: Mapping[int, CalendarSeat] = field(default_factory=dict)


def shown_by(
    person_id: int, person_uid: str, kind: FeedKind, titles: TitleMode, feed_id: int | None = None
) -> FeedContents:
    """Gather what one link of a person shows."""
    comes = kind != FeedKind.LEADING
    reader = FeedReader(person_uid, titles, own_words(person_id), person_id, feed_id, comes=comes)
    if kind == FeedKind.LEADING:
        led = groups_led_by(person_id).where(is_facilitator(person_id))
        groups = groups_where(Group.id.in_(led), Group.state != GroupState.DRAFT, Group.source_id.is_(None))
        others = led_by_others(person_id, groups)
        spans = [GroupSpan(group.id, "led", end=group.retired_at, without=others) for group in groups]
        contents = gather(groups, spans, (), reader)
        besides = singles_of(led_besides(person_id, groups), reader)
        return replace(contents, singles=(*contents.singles, *besides))
    mine = memberships(person_id)
    groups = groups_where(Group.id.in_({member.group.id for member in mine}))
    single = [member for member in mine if member.mode == EnrolmentMode.DATES]
    return gather(
        groups, [_span(member) for member in mine if member.mode == EnrolmentMode.WHOLE], single, reader
    )


def groups_where(*clauses: object) -> list[Group]:
    """Groups with all that an event can say of them."""
    query = (
        select(Group)
        .where(*clauses)  # type: ignore[arg-type]
        .options(joinedload(Group.modality), joinedload(Group.place).joinedload(Place.site))
    )
    return list(db.session.scalars(query.order_by(Group.id)))


def gather(
    groups: Sequence[Group], spans: Sequence[GroupSpan], single: Iterable[Membership], reader: FeedReader
) -> FeedContents:
    """Put stretches of whole groups and chosen dates together, in four statements for any number."""
    single = list(single)
    by_id = {group.id: group for group in groups}
    series = _series_of({span.group_id for span in spans})
    chosen = {number for member in single for number in member.dates | member.given_up}
    away = {
        number
        for span in spans
        for number in span.away | span.without | span.seats.keys() | span.pools.keys()
    }
    rows = _unusual(by_id, series, chosen | away, reader)
    of_series: dict[int, list[Occurrence]] = defaultdict(list)
    for row in rows.values():
        of_series[row.series_id].append(row)
    stamps = stamps_of(
        groups,
        (one for each in series.values() for one in each),
        rows.values(),
        _others(reader, (*spans, *single)),
    )
    series_spans = [
        _series_span(span, one, by_id[span.group_id], of_series[one.id], reader, stamps)
        for span in spans
        for one in series.get(span.group_id, ())
        if span.series_id in (None, one.id)
    ]
    singles = [
        single_of(
            rows[number],
            by_id[member.group.id],
            _by_way(_after(reader, member.ended_at), member),
            stamps,
            away=number in member.given_up,
            seat=member.seats.get(number),
        )
        for member in single
        for number in sorted(member.dates | member.given_up)
        if number in rows
    ]
    return FeedContents(tuple(series_spans), tuple(singles))


def _others(
    reader: FeedReader, of: Iterable[Membership | GroupSpan] = ()
) -> Iterator[tuple[FactOf, int | None]]:
    yield from ((FactOf.PERSON, reader.person), (FactOf.FEED, reader.feed))
    for one in of:
        yield FactOf.ENROLMENT, one.enrolment
        yield from ((FactOf.SLOT, seat.slot.id) for seat in one.seats.values() if seat.slot is not None)


def singles_of(
    rows: Sequence[Occurrence], reader: FeedReader, seat: CalendarSeat | None = None
) -> list[SingleDate]:
    """Dates that stand alone, each with its group; of the one on which their reader has a `seat` it is given."""
    slots = [(FactOf.SLOT, seat.slot.id)] if seat is not None and seat.slot is not None else []
    stamps = stamps_of((row.group for row in rows), (), rows, (*_others(reader), *slots))
    return [single_of(row, row.group, reader, stamps, seat=seat) for row in rows]


def single_of(
    row: Occurrence,
    group: Group,
    reader: FeedReader,
    stamps: StampBook,
    *,
    away: bool = False,
    seat: CalendarSeat | None = None,
) -> SingleDate:
    """One date that stands alone in a calendar; with the `seat` of its reader, if they have one."""
    meeting = _meeting(row, group, reader, stamps, away, seat)
    if seat is not None and seat.slot is not None:
        meeting = replace(meeting, start=seat.slot.start, end=seat.slot.end)
    return SingleDate(opaque_uid(reader.key, row.uid), meeting)


def _after(reader: FeedReader, ended: datetime | None) -> FeedReader:
    """The same reader; one who has left sees where it was, and no way into the online room of today."""
    return reader if ended is None else replace(reader, public=True)


def _by_way(reader: FeedReader, of: Membership | GroupSpan) -> FeedReader:
    """The same reader, who comes so."""
    return replace(reader, pool=of.pool, pools=of.pools, enrolment=of.enrolment, since=of.since)


def _span(member: Membership) -> GroupSpan:
    # A spell is known by when it began: nobody comes back into a group twice at the same moment.
    started = member.first_start.isoformat() if member.first_start else ""
    return GroupSpan(
        member.group.id, started, member.first_start, member.ended_at, member.given_up, seats=member.seats,
        pool=member.pool, pools=member.pools, enrolment=member.enrolment, since=member.since,
    )  # fmt: skip


def _series_of(group_ids: set[int]) -> dict[int, list[Series]]:
    found: dict[int, list[Series]] = defaultdict(list)
    for one in db.session.scalars(select(Series).where(Series.group_id.in_(group_ids)).order_by(Series.id)):
        found[one.group_id].append(one)
    return found


def _unusual(
    groups: Mapping[int, Group], series: dict[int, list[Series]], numbers: set[int], reader: FeedReader
) -> dict[int, Occurrence]:
    """Find the dates that differ from their rule, and those that are named, by number."""
    # Only a full text says the topic, and only of dates of the window: a year of them is fifty overrides, for a whole
    # catalogue more than a file may hold.
    today = clock.now().date()
    window = (today, today + PAST) if reader.public else (today - PAST, today + AHEAD)
    told = Occurrence.local_date.between(*window) & Occurrence.topic_id.is_not(None)
    differs = or_(
        Occurrence.status.in_(CANCELLED),
        Occurrence.own_fields != "",
        Occurrence.start != Occurrence.original_start,
        Occurrence.local_date.between(today - PAST, today) & _was_otherwise(groups, series),
        told if reader.titles is TitleMode.FULL else false(),
    )
    group_ids = {group_id for group_id, rows in series.items() if rows}
    # What its rule does not have leaves no trace: fifty-two cancelled events would tell of one change of the weekday.
    query = select(Occurrence).where(
        ~Occurrence.dropped,
        or_(and_(Occurrence.group_id.in_(group_ids), differs), Occurrence.id.in_(numbers)),
    )
    query = query.options(
        joinedload(Occurrence.place).joinedload(Place.site),
        joinedload(Occurrence.laid_topic),
        joinedload(Occurrence.series),
    )
    query = query.order_by(Occurrence.start, Occurrence.id)
    return {row.id: row for row in db.session.scalars(query)}


def _was_otherwise(groups: Mapping[int, Group], series: dict[int, list[Series]]) -> ColumnElement[bool]:
    """Whether a date that is over was held in another place than the one in which its series meets by now, or was called
    otherwise, or had another link or note than its series has by now."""
    held: dict[int | None, list[int]] = defaultdict(list)
    said: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for group_id, rows in series.items():
        for one in rows:
            place = _place_of(one, groups[group_id])
            held[place.id if place else None].append(one.id)
            said[tuple(one.own.get(field.value, "") for field in SAID)].append(one.id)
    moved = (
        Occurrence.series_id.in_(ids) & Occurrence.place_id.is_distinct_from(place)
        for place, ids in held.items()
    )
    otherwise = (
        Occurrence.series_id.in_(ids)
        & or_(*(column != word for column, word in zip(SAID.values(), words, strict=True)))
        for words, ids in said.items()
    )
    return or_(Occurrence.place_id.is_not(None) & or_(false(), *moved), *otherwise)


def _series_span(
    span: GroupSpan,
    series: Series,
    group: Group,
    rows: list[Occurrence],
    reader: FeedReader,
    stamps: StampBook,
) -> SeriesSpan:
    rule, place = series.rule, _place_of(series, group)
    ends = [moment for moment in (span.end, series.ended_at) if moment is not None]
    reader = _by_way(_after(reader, span.end), span)
    meetings = [
        _meeting(row, group, reader, stamps, row.id in span.away, span.seats.get(row.id)) for row in rows
    ]
    said_at = stamps.latest(_made(series, reader), facts_of_series(series, group, place, reader))
    others = {meeting.original for meeting, row in zip(meetings, rows, strict=True) if row.id in span.without}
    others |= {meeting.original for meeting in meetings if not _within(meeting, span)}
    return SeriesSpan(
        uid=opaque_uid(reader.key, span.key, series.ical_uid),
        rule=rule,
        first=_first_day(rule, span.start),
        last=_last_day(rule, min(ends)) if ends else None,
        words=words_of(
            group,
            place,
            reader,
            series.own.get(DateField.TITLE.value, ""),
            series.own.get(DateField.LINK.value, ""),
            reader.pool,
            note=series.own.get(DateField.NOTE.value, ""),
        ),
        changed_at=stamps.latest(said_at, facts_of_rule(series, group, reader, rows)),
        said_at=said_at,
        created_at=series.created_at,
        exceptions={meeting.original: meeting for meeting in meetings if meeting.original not in others},
        without=frozenset(others),
    )


def _place_of(series: Series, group: Group) -> Place | None:
    """Where the dates of a series meet that have no place of their own."""
    number = series.own.get(DateField.PLACE.value)
    return (
        db.session.get(Place, number, options=[joinedload(Place.site)]) if number is not None else group.place
    )


def _made(series: Series, reader: FeedReader) -> datetime:
    """Since when there is this event: who comes into a group anew has it anew."""
    return max(series.created_at, reader.since or series.created_at)


def _within(meeting: FeedDate, span: GroupSpan) -> bool:
    return (span.start is None or meeting.start >= span.start) and (
        span.end is None or meeting.start < span.end
    )


def _meeting(
    row: Occurrence,
    group: Group,
    reader: FeedReader,
    stamps: StampBook,
    away: bool,
    seat: CalendarSeat | None = None,
) -> FeedDate:
    """A date as it is for its reader."""
    pool = reader.pools.get(row.id, reader.pool)
    return FeedDate(
        original=datetime.strptime(row.original_local, "%Y-%m-%dT%H%M"),  # noqa: DTZ007 - wall time
        start=row.start,
        end=row.end,
        words=words_of(
            group,
            row.place or group.place,
            reader,
            row.own_title,
            row.own_link,
            pool,
            row.topic,
            row.own_note,
        ),
        changed_at=stamps.latest(_made(row.series, reader), facts_of_date(row, group, reader, pool, seat)),
        created_at=row.series.created_at,
        cancelled=away or row.status in CANCELLED,
    )


def _first_day(rule: SeriesRule, start: datetime | None) -> date:
    """The first day on which the series begins at or after a moment."""
    if start is None:
        return rule.starts_on
    wall = start.astimezone(ZoneInfo(rule.timezone))
    return wall.date() if rule.start_time >= wall.time() else wall.date() + timedelta(days=1)


def _last_day(rule: SeriesRule, end: datetime) -> date:
    """The last day on which the series begins before a moment."""
    wall = end.astimezone(ZoneInfo(rule.timezone))
    return wall.date() if rule.start_time < wall.time() else wall.date() - timedelta(days=1)
