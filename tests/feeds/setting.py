"""People in groups with links, made through the services as the pages make them."""

from datetime import date, datetime, time

from groupsched.core.db import db
from groupsched.feeds.service import create_feed
from groupsched.schedule.rules import parse_rule
from groupsched.schedule.service import add_series, deciding
from tests.conftest import identity_of


def meets(group, leader, *, zone="America/New_York", rrule="FREQ=WEEKLY;BYDAY=TU", start=time(10), minutes=90,
          starts_on=date(2026, 1, 6), **more):  # fmt: skip
    """Give a group a series, in the name of who leads it."""
    rule = parse_rule(
        starts_on=starts_on, start_time=start, duration_minutes=minutes, timezone=zone, rrule=rrule, **more
    )
    # Many of these groups meet in one room at one time.
    with deciding(identity_of(leader), "One circle."):
        series = add_series(identity_of(leader), group, rule)
    db.session.commit()
    return series


def link_for(person, *, titles="private", kind="mine", name="My phone"):
    """A link of a person, and the path at which it is fetched."""
    feed, url = create_feed(identity_of(person), person, name, titles, kind)
    db.session.commit()
    return feed, url[url.index("/feeds/") :]


def wall(text):
    """A naive moment, for reading well."""
    return datetime.fromisoformat(text)
