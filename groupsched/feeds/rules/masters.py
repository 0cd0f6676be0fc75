"""From a spell of meetings to the events of a calendar file.

A series is one master in local time. A date that differs is an override with its original time. What calendar
programs read in different ways is taken out of the master: a date that starts inside the hour that comes twice becomes
an event of its own in UTC, one that spans the change gets its own end. Where the zone cannot be told to a calendar at
all, or the rule is one that Outlook does not take, or a date starts at a time that there is not, every date of the window
is an event of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from groupsched.feeds.rules.model import Event, FeedDate, SeriesSpan, opaque_uid
from groupsched.feeds.rules.window import AHEAD, CANCELLED_FOR, DAY, PAST, Window, alone, midnight_of
from groupsched.feeds.rules.zones import ClockChange, ZoneRule, zone_rule
from groupsched.schedule.rules import SeriesRule, expand, last_date, local_dates, slot_on

FOR_EVER = date(2199, 12, 31)
# The fifth weekday, which Outlook does not take, and the days that some months do not have, for which it takes their last one.
_OUTLOOK_ALONE = re.compile(r"BYDAY=5[A-Z]|BYMONTHDAY=(29|30|31)|BYSETPOS=5")


def told(spell: SeriesSpan, now: datetime) -> tuple[Event, ...]:
    """Give the events of one spell: a master with its exceptions, or one event a date."""
    window = Window(now)
    sayable = _sayable(spell, window)
    if sayable is None:
        return tuple(_one_by_one(spell, window))
    master = _Master(*sayable, _since_its_start(spell, sayable[1]), window)
    return tuple(_one_by_one(spell, window) if master.misses_an_hour else master.events())


def _sayable(spell: SeriesSpan, window: Window) -> tuple[ZoneRule, date] | None:
    """Find the yearly rule of the zone and the first date from which the master may start under it."""
    if not spell.rule.rrule or _OUTLOOK_ALONE.search(spell.rule.rrule):
        return None
    first = max(spell.first, spell.rule.starts_on)
    for start in (first, max(first, window.first)):
        rule = zone_rule(spell.rule.timezone, start.year, window.last.year + 1)
        if rule is not None:
            return rule, start
    return None


def _since_its_start(spell: SeriesSpan, start: date) -> SeriesSpan:
    """Where a master begins with the window, it is another one since the date before its first left that."""
    first = max(spell.first, spell.rule.starts_on)
    before = list(local_dates(spell.rule, first, start - DAY)) if start > first else []
    return _at_least(spell, midnight_of(before[-1] + PAST + DAY)) if before else spell


def _at_least(spell: SeriesSpan, since: datetime) -> SeriesSpan:
    return replace(spell, said_at=spell.words_at, changed_at=max(spell.changed_at, since))


def _one_by_one(spell: SeriesSpan, window: Window) -> Iterator[Event]:
    first, last = max(spell.first, window.first - DAY), min(spell.last or window.last, window.last + DAY)
    meetings = {
        slot.original_local: FeedDate(
            slot.original_local, slot.start, slot.end, spell.words, spell.words_at, spell.created_at
        )
        for slot in expand(spell.rule, first, last)
    }
    meetings.update(spell.exceptions)
    for original in sorted(meetings.keys() - spell.without):
        yield from alone(opaque_uid(spell.uid, original), meetings[original], window)


@dataclass
class _Master:
    """The master of one spell, while it is put together."""

    zone_rule: ZoneRule
    first: date
    spell: SeriesSpan
    window: Window

    @property
    def misses_an_hour(self) -> bool:
        """Whether a date of the window begins at a time that there is not. Excluding it does not help: libical looks for an
        exception at a time that is, and shows the date an hour late."""
        skipped = [change for change in self._changes if change.before < change.after]
        return any(
            change.before <= wall < change.after
            for wall in self._near_changes
            if self._meets(wall.date()) and wall.date() not in self.spell.rule.skip
            for change in skipped
            if wall.date() >= self.window.first
        )

    def entered(self, day: date) -> datetime:
        """When the clock change that touches a date came into the window: since then it is told of."""
        wall = self._wall(day)
        changes = (change.before.date() for change in self._changes if wall in self._touched(change))
        return midnight_of(min(changes, default=day) - AHEAD - DAY)

    def events(self) -> Iterator[Event]:
        """The event of the series and those of what differs, none of its own older than it."""
        parts = [*self._exceptions(), *self._clock_changes()]
        taken = {wall for wall, event in parts if event is None or event.recurrence_id is None}
        taken |= self.spell.without
        exdates = {wall for wall in taken if self._is_own(wall)}
        exdates |= {self._wall(day) for day in self.spell.rule.skip if self._meets(day)}
        exdates -= {
            event.recurrence_id.replace(tzinfo=None) for _, event in parts if event and event.recurrence_id
        }
        start = next((day for day in self._dates() if self._wall(day) not in exdates), None)
        since = self._since(parts)
        if start is not None:
            yield self._master(start, tuple(sorted(wall for wall in exdates if wall.date() > start)), since)
        others = (event for _, event in parts if event)
        for event in sorted(others, key=lambda event: (event.start, event.uid)):
            yield event if event.recurrence_id is None else replace(event, stamp=max(event.stamp, since))

    def _since(self, parts: Sequence[tuple[datetime, Event | None]]) -> datetime:
        """Since when the series is told so: time alone excludes dates, long cancelled or in the hour of a clock change."""
        excluded = [wall for wall, event in parts if event is None or event.recurrence_id is None]
        held = self.spell.exceptions
        clock = (
            self.entered(wall.date()) for wall in excluded if wall not in held or self._in_changed_hour(wall)
        )
        forgotten = (
            held[wall].end + CANCELLED_FOR
            for wall in excluded
            if wall in held and self.window.forgets(held[wall])
        )
        return max([self.spell.changed_at, *clock, *forgotten])

    def _master(self, start: date, exdates: tuple[datetime, ...], since: datetime) -> Event:
        spell, wall = self.spell, self._wall(start)
        length = timedelta(minutes=spell.rule.duration_minutes)
        return Event(
            uid=spell.uid,
            start=self._zoned(wall),
            end=self._zoned(wall + length),
            words=spell.words,
            stamp=since,
            created_at=spell.created_at,
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
                one = list(alone(opaque_uid(self.spell.uid, original), meeting, self.window))
                yield original, one[0] if one else None
            elif self.window.forgets(meeting):
                yield original, None
            else:
                yield original, self._override(meeting)

    def _clock_changes(self) -> Iterator[tuple[datetime, Event | None]]:
        for wall in self._near_changes:
            if (
                wall in self.spell.exceptions
                or wall in self.spell.without
                or wall.date() in self.spell.rule.skip
                or not self._meets(wall.date())
            ):
                continue
            slot, spell = slot_on(self.spell.rule, wall.date()), self.spell
            meeting = FeedDate(wall, slot.start, slot.end, spell.words, spell.words_at, spell.created_at)
            # An end that the clock skips would be that of the first date of all: libical takes the length of every other from it.
            skipped_end = self._in_changed_hour(wall + timedelta(minutes=spell.rule.duration_minutes))
            if self._in_changed_hour(wall) or skipped_end or self._comes_twice(slot.end):
                one = list(alone(opaque_uid(spell.uid, wall), meeting, self.window))
                yield wall, one[0] if one else None
            else:
                yield wall, self._override(meeting)

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
            stamp=meeting.changed_at,
            created_at=meeting.created_at,
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
        # A day more: the last date may go on into the hour of the next morning.
        last = min(self.window.last, self.spell.last or FOR_EVER) + DAY
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
