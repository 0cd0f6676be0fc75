"""A change of dates that is taken back before anybody heard of it: nobody hears of either, whatever happened on the way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import own_slots, slots_on
from groupsched.enrolment.service import take_slot
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import changes_made, coming, current_series
from groupsched.schedule.rules import ChangeScope, ChosenDates, MoveDate, OccurrenceStatus
from groupsched.schedule.service import (
    WantedClosure,
    WantedDate,
    cancel_occurrence,
    change_dates,
    change_occurrence,
    change_series,
    close,
    take_back,
    undo_change,
)
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@kept(at=NOW)
def house(world):
    """Massage on Fridays from 18 December on, all six times of the first taken and one person in its line; an evening on
    Wednesdays over New Year with four seats: two people in all of them, one on 30 December alone; and a full circle, with a
    line. On New Year's Day it is closed."""
    world.lead = world.facilitator("Tully")
    world.massage = world.in_slots(world.lead, slot_breaks=("15:40-16:00",))
    world.fridays = world.series(world.massage, datetime(2026, 12, 18, 15), dates=3, minutes=140)
    people = [world.client(f"N{number}", email=f"n{number}@example.org") for number in range(7)]
    for slot, person in zip(slots_on(world.fridays[0]), people, strict=False):
        take_slot(world.keeper(), slot.slot, person)
    world.enrol(world.massage, people[6], dates=[world.fridays[0]])
    world.family = world.group("Family evening", led_by=world.lead, capacity=4)
    world.evenings = world.series(world.family, datetime(2026, 12, 2, 18), dates=7)
    world.enrol(world.family, *people[:2])
    world.enrol(world.family, people[2], dates=[world.evenings[4]])
    world.circle = world.group("Circle", led_by=world.lead, capacity=1)
    world.mondays = world.series(world.circle, datetime(2026, 12, 14, 10), dates=4)
    world.enrol(world.circle, people[3], people[4])
    close(identity_of(world.admin()), [closed(world, datetime(2027, 1, 1))])
    world.people = people
    deliver_due()
    db.session.commit()
    return world


def closed(world, day):
    start = day.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    return WantedClosure(world.site, "Heating", start, start + DAY)


def undone(world, group):
    db.session.commit()
    undo_change(world.keeper(), changes_made(group)[0])


def shorter(world):
    date = world.fridays[0]
    wanted = WantedDate(start=date.start + 15 * MINUTE, end=date.end - 60 * MINUTE)
    change_occurrence(world.keeper(), date, wanted)
    undone(world, world.massage)


def moved_then_shorter(world):
    date = world.fridays[0]
    change_occurrence(world.keeper(), date, WantedDate(start=date.start + DAY, end=date.end + DAY))
    db.session.commit()
    change_occurrence(world.keeper(), date, WantedDate(end=date.end - 60 * MINUTE))
    undone(world, world.massage)
    change_occurrence(world.keeper(), date, WantedDate(start=date.start - DAY, end=date.end - DAY))


def several_moved(world):
    each = tuple(MoveDate(one.id, one.start + DAY, one.end + DAY) for one in world.fridays[:2])
    change_dates(world.keeper(), world.massage, ChosenDates(each))
    undone(world, world.massage)


def called_off(world):
    cancel_occurrence(world.keeper(), world.fridays[0], "Heating")
    db.session.commit()
    change_occurrence(world.keeper(), world.fridays[0], WantedDate(status=OccurrenceStatus.SCHEDULED))


def house_closed(world):
    for day in (datetime(2026, 12, 18), datetime(2026, 12, 14)):
        (closure,), _done = close(identity_of(world.admin()), [closed(world, day)])
        db.session.commit()
        take_back(identity_of(world.admin()), closure)


def another_weekday(world):
    series = current_series(world.family)
    rule = series.rule.__class__(**{**series.rule.__dict__, "rrule": "FREQ=WEEKLY;BYDAY=FR;COUNT=7"})
    change_series(System(), series, rule, series.version)
    undone(world, world.family)


def all_later(world):
    date = world.fridays[0]
    wanted = WantedDate(start=date.start + 30 * MINUTE, end=date.end + 30 * MINUTE, scope=ChangeScope.ALL)
    change_occurrence(world.keeper(), date, wanted)
    undone(world, world.massage)


CHANGES = [shorter, moved_then_shorter, several_moved, called_off, house_closed, another_weekday, all_later]


def said():
    query = select(Message).where(Message.withdrawn_at.is_(None)).order_by(Message.id)
    return [(row.person_id, row.kind, row.fields) for row in db.session.scalars(query)]


def times(world):
    rows = db.session.scalars(select(Occurrence).order_by(Occurrence.id)).all()
    own = [{key: (one.start, one.end) for key, one in own_slots(p.id, rows).items()} for p in world.people]
    return own, [(row.start, row.end, row.taken, row.status) for row in rows]


@pytest.mark.parametrize("act", CHANGES, ids=lambda act: act.__name__)
def test_nobody_hears_of_what_is_taken_back_in_time(house, act):
    with clock.at(NOW + 60 * MINUTE):
        before, stood = said(), times(house)
        act(house)
        db.session.commit()
        assert said() == before
        assert times(house) == stood


def people_in(group):
    query = select(Enrolment).where(Enrolment.group_id == group.id).order_by(Enrolment.id)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return [
        (one.state, one.queued_at, sorted((s.occurrence_id, s.state) for s in one.date_seats)) for one in rows
    ]


def test_a_group_that_is_no_longer_offered_comes_back_whole_while_nobody_has_heard(house, client):
    groups, browser = (house.massage, house.family, house.circle), client.as_(house.supervisor())
    with clock.at(NOW + 60 * MINUTE):
        before, had = said(), [people_in(group) for group in groups]
        _own, rows = times(house)
        for group in groups:
            page = browser.post(f"/groups/{group.uid}/retire", follow_redirects=True).text
            assert "No longer offered." in page
            assert group.state == "retired" and said() != before
            made = changes_made(group)[0]
            undo = f"/groups/{group.uid}/changes/{made.uid}/undo"
            assert undo in page and undo in browser.get(f"/groups/{group.uid}").text
            assert "Undone." in browser.post(undo, follow_redirects=True).text
            db.session.expire_all()
            assert group.state == "published" and group.retired_at is None
            assert said() == before and current_series(group) is not None
        ahead = [row for row in rows if row[3] == "scheduled"]
        assert [row for row in times(house)[1] if row[3] == "scheduled"] == ahead
        assert [people_in(group) for group in groups] == had
        draft = house.group("Never", led_by=house.lead, state="draft")
        ahead = len(house.series(draft, datetime(2026, 12, 15, 9), dates=3))
        browser.post(f"/groups/{draft.uid}/retire")
        browser.post(f"/groups/{draft.uid}/changes/{changes_made(draft)[0].uid}/undo")
        db.session.expire_all()
        assert (draft.state, len(coming(draft, clock.now(), None))) == ("draft", ahead)
        browser.post(f"/groups/{house.family.uid}/retire")
        late = changes_made(house.family)[0].uid
    with clock.at(NOW + 70 * MINUTE):
        deliver_due()
        answer = browser.post(f"/groups/{house.family.uid}/changes/{late}/undo", follow_redirects=True).text
        assert "People have heard of this change already." in answer
        db.session.expire_all()
        assert house.family.state == "retired"
