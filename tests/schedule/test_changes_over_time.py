"""A series changed again and again, at any moment: what must hold every time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import current_series
from groupsched.schedule.rules import expand, parse_rule
from groupsched.schedule.service import add_series, change_series, extend_horizon, freeze
from tests.conftest import identity_of

BEGIN = datetime(2026, 2, 20, 12, tzinfo=UTC)
SHAPES = (
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=DAILY",
    "",
)


@st.composite
def rules(draw):
    shape = draw(st.sampled_from(SHAPES))
    count = draw(st.none() | st.integers(1, 20)) if shape else None
    start = datetime(2026, 3, 2) + timedelta(
        weeks=draw(st.sampled_from((0, 4, 8))) if "1MO" not in shape else 0
    )
    return parse_rule(
        starts_on=start.date(), start_time=draw(st.times()).replace(second=0, microsecond=0, fold=0),
        duration_minutes=draw(st.integers(15, 300)), timezone=draw(st.sampled_from(("America/New_York", "Africa/Cairo"))),
        rrule=shape + (f";COUNT={count}" if count else ""), skip=[start.date() + timedelta(days=draw(st.integers(1, 40)))],
    )  # fmt: skip


def state(group):
    rows = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    )
    return {row.uid: (row.start, row.end, row.original_local, row.status, row.taken) for row in rows}


@pytest.mark.on_sqlite
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    first=rules(),
    steps=st.lists(st.tuples(rules(), st.integers(0, 30), st.booleans()), min_size=1, max_size=4),
)
def test_the_past_stands_still_and_the_future_follows_the_rule(world, first, steps):
    lead = world.facilitator()
    group, me, now = world.group(led_by=lead, place=world.place(f"Room {lead.id}")), identity_of(lead), BEGIN
    with clock.at(now):
        add_series(me, group, first)
    for rule, days, attended in steps:
        now += timedelta(days=days)
        with clock.at(now):
            series, before = current_series(group), state(group)
            if series is None:
                return
            if attended and (row := next((r for r in rows_of(group) if r.start > now), None)):
                freeze(row)
            own = [row for row in rows_of(group) if row.series_id == series.id]
            kept = max((row.original_local for row in own if row.start <= now or row.frozen), default="")
            still = {row.uid for row in own if row.original_local[:10] <= kept[:10]}
            goes_on = change_series(me, series, rule, series.version)
            extend_horizon(now)
            check(group, goes_on, kept, {uid: was for uid, was in before.items() if uid in still}, now)


def rows_of(group):
    return list(
        db.session.scalars(
            select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
        )
    )


def check(group, series, kept, before, now):
    """`kept` is the last date of the series that has passed or has attendance, `before` all up to it as they were."""
    rows = rows_of(group)
    after = state(group)
    assert {uid: after.get(uid) for uid in before} == before
    keys = [(row.series_id, row.original_local) for row in rows]
    assert len(keys) == len(set(keys)), "one row for each date of a series"
    rule = series.rule
    wanted = [s for s in expand(rule, rule.starts_on, now.date() + timedelta(days=400)) if s.start > now]
    wanted = {s.original_local.strftime("%Y-%m-%dT%H%M"): s.start for s in wanted}
    wanted = {key: start for key, start in wanted.items() if key[:10] > kept[:10]}
    rows = [
        row
        for row in rows
        if row.original_local[:10] > kept[:10]
        and row.series_id == series.id
        and row.start > now
        and not row.frozen
        and not row.dropped
    ]
    found = {
        row.original_local: row.start for row in rows if row.local_date <= now.date() + timedelta(days=400)
    }
    assert found == wanted, "what is to come follows the rule"
