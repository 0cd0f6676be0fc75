"""How dates and times read on a page: in its language, in the way of the program's region, in the zone of the place.

A plain date needs the zone too: whether it is today, or in this year, is another matter in UTC every evening.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from groupsched.core import clock, regions
from groupsched.core.i18n import _, ngettext, weekday_name, with_commas

Moment = datetime


def local(moment: Moment, zone: str) -> datetime:
    """The wall clock at a place."""
    return moment.astimezone(ZoneInfo(zone))


def day(value: Moment | date, zone: str) -> str:
    """`Wednesday, November 25` in the United States, `Wednesday 25 November` in Great Britain; the year is added when it is not this one's."""
    return _dated(_as_date(value, zone), zone, "MMMMEEEEd")


def short_day(value: Moment | date, zone: str) -> str:
    """`Wed, Nov 25`, `Wed 25 Nov`."""
    return _dated(_as_date(value, zone), zone, "MMMEd")


def day_of_month(value: Moment | date, zone: str) -> str:
    """`November 25`, `25 November`: beside its weekday."""
    return _dated(_as_date(value, zone), zone, "MMMMd")


def weekday(value: Moment | date, zone: str = "UTC", width: str = "wide") -> str:
    """`Wednesday`, `Wed` where it is to be `abbreviated`; a plain date has its weekday in every zone."""
    return weekday_name(_as_date(value, zone).weekday(), width)


def clock_time(value: Moment, zone: str, online: bool = False) -> str:
    """`9:00 AM`, `09:00`; with the name of a zone that is not the page's: `9:00 AM, Chicago time`. What people come to
    `online`, from wherever they are, has their own time too: `9:00 AM, Chicago time, 10:00 AM here`."""
    return with_commas([regions.clock(local(value, zone)), *elsewhere(value, zone, online)])


def time_range(start: Moment, end: Moment, zone: str, online: bool = False) -> str:
    """`9:00–10:30 AM`, `09:00–10:30`; with the name of a zone that is not the page's, and what is `online` as above."""
    hours = regions.clock_range(local(start, zone), local(end, zone))
    return with_commas([hours, *elsewhere(start, zone, online, end=end)])


def elsewhere(start: Moment, zone: str, online: bool = False, *, end: Moment | None = None) -> list[str]:
    """What is said after a time: the zone where it is not the page's, and of what is `online` the time of the page; of one
    until its `end` both ends."""
    name, here = regions.elsewhere(start, zone), regions.way().timezone
    if not name or not online:
        return [name] if name else []
    own = local(start, here)
    return [
        name,
        _("%(time)s here", time=regions.clock_range(own, local(end, here)) if end else regions.clock(own)),
    ]


def relative_day(value: Moment | date, zone: str) -> str:
    """`Today`, `Tomorrow`, `In 4 days`, `Yesterday`, else the day itself."""
    that = _as_date(value, zone)
    distance = (that - clock.today(zone)).days
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if distance in near:
        return near[distance]
    return ngettext("In %(num)s day", "In %(num)s days", distance) if 1 < distance < 7 else day(that, zone)


def when(value: Moment, zone: str) -> str:
    """`today 09:00`, `yesterday 18:00`, `Wed 25 Nov, 09:00`: for "last fetched", "saved"."""
    distance = (_as_date(value, zone) - clock.today(zone)).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    at = clock_time(value, zone)
    return f"{near[distance]} {at}" if distance in near else f"{short_day(value, zone)}, {at}"


def minutes(value: timedelta | int) -> str:
    """A length of time, in whole minutes.

    >>> minutes(timedelta(hours=1, minutes=30, seconds=20))
    '90 min'
    """
    count = int(value.total_seconds() // 60) if isinstance(value, timedelta) else value
    return _("%(n)s min", n=count)


def lasting(count: int) -> str:
    """So many minutes, a long time, in hours.

    >>> lasting(780), lasting(405)
    ('13 h', '6 h 45 min')
    """
    whole, rest = divmod(count, 60)
    return (
        _("%(hours)s h %(minutes)s min", hours=whole, minutes=rest) if rest else _("%(hours)s h", hours=whole)
    )


def machine(value: Moment) -> str:
    """The datetime attribute of a <time> element, RFC 3339 in UTC.

    >>> machine(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("America/New_York")))
    '2026-12-01T14:00:00Z'
    """
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hours(first: int, last: int) -> str:
    """`8:00 AM–8:00 PM`: an example of hours of a day."""
    return regions.clock_range(time(first), time(last))


def _as_date(value: Moment | date, zone: str) -> date:
    return local(value, zone).date() if isinstance(value, datetime) else value


def _dated(value: date, zone: str, skeleton: str) -> str:
    this_year = value.year == clock.today(zone).year
    return regions.dated(value, skeleton if this_year else f"y{skeleton}")


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.globals.update(locale_tag=regions.locale_tag, hours=_hours)
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        day_of_month=day_of_month,
        weekday=weekday,
        clock=clock_time,
        range=time_range,
        relative_day=relative_day,
        when=when,
        minutes=minutes,
        lasting=lasting,
        machine=machine,
        zone_name=regions.zone_name,
        with_commas=with_commas,
    )
