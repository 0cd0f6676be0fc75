"""How dates and times read on a page: in the language of the page, in the zone of the place. 24 hours.

A plain date needs the zone too: whether it is today, or in this year, is another matter in UTC every evening.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from groupsched.core import clock
from groupsched.core.i18n import _, dated, ngettext, weekday_name, with_commas

Moment = datetime


def local(moment: Moment, zone: str) -> datetime:
    """The wall clock at a place."""
    return moment.astimezone(ZoneInfo(zone))


def day(value: Moment | date, zone: str) -> str:
    """`Wednesday 25 November`; the year is added when it is not this one's."""
    return _dated(_as_date(value, zone), zone, "MMMMEEEEd")


def short_day(value: Moment | date, zone: str) -> str:
    """`Wed 25 Nov`."""
    return _dated(_as_date(value, zone), zone, "MMMEd")


def weekday(value: Moment | date, zone: str = "UTC", width: str = "wide") -> str:
    """`Wednesday`, `Wed` where it is to be `abbreviated`; a plain date has its weekday in every zone."""
    return weekday_name(_as_date(value, zone).weekday(), width)


def clock_time(value: Moment, zone: str) -> str:
    """The time on the wall there, of 24 hours.

    >>> clock_time(datetime(2026, 12, 1, 14, tzinfo=UTC), "America/New_York")
    '09:00'
    """
    return local(value, zone).strftime("%H:%M")


def time_range(start: Moment, end: Moment, zone: str) -> str:
    """From one time to another.

    >>> time_range(datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, 30, tzinfo=UTC), "UTC")
    '09:00–10:30'
    """
    return f"{clock_time(start, zone)}–{clock_time(end, zone)}"


def relative_day(value: Moment | date, zone: str) -> str:
    """`Today`, `Tomorrow`, `In 4 days`, `Yesterday`, else the day itself."""
    that = _as_date(value, zone)
    distance = (that - clock.today(zone)).days
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if distance in near:
        return near[distance]
    return ngettext("In %(num)s day", "In %(num)s days", distance) if 1 < distance < 7 else day(that, zone)


def when(value: Moment, zone: str) -> str:
    """`today 09:00`, `yesterday 18:00`, `Wed 25 Nov 09:00`: for "last fetched", "saved"."""
    distance = (_as_date(value, zone) - clock.today(zone)).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    return f"{near.get(distance) or short_day(value, zone)} {clock_time(value, zone)}"


def minutes(value: timedelta | int) -> str:
    """A length of time, in whole minutes.

    >>> minutes(timedelta(hours=1, minutes=30, seconds=20))
    '90 min'
    """
    count = int(value.total_seconds() // 60) if isinstance(value, timedelta) else value
    return _("%(n)s min", n=count)


def machine(value: Moment) -> str:
    """The datetime attribute of a <time> element, RFC 3339 in UTC.

    >>> machine(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("America/New_York")))
    '2026-12-01T14:00:00Z'
    """
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_date(value: Moment | date, zone: str) -> date:
    return local(value, zone).date() if isinstance(value, datetime) else value


def _dated(value: date, zone: str, skeleton: str) -> str:
    this_year = value.year == clock.today(zone).year
    return dated(value, skeleton if this_year else f"y{skeleton}")


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        weekday=weekday,
        clock=clock_time,
        range=time_range,
        relative_day=relative_day,
        when=when,
        minutes=minutes,
        machine=machine,
        with_commas=with_commas,
    )
