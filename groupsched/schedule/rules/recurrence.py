"""The closed vocabulary of repetition: what of RFC 5545's RRULE the product understands.

Only shapes that every calendar reads alike: DAILY, WEEKLY with days, MONTHLY by one day of the month or by one
nth or last weekday; INTERVAL 1 to 52; COUNT up to 999 or UNTIL; never two meetings on a day. The rest is refused
with a sentence.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

MAX_COUNT = 999
MAX_INTERVAL = 52
MAX_RRULE_LENGTH = 200
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST_DAY = date(2199, 12, 31)

_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"}
_NTH = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class RuleRefused(ValueError):
    """A schedule that the product does not support or that would run away: `reason` is a sentence for people,
    `field` the name of the field to mend (`starts_on`, `start_time`, `duration_minutes`, `timezone`, `rrule`,
    `until`, `skip`). `text` is the sentence before its `values` are filled in, which is what is translated."""

    def __init__(self, text: str, field: str = "rrule", **values: object) -> None:
        self.text, self.field, self.values = text, field, values
        super().__init__(self.reason)

    @property
    def reason(self) -> str:
        """The whole sentence, in English."""
        return self.text % self.values if self.values else self.text


class Frequency(StrEnum):
    """How a rule steps."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True)
class Recurrence:
    """An understood RRULE. Weekdays count from Monday = 0; `nth` is 1 to 5, or -1 for the last."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    nth: int | None = None
    count: int | None = None
    until: str | None = None

    def days_from(self, first: date) -> Iterator[date]:
        """Every date of this recurrence from `first` on, in order, without regard to COUNT or an end."""
        steps = {
            Frequency.DAILY: self._daily,
            Frequency.WEEKLY: self._weekly,
            Frequency.MONTHLY: self._monthly,
        }
        return (day for day in steps[self.frequency](first) if day >= first)

    def _daily(self, first: date) -> Iterator[date]:
        for ordinal in range(first.toordinal(), LAST_DAY.toordinal(), self.interval):
            yield date.fromordinal(ordinal)

    def _weekly(self, first: date) -> Iterator[date]:
        # Weeks are counted from their Monday, not from the first date: every two weeks on Monday and Friday, begun on a
        # Friday, goes on ten days later (RFC 5545, WKST=MO).
        monday = first - timedelta(days=first.weekday())
        for ordinal in range(monday.toordinal(), LAST_DAY.toordinal(), 7 * self.interval):
            for weekday in self.weekdays or (first.weekday(),):
                yield date.fromordinal(ordinal + weekday)

    def _monthly(self, first: date) -> Iterator[date]:
        months = range(first.year * 12 + first.month - 1, LAST_DAY.year * 12 + 12, self.interval)
        for year, month in (divmod(number, 12) for number in months):
            day = self._day_in(year, month + 1, first.day)
            if day is not None:
                yield date(year, month + 1, day)

    def _day_in(self, year: int, month: int, default: int) -> int | None:
        """The day of the month, or None where the month has none: the 31st, 29 February, a fifth Tuesday."""
        length = calendar.monthrange(year, month)[1]
        if self.nth is None:
            day = self.month_day or default
            return day if day <= length else None
        matching = [
            day for day in range(1, length + 1) if date(year, month, day).weekday() == self.weekdays[0]
        ]
        if self.nth == -1:
            return matching[-1]
        return matching[self.nth - 1] if self.nth <= len(matching) else None


def parse_recurrence(rrule: str) -> Recurrence:
    """Read an RRULE's value. Raises RuleRefused with a sentence for everything outside the vocabulary.

    >>> found = parse_recurrence("FREQ=MONTHLY;BYDAY=2TU;COUNT=6")
    >>> found.weekdays, found.nth, found.count
    ((1,), 2, 6)
    """
    parts = _parts(rrule)
    try:
        frequency = Frequency(parts.get("FREQ", ""))
    except ValueError:
        raise RuleRefused(
            "A schedule repeats by day, week or month: FREQ is DAILY, WEEKLY or MONTHLY."
        ) from None
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleRefused(
            "A schedule ends after a number of times or on a date, not both: leave out COUNT or UNTIL."
        )
    recurrence = Recurrence(
        frequency=frequency,
        interval=_number(parts, "INTERVAL", MAX_INTERVAL) or 1,
        count=_number(parts, "COUNT", MAX_COUNT),
        until=parts.get("UNTIL"),
    )
    _check_week_start(parts, recurrence.interval)
    _check_day_parts(frequency, parts)
    return _with_days(recurrence, parts)


def clean_rrule(text: str) -> str:
    """The RRULE's value as it is kept: upper case, no spaces, no `RRULE:` before it, no UNTIL (that is a date of its own).

    >>> clean_rrule("rrule: freq=weekly; byday=we; until=20261231")
    'FREQ=WEEKLY;BYDAY=WE'
    """
    value = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").strip(";")
    return ";".join(part for part in value.split(";") if not part.startswith("UNTIL="))


def without_count(rrule: str) -> str:
    """The RRULE's value without its COUNT.

    >>> without_count("FREQ=DAILY;COUNT=5")
    'FREQ=DAILY'
    """
    return ";".join(part for part in rrule.split(";") if not part.startswith("COUNT="))


def _parts(rrule: str) -> dict[str, str]:
    if len(rrule) > MAX_RRULE_LENGTH:
        raise RuleRefused("This rule is too long: %(most)s characters at most.", most=MAX_RRULE_LENGTH)
    parts: dict[str, str] = {}
    for part in re.sub(r"\s+", "", rrule).upper().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise RuleRefused("This is not a rule we can read. An example: FREQ=WEEKLY;BYDAY=WE;COUNT=12")
        if name not in _PARTS:
            raise RuleRefused(
                "The part %(part)s is not supported. Schedules repeat by day, week or month.", part=name[:20]
            )
        if name in parts:
            raise RuleRefused("The part %(part)s is there twice.", part=name)
        parts[name] = value
    return parts


def _number(parts: dict[str, str], name: str, most: int) -> int | None:
    text = parts.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
        raise RuleRefused("%(part)s is a whole number from 1 to %(most)s.", part=name, most=most)
    return int(text)


def _check_week_start(parts: dict[str, str], interval: int) -> None:
    start = parts.get("WKST", "MO")
    if start not in WEEKDAYS or (start != "MO" and interval > 1):
        raise RuleRefused("Weeks begin on Monday here: leave out WKST.")


def _check_day_parts(frequency: Frequency, parts: dict[str, str]) -> None:
    has = {name for name in ("BYDAY", "BYMONTHDAY", "BYSETPOS") if name in parts}
    if frequency is Frequency.DAILY and has:
        raise RuleRefused("A daily schedule has no other parts. For some days of the week use FREQ=WEEKLY.")
    if frequency is Frequency.WEEKLY and has - {"BYDAY"}:
        raise RuleRefused("A weekly schedule names its days with BYDAY alone.")
    if {"BYDAY", "BYMONTHDAY"} <= has:
        raise RuleRefused("A monthly schedule goes by a day of the month or by a weekday, not both.")
    if "BYSETPOS" in has and "BYDAY" not in has:
        raise RuleRefused("BYSETPOS goes with one weekday in BYDAY.")


def _with_days(recurrence: Recurrence, parts: dict[str, str]) -> Recurrence:
    """The recurrence with the parts that choose days."""
    if "BYMONTHDAY" in parts:
        return replace(recurrence, month_day=_number(parts, "BYMONTHDAY", 31))
    if "BYDAY" not in parts:
        return recurrence
    if recurrence.frequency is Frequency.WEEKLY:
        return replace(recurrence, weekdays=_weekdays(parts["BYDAY"]))
    weekday, nth = _nth_weekday(parts)
    return replace(recurrence, weekdays=(weekday,), nth=nth)


def _weekdays(text: str) -> tuple[int, ...]:
    days = text.split(",")
    if any(day not in WEEKDAYS for day in days):
        raise RuleRefused("The days of a week are MO, TU, WE, TH, FR, SA and SU.")
    return tuple(sorted({WEEKDAYS.index(day) for day in days}))


def _nth_weekday(parts: dict[str, str]) -> tuple[int, int]:
    if "," in parts["BYDAY"]:
        raise RuleRefused(
            "A monthly schedule has one weekday. For the first and third Tuesday make two schedules."
        )
    match = _NTH.fullmatch(parts["BYDAY"])
    if match is None:
        raise RuleRefused(
            "A monthly weekday is written like 2TU for the second Tuesday or -1FR for the last Friday."
        )
    position, weekday = match.groups()
    if (position is None) == ("BYSETPOS" not in parts):
        raise RuleRefused(
            "Say which weekday of the month: 2TU for the second Tuesday, -1FR for the last Friday."
        )
    text = (position or parts["BYSETPOS"]).removeprefix("+")
    if text not in ("1", "2", "3", "4", "5", "-1"):
        raise RuleRefused("A monthly weekday is the first to the fifth, or the last (-1).")
    return WEEKDAYS.index(weekday), int(text)
