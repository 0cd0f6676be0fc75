"""From a spell of meetings to the events of a calendar file.

A series is one master in local time. A date that differs is an override with its original time. What calendar
programs read in different ways is taken out of the master: a date that starts inside the hour in which the clock
changes becomes an event of its own in UTC, one that spans the change gets its own end. Where the zone cannot be
told to a calendar at all, every date of the window is an event of its own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from groupsched.feeds.rules.model import Event, FeedDate, SeriesSpan, SingleDate, opaque_uid
from groupsched.feeds.rules.zones import ClockChange, ZoneRule, zone_rule
from groupsched.schedule.rules import SeriesRule, expand, last_date, local_dates, slot_on

DAY = timedelta(days=1)
FOR_EVER = date(2199, 12, 31)
CANCELLED_FOR = timedelta(days=7)
PAST = timedelta(days=92)
AHEAD = timedelta(days=366)


def told(spell: SeriesSpan, now: datetime) -> tuple[Event, ...]:
    """Give the events of one spell: a master with its exceptions, or one event a date."""
    window = _Window(now)
    sayable = _sayable(spell, window)
    if sayable is None:
        return tuple(_one_by_one(spell, window))
    return tuple(_Master(sayable[0], sayable[1], spell, window).events())


def told_alone(single: SingleDate, now: datetime) -> tuple[Event, ...]:
    """Give the event of a date that stands alone, or nothing once it has left the window."""
    return tuple(_alone(single.uid, single.meeting, _Window(now)))


def fresh_until(meetings: Iterable[FeedDate], now: datetime) -> datetime:
    """Say until when a file stays right if nothing happens: the next midnight in UTC, or a cancellation's end."""
    midnight = datetime.combine(now.astimezone(UTC).date() + DAY, time(), tzinfo=UTC)
    ends = (meeting.end + CANCELLED_FOR for meeting in meetings if meeting.cancelled)
    return min([midnight, *(end for end in ends if end > now)])


@dataclass(frozen=True, slots=True)
class _Window:
    """Three months back and a year ahead, by whole days in UTC, so that it moves once a day."""

    now: datetime

    @property
    def first(self) -> date:
        return self.now.astimezone(UTC).date() - PAST

    @property
    def last(self) -> date:
        return self.now.astimezone(UTC).date() + AHEAD

    def shows(self, meeting: FeedDate) -> bool:
        """Whether a date that stands alone is near enough, and not cancelled long ago."""
        return self.first <= meeting.start.date() <= self.last and not self.forgets(meeting)

    def forgets(self, meeting: FeedDate) -> bool:
        """Whether a cancellation is old enough to leave no trace."""
        return meeting.cancelled and self.now >= meeting.end + CANCELLED_FOR


def _sayable(spell: SeriesSpan, window: _Window) -> tuple[ZoneRule, date] | None:
    """Find the yearly rule of the zone and the first date from which the master may start under it."""
    if not spell.rule.rrule:
        return None
    first = max(spell.first, spell.rule.starts_on)
    for start in (first, max(first, window.first)):
        rule = zone_rule(spell.rule.timezone, start.year, window.last.year + 1)
        if rule is not None:
            return rule, start
    return None


def _alone(uid: str, meeting: FeedDate, window: _Window) -> Iterator[Event]:
    if window.shows(meeting):
        yield Event(
            uid=uid,
            start=meeting.start.astimezone(UTC),
            end=meeting.end.astimezone(UTC),
            words=meeting.words,
            stamp=meeting.changed_at,
            sequence=meeting.sequence,
            cancelled=meeting.cancelled,
        )


def _one_by_one(spell: SeriesSpan, window: _Window) -> Iterator[Event]:
    first, last = max(spell.first, window.first - DAY), min(spell.last or window.last, window.last + DAY)
    meetings = {
        slot.original_local: FeedDate(
            slot.original_local, slot.start, slot.end, spell.words, spell.changed_at, spell.sequence
        )
        for slot in expand(spell.rule, first, last)
    }
    meetings.update(spell.exceptions)
    for original in sorted(meetings.keys() - spell.without):
        yield from _alone(opaque_uid(spell.uid, original), meetings[original], window)


@dataclass
class _Master:
    """The master of one spell, while it is put together."""

    zone_rule: ZoneRule
    first: date
    spell: SeriesSpan
    window: _Window

    def events(self) -> Iterator[Event]:
        parts = [*self._exceptions(), *self._clock_changes()]
        taken = {wall for wall, event in parts if event is None or event.recurrence_id is None}
        taken |= self.spell.without
        exdates = {wall for wall in taken if self._is_own(wall)}
        exdates |= {self._wall(day) for day in self.spell.rule.skip if self._meets(day)}
        exdates -= {
            event.recurrence_id.replace(tzinfo=None) for _, event in parts if event and event.recurrence_id
        }
        start = next((day for day in self._dates() if self._wall(day) not in exdates), None)
        if start is not None:
            yield self._master(start, tuple(sorted(wall for wall in exdates if wall.date() > start)))
        yield from sorted((event for _, event in parts if event), key=lambda event: (event.start, event.uid))

    def _master(self, start: date, exdates: tuple[datetime, ...]) -> Event:
        spell, wall = self.spell, self._wall(start)
        length = timedelta(minutes=spell.rule.duration_minutes)
        return Event(
            uid=spell.uid,
            start=self._zoned(wall),
            end=self._zoned(wall + length),
            words=spell.words,
            stamp=spell.changed_at,
            sequence=spell.sequence,
            rrule=self._rrule(start),
            exdates=tuple(self._zoned(exdate) for exdate in exdates),
        )

    def _rrule(self, start: date) -> str:
        """Write the rule; its end is a COUNT only while the master starts where the series does."""
        rule, last = self.spell.rule, self.spell.last
        if "COUNT=" in rule.rrule and (last is not None or start != rule.starts_on):
            last = min(last_date(rule) or last or start, last or FOR_EVER)
        elif rule.until is not None:
            last = min(rule.until, last or FOR_EVER)
        if last is None:
            return rule.rrule
        # UNTIL in UTC, though the start is local: beside a TZID nothing else is allowed (RFC 5545 3.3.10).
        parts = [part for part in rule.rrule.split(";") if not part.startswith("COUNT=")]
        return ";".join([*parts, f"UNTIL={slot_on(rule, last).start:%Y%m%dT%H%M%SZ}"])

    # --- what differs: (original wall time, event); no event or one without RECURRENCE-ID is excluded ------

    def _exceptions(self) -> Iterator[tuple[datetime, Event | None]]:
        for original, meeting in sorted(self.spell.exceptions.items()):
            if not self._is_own(original) or self._in_changed_hour(original):
                alone = list(_alone(opaque_uid(self.spell.uid, original), meeting, self.window))
                yield original, alone[0] if alone else None
            elif self.window.forgets(meeting):
                yield original, None
            else:
                yield original, self._override(meeting)

    def _clock_changes(self) -> Iterator[tuple[datetime, Event | None]]:
        for wall in self._near_changes:
            if (
                wall in self.spell.exceptions
                or wall.date() in self.spell.rule.skip
                or not self._meets(wall.date())
            ):
                continue
            slot, spell = slot_on(self.spell.rule, wall.date()), self.spell
            meeting = FeedDate(wall, slot.start, slot.end, spell.words, spell.changed_at, spell.sequence)
            if self._in_changed_hour(wall) or self._comes_twice(slot.end):
                alone = list(_alone(opaque_uid(spell.uid, wall), meeting, self.window))
                yield wall, alone[0] if alone else None
            else:
                yield wall, self._override(meeting)

    def _plain(self, wall: datetime) -> bool:
        """Whether the date takes place just as the rule says."""
        spell = self.spell
        return (
            self._meets(wall.date())
            and wall.date() not in spell.rule.skip
            and wall not in spell.exceptions
            and wall not in spell.without
        )

    def _override(self, meeting: FeedDate) -> Event:
        zone = (
            UTC
            if self._comes_twice(meeting.start) or self._comes_twice(meeting.end)
            else self.spell.rule.zone
        )
        return Event(
            uid=self.spell.uid,
            start=meeting.start.astimezone(zone),
            end=meeting.end.astimezone(zone),
            words=meeting.words,
            stamp=max(meeting.changed_at, self.spell.changed_at),
            sequence=max(meeting.sequence, self.spell.sequence),
            cancelled=meeting.cancelled,
            recurrence_id=self._zoned(meeting.original),
        )

    # --- dates and clocks ---------------------------------------------------------------------------------

    def _dates(self) -> Iterator[date]:
        yield from local_dates(self._whole_rule, self.first, self.spell.last or FOR_EVER)

    @cached_property
    def _whole_rule(self) -> SeriesRule:
        return replace(self.spell.rule, skip=frozenset())

    @cached_property
    def _known(self) -> frozenset[date]:
        """The dates of the rule as far as anything is asked about one of them."""
        asked = (wall.date() for wall in (*self.spell.exceptions, *self.spell.without, *self._near_changes))
        last = min(max([self.first, *self.spell.rule.skip, *asked]), self.spell.last or FOR_EVER)
        return frozenset(local_dates(self._whole_rule, self.first, last))

    def _meets(self, day: date) -> bool:
        return day in self._known

    def _is_own(self, original: datetime) -> bool:
        return original.time() == self.spell.rule.start_time and self._meets(original.date())

    def _wall(self, day: date) -> datetime:
        return datetime.combine(day, self.spell.rule.start_time)

    def _zoned(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.spell.rule.zone)

    @cached_property
    def _changes(self) -> tuple[ClockChange, ...]:
        last = min(self.window.last + DAY, self.spell.last or FOR_EVER)
        return tuple(self.zone_rule.changes(self.first, last)) if self.first <= last else ()

    @cached_property
    def _near_changes(self) -> tuple[datetime, ...]:
        """The wall starts whose meeting would reach into a changed hour, were they dates of the rule."""
        return tuple(sorted({wall for change in self._changes for wall in self._touched(change)}))

    def _touched(self, change: ClockChange) -> Iterator[datetime]:
        """Give the wall starts around a change whose meeting would reach into the changed hour."""
        length = timedelta(minutes=self.spell.rule.duration_minutes)
        for day in (change.low.date() - DAY, change.low.date(), change.high.date()):
            wall = self._wall(day)
            if wall <= change.high and wall + length >= change.low:
                yield wall

    def _in_changed_hour(self, wall: datetime) -> bool:
        return any(change.holds(wall) for change in self._changes)

    def _comes_twice(self, instant: datetime) -> bool:
        """Whether the wall clock shows this instant's time twice on its day."""
        wall = instant.astimezone(self.spell.rule.zone)
        return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
