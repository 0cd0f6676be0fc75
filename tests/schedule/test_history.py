"""Each change of a group's dates is kept, told on its page, and can be undone until somebody has heard of it."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.service import retire_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.models import Booking, Occurrence
from groupsched.schedule.queries import changes_made, current_series
from groupsched.schedule.rules import (
    ChangeScope,
    DateField,
    MoveDate,
    OccurrenceStatus,
    SetOfDate,
    TimetableDate,
)
from groupsched.schedule.service import (
    can_be_undone,
    cancel_occurrence,
    change_dates,
    change_series,
    extend_horizon,
    freeze,
    parts_of,
    undo_change,
)
from groupsched.schedule.service.timetable import timetable_of
from groupsched.schedule.words import said_of
from tests.conftest import identity_of

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@pytest.fixture
def tea(world, client):
    """Thursdays since the beginning of November, of which three are over; Robin has every date, Reed that of 17 December."""
    with clock.at(NOW.replace(month=10)):
        world.lead = world.facilitator()
        world.tea = world.group("Tea", led_by=world.lead)
        world.dates = world.series(world.tea, datetime(2026, 11, 5, 18), dates=None)
        world.robin, world.reed = (world.client(n, email=f"{n}@example.org") for n in ("robin", "reed"))
        world.enrol(world.tea, world.robin)
        world.enrol(world.tea, world.reed, dates=[on(world, 17)])
    with clock.at(NOW):
        deliver_due()
        world.me = identity_of(world.lead)
        world.page = client.as_(world.lead)
        yield world


def on(tea, day):
    query = select(Occurrence).where(
        Occurrence.group_id == tea.tea.id, Occurrence.local_date == date(2026, 12, day)
    )
    return db.session.scalars(query).one()


def shape(tea):
    """How the dates stand, without what only says that they were touched."""
    found = timetable_of(tea.tea).timetable
    dates = [replace(one, held=False, referred=False) for one in found.dates if not one.fell_away]
    return [series for series in found.series if not series.ended], sorted(dates, key=by_row)


def by_row(one: TimetableDate):
    return one.start, one.key


def lay(tea, **said):
    series = current_series(tea.tea)
    return change_series(tea.me, series, replace(series.rule, **said), series.version)


def move(tea, day, scope, **by):
    one = on(tea, day)
    change = MoveDate(one.id, one.start + timedelta(**by), one.end + timedelta(**by), scope)
    return change_dates(tea.me, tea.tea, change)


CHANGES = {
    "weekday": lambda tea: lay(tea, rrule="FREQ=WEEKLY;BYDAY=FR", starts_on=date(2026, 11, 6)),
    "time": lambda tea: lay(tea, start_time=time(19)),
    "end": lambda tea: lay(tea, until=date(2026, 12, 10)),
    "left out": lambda tea: lay(tea, skip=frozenset([date(2026, 12, 17)])),
    "one moved": lambda tea: move(tea, 17, ChangeScope.THIS, days=1),
    "from here on": lambda tea: move(tea, 10, ChangeScope.FOLLOWING, hours=1),
    "all": lambda tea: move(tea, 10, ChangeScope.ALL, days=-1),
    "seats": lambda tea: change_dates(tea.me, tea.tea, SetOfDate(on(tea, 10).id, {DateField.SEATS: 30}, ChangeScope.FOLLOWING)),
    "cancelled": lambda tea: cancel_occurrence(tea.me, on(tea, 17), "The heating is out."),
}  # fmt: skip


@pytest.mark.parametrize("how", CHANGES)
def test_what_is_undone_before_anybody_heard_is_as_it_was_and_told_to_nobody(tea, how):
    before, seats = shape(tea), [(one.start, one.taken) for one in tea.dates]
    CHANGES[how](tea)
    assert shape(tea) != before
    db.session.commit()
    made, *_earlier = changes_made(tea.tea)
    undo_change(tea.me, made)
    db.session.commit()
    assert shape(tea) == before
    assert [(one.start, one.taken) for one in tea.dates] == seats
    waiting = select(Message).where(Message.state == MessageState.WAITING)
    assert list(db.session.scalars(waiting)) == []
    assert [one.undoes for one in changes_made(tea.tea)] == [True, False, False]


def test_what_came_within_the_horizon_since_goes_with_the_change_that_is_undone_and_comes_back_as_it_was(tea):
    """The worker's next round once failed on the dates that had stayed, and they had kept the rule that was undone."""
    move(tea, 10, ChangeScope.FOLLOWING, hours=1)
    db.session.commit()
    made = changes_made(tea.tea)[0]
    with clock.at(NOW + timedelta(days=9)):
        assert extend_horizon(clock.now())
        undo_change(tea.me, made)
        assert extend_horizon(clock.now()) and not extend_horizon(clock.now())
        db.session.commit()
        last = select(Occurrence.local_minute, Occurrence.dropped).order_by(Occurrence.start.desc())
        assert db.session.execute(last).first() == (18 * 60, False)


def test_a_group_that_is_retired_has_no_date_left_of_a_series_that_was_cut(tea):
    move(tea, 17, ChangeScope.FOLLOWING, hours=1)
    retire_group(tea.me, tea.tea)
    ahead = select(Occurrence).where(Occurrence.start > NOW, Occurrence.status == "scheduled")
    assert not list(db.session.scalars(ahead))


def test_a_rule_that_begins_in_the_past_begins_with_its_first_date_to_come(tea):
    """Calendars showed its dates from the beginning on, of which there are no rows."""
    circle = tea.group("Circle", led_by=tea.lead)
    series = tea.series(circle, datetime(2026, 12, 2, 18))[0].series
    rule = replace(series.rule, starts_on=date(2026, 11, 4), rrule="FREQ=WEEKLY;COUNT=8")
    now = change_series(tea.me, series, rule, series.version).rule
    assert (now.starts_on, now.rrule) == (date(2026, 11, 25), "FREQ=WEEKLY;COUNT=5")


def test_the_page_says_what_was_changed_and_offers_undo_until_the_first_mail_is_out(tea):
    cancel_occurrence(tea.me, on(tea, 10), "Snow.")
    lay(tea, start_time=time(19))
    db.session.commit()
    words = tea.page.get(f"/groups/{tea.tea.uid}").text
    assert "dates from 18:00 to 19:00." in words and "Cancelled Thu 10 Dec: Snow." in words
    last, _first, made = changes_made(tea.tea)
    assert f"{last.uid}/undo" in words and f"{made.uid}/undo" not in words
    answer = tea.page.post(f"/groups/{tea.tea.uid}/changes/{last.uid}/undo", follow_redirects=True)
    assert "Undone. The dates are as they were." in answer.text
    assert current_series(tea.tea).rule.start_time == time(18)
    with clock.at(NOW + timedelta(hours=1)):
        deliver_due()
        assert "/undo" not in tea.page.get(f"/groups/{tea.tea.uid}").text
        answer = tea.page.post(
            f"/groups/{tea.tea.uid}/changes/{changes_made(tea.tea)[0].uid}/undo", follow_redirects=True
        )
    assert "People have heard of this change already." in answer.text


def test_what_was_taken_meanwhile_is_shown_where_it_is_undone_and_kept_with_a_reason(tea):
    CHANGES["one moved"](tea)
    yoga = tea.group("Yoga", led_by=tea.facilitator("Pike"))
    tea.series(yoga, datetime(2026, 12, 17, 18, 30), dates=1)
    db.session.commit()
    address = f"/groups/{tea.tea.uid}/changes/{changes_made(tea.tea)[0].uid}/undo"
    asked = tea.page.post(address)
    assert asked.status_code == 409 and "Oak Room is taken" in asked.text and "Yoga" in asked.text
    assert on(tea, 18).start > on(tea, 10).start and changes_made(tea.tea)[0].undoes is False
    answer = tea.page.post(address, data={"keep_clashes": "They share it."}, follow_redirects=True)
    assert "Undone. The dates are as they were." in answer.text
    [kept] = db.session.scalars(select(Booking).where(Booking.kept))
    assert (kept.occurrence_id, kept.reason) == (on(tea, 17).id, "They share it.")


def test_a_date_that_is_brought_back_shows_what_took_its_room_and_goes_elsewhere_or_is_kept(tea):
    cancel_occurrence(tea.me, on(tea, 17), "Snow.")
    tea.series(tea.group("Yoga", led_by=tea.facilitator("Pike")), datetime(2026, 12, 17, 18), dates=1)
    db.session.commit()
    address = f"/occurrences/{on(tea, 17).uid}/bring-back"
    assert "Oak Room is taken" in tea.page.get(address).text
    refused = tea.page.post(address)
    assert refused.status_code == 409 and "Keep both, and say why" in refused.text
    studio = tea.place("Studio")
    refused = tea.page.post(address)
    assert 'name="room-20261217T2300"' in refused.text and studio.uid in refused.text
    assert tea.page.post(address, data={"room-20261217T2300": studio.uid}).status_code == 303
    assert (on(tea, 17).status, on(tea, 17).place.name) == (OccurrenceStatus.SCHEDULED, "Studio")


def test_what_was_changed_since_is_not_undone(tea):
    CHANGES["one moved"](tea)
    made, *_earlier = changes_made(tea.tea)
    freeze(on(tea, 18))
    with pytest.raises(Conflict):
        undo_change(tea.me, made)


def test_each_change_is_undone_that_nobody_heard_of_and_nothing_later_touched(tea):
    """Any later change, even of another date, left redo alone on offer; two moves within a minute were one too many."""
    before = shape(tea)
    move(tea, 10, ChangeScope.FOLLOWING, hours=1)
    move(tea, 3, ChangeScope.THIS, hours=-1)
    cancel_occurrence(tea.me, on(tea, 17), "Snow.")
    move(tea, 3, ChangeScope.THIS, hours=-1)
    db.session.commit()
    again, off, first, later, _made = changes_made(tea.tea)
    assert can_be_undone(changes_made(tea.tea)) == [again, off, later], (
        "of the first the same time was changed since"
    )
    assert f"{later.uid}/undo" in tea.page.get(f"/groups/{tea.tea.uid}").text
    with pytest.raises(Conflict, match="changed since"):
        undo_change(tea.me, first)
    db.session.rollback()
    undo_change(tea.me, later)
    assert (on(tea, 24).local_minute, on(tea, 17).local_minute) == (18 * 60, 18 * 60)
    assert (on(tea, 3).local_minute, on(tea, 17).status) == (16 * 60, OccurrenceStatus.CANCELLED)
    for made in (again, first, off):
        undo_change(tea.me, made)
    db.session.commit()
    assert shape(tea) == before
    assert can_be_undone(changes_made(tea.tea))[0].undoes, (
        "the last undo can be undone, what is undone is not offered"
    )
    assert made not in can_be_undone(changes_made(tea.tea))


def test_the_history_says_which_place_and_who_leads_and_from_when(tea):
    """It read: Another place for 106 dates. Changed when it meets."""
    lamp, pike = tea.place("Lamp Room"), tea.facilitator("Pike", "Mockridge")
    lead = tea.lead.short_name

    def change(day, scope=ChangeScope.THIS, **values):
        said = {DateField(name): value for name, value in values.items()}
        change_dates(tea.me, tea.tea, SetOfDate(on(tea, day).id, said, scope))
        return said_of(tea.tea, [parts_of(changes_made(tea.tea)[0])])[0]

    place, *_new = change(10, ChangeScope.FOLLOWING, place=lamp.id)
    assert re.fullmatch(r"In Lamp Room: \d\d dates, the first on Thu 10 Dec\.", place)
    assert change(3, leads=(pike.id,)) == [f"Pike M. leads instead of {lead}: Thu 3 Dec."]
    assert change(3, leads=(tea.lead.id, pike.id)) == [f"{lead} leads too: Thu 3 Dec."]
    assert change(17, title="Tea and cake", seats=3, link="https://example.org/tea") == [
        "3 seats: Thu 17 Dec.", "Named “Tea and cake”: Thu 17 Dec.", "Another link: Thu 17 Dec.",
    ]  # fmt: skip
    db.session.commit()
    assert "In Lamp Room: " in tea.page.get(f"/groups/{tea.tea.uid}").text


def test_nobody_else_undoes_it(tea, client):
    CHANGES["time"](tea)
    db.session.commit()
    made, *_earlier = changes_made(tea.tea)
    address = f"/groups/{tea.tea.uid}/changes/{made.uid}/undo"
    for person in (tea.robin, tea.facilitator("Juniper")):
        assert client.as_(person).post(address).status_code in (403, 404)
    assert current_series(tea.tea).rule.start_time == time(19)


def test_people_hear_some_minutes_later_and_at_once_where_a_date_is_soon(tea):
    cancel_occurrence(tea.me, on(tea, 10), "Snow.")
    deliver_due()
    assert waiting(tea) == ["cancelled"]
    soon = tea.dates[3]
    with clock.at(soon.start - timedelta(hours=1)):
        deliver_due()
        cancel_occurrence(tea.me, soon, "Snow.")
        deliver_due()
    assert waiting(tea) == []


def waiting(tea):
    query = select(Message.kind).where(
        Message.state == MessageState.WAITING, Message.person_id == tea.robin.id
    )
    return list(db.session.scalars(query))
