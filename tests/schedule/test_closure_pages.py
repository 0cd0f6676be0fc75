"""The pages of closed days: a look first, one decision, and back; public holidays; what groups do then."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message
from groupsched.schedule.models import Closure, Occurrence, Series
from groupsched.schedule.rules import ClosedDays, OccurrenceStatus
from groupsched.schedule.service import WantedClosure, WantedDate, change_occurrence, close
from tests.conftest import identity_of
from tests.factories import delivered

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held(app):
    with clock.at(NOW):
        yield


@pytest.fixture
def circle(world):
    """Three Fridays from Christmas Day on, somebody in all of them."""
    group = world.group("Circle")
    dates = world.series(group, datetime(2026, 12, 25, 10), dates=3)
    world.enrol(group, world.client("Robin"))
    return dates


def standing():
    db.session.rollback()
    query = select(Closure).where(Closure.taken_back_at.is_(None)).order_by(Closure.starts_at)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def statuses(group):
    db.session.rollback()
    query = select(Occurrence.status).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return list(db.session.scalars(query))


def test_a_closed_day_is_seen_decided_said_everywhere_and_taken_back(world, circle, client):
    admin, first = client.as_(world.admin()), circle[0]
    group, uid, wait = first.group, first.uid, OccurrenceStatus.SCHEDULED
    robin = world.client("Sparrow")
    world.enrol(group, robin)
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Staff training day"}
    look = admin.post("/closures/new", data=said | {"step": "look"}).text
    assert "1 date falls on it" in look and "1 date is called off." in look
    assert "2 people are told, in one message each." in look and "Free: Oak Room" in look
    assert not standing(), "a look writes nothing"
    refused = admin.post("/closures/new", data=said | {"step": "close"})
    assert refused.status_code == 409 and "Say of each date" in refused.text and "Circle" in refused.text
    done = admin.post("/closures/new", data=said | {f"answer-{uid}": "skip", "step": "close"})
    assert done.status_code == 303
    (row,) = standing()
    listed = admin.get("/closures").text
    assert "Staff training day" in listed and "2 people are told." in listed
    assert statuses(group) == [OccurrenceStatus.CANCELLED, wait, wait]
    for browser, page in (
        (client, f"/sessions/{group.uid}/2026-12-25T1000"),
        (client.as_(robin), f"/sessions/{group.uid}/2026-12-25T1000"),
        (client.as_(world.supervisor()), f"/groups/{group.uid}"),
    ):
        assert "Closed: Staff training day" in browser.get(page).text
    assert (
        "Closed Fri 25 Dec: Staff training day"
        in client.as_(world.supervisor("Kit")).get(f"/groups/{group.uid}").text
    )
    with clock.at(datetime(2026, 12, 23, 14, tzinfo=UTC)):
        assert "Closed: Staff training day" in client.as_(robin).get("/my").text
    back = admin.get(f"/closures/{row.uid}").text
    assert "1 date can take place again" in back and "2 people have their seats again" in back
    again = admin.post(f"/closures/{row.uid}", data={"date": uid}, follow_redirects=True).text
    assert "Open again. 1 date takes place again. Nobody is told of this: nobody has heard" in again
    assert statuses(group) == [wait] * 3 and not standing()
    assert admin.get(f"/closures/{row.uid}").status_code == 404


def sent():
    db.session.commit()
    delivered()
    db.session.commit()


def test_who_heard_of_a_closed_day_is_counted_when_it_is_open_again(world, circle, client):
    admin, first = client.as_(world.admin()), circle[0]
    world.enrol(first.group, world.client("Wren", email="wren@example.org"))
    sent()
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Training", f"answer-{first.uid}": "skip"}
    assert admin.post("/closures/new", data=said | {"step": "close"}).status_code == 303
    with clock.at(NOW + timedelta(minutes=10)):
        sent()
        [row] = standing()
        data = {"date": first.uid}
        again = admin.post(f"/closures/{row.uid}", data=data, follow_redirects=True).text
    assert "1 date takes place again. 1 person is told. 1 person has not heard" in again, (
        "Robin was never told of the seat"
    )


def test_public_holidays_are_ticked_and_each_group_answers_as_it_chose(world, circle, client):
    admin, group = client.as_(world.admin()), circle[0].group
    series = db.session.scalars(select(Series).where(Series.group_id == group.id)).one()
    answer = admin.post("/closures/groups", data={series.uid: "ask"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert series.closed_days is ClosedDays.ASK
    world_region = admin.post(f"/closures/region/{world.site.uid}", data={"country": "US", "part": "NY"})
    assert world_region.status_code == 303
    listed = admin.get("/closures").text
    assert "Christmas Day" in listed and "Lincoln" in listed, "that of New York"
    look = admin.get(f"/closures/new?site={world.site.uid}&holiday=2026-12-25&holiday=2027-01-01").text
    assert "Christmas Day" in look and "New Year" in look and "2 dates to decide" in look
    said = {"site": world.site.uid, "holiday": ["2026-12-25", "2027-01-01"], "step": "close"}
    assert admin.post("/closures/new", data=said).status_code == 409
    answers = {f"answer-{circle[0].uid}": "skip", f"answer-{circle[1].uid}": "keep"}
    assert admin.post("/closures/new", data=said | answers).status_code == 303
    assert [row.name for row in standing()] == ["Christmas Day", "New Year’s Day"]
    assert statuses(group) == [
        OccurrenceStatus.CANCELLED,
        OccurrenceStatus.SCHEDULED,
        OccurrenceStatus.SCHEDULED,
    ]


def test_what_cannot_be_closed_is_said_and_who_may_not_sees_nothing(world, circle, client):
    admin = client.as_(world.admin())
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Training"}
    for wrong, words in (
        ({"starts": ""}, "Say which day."),
        ({"ends": "2026-12-01"}, "The end is before the start."),
        ({"starts": "2026-11-01"}, "This day is over."),
        ({"ends": "2028-12-25"}, "a year at most"),
        ({"name": ""}, "Please fill this in."),
        ({"start_time": "late"}, "Write the time"),
    ):
        answer = admin.post("/closures/new", data=said | {"step": "look"} | wrong)
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    assert admin.get("/closures/new?holiday=nonsense").status_code == 422
    assert not standing()
    for person in (world.facilitator(), world.front_desk()):
        assert client.as_(person).get("/closures").status_code in (403, 404)


def test_rooms_of_another_site_close_nothing(world, circle, client):
    lamp = world.place("Lamp Room", site_id=world.another_site().id)
    admin = client.as_(world.admin())
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Paint", "step": "look"}
    for rooms in ([lamp.uid], [lamp.uid, world.room.uid]):
        refused = admin.post("/closures/new", data=said | {"rooms": rooms})
        assert refused.status_code == 422 and "is called off" not in refused.text
        assert f"Lamp Room, Annex House: not a room of {world.site.name}." in refused.text
    gone = admin.post("/closures/new", data=said | {"rooms": ["gone"]})
    assert gone.status_code == 422 and "Choose from the list." in gone.text
    assert admin.post("/closures/new", data=said | {"rooms": [world.room.uid]}).status_code == 200


def test_the_form_of_a_new_group_names_the_days_on_which_it_is_closed(world, browser, said):
    begins = datetime(2026, 12, 8, tzinfo=ZoneInfo(world.site.timezone))
    close(
        identity_of(world.admin()), [WantedClosure(world.site, "Paint", begins, begins + timedelta(days=1))]
    )
    db.session.commit()
    panel = browser.post("/groups/preview", data=said).text
    assert "Closed: Paint" in panel and "Publish 11 dates" in panel
    assert "Publish 11 dates" in browser.post("/groups/new?from=none", data=said | {"act": "update"}).text
    online = said | {"attendance_mode": "online", "online_link": "https://meet.example.org/tea", "place": ""}
    assert "Closed: Paint" not in browser.post("/groups/preview", data=online).text, "what is online goes on"
    assert browser.post("/groups/new?from=none", data=said | {"act": "publish"}).status_code == 303
    group = db.session.scalars(select(Group).where(Group.plain_title == said["title"])).one()
    assert statuses(group).count(OccurrenceStatus.SCHEDULED) == 11, "what was said is what happens"


def moved_unheard(date, minutes=30):
    """A change of a date of which nobody has heard yet."""
    span = timedelta(minutes=minutes)
    change_occurrence(System(), date, WantedDate(start=date.start + span, end=date.end + span))
    db.session.commit()


def test_who_only_reads_on_of_something_else_is_not_said_to_be_told_that_it_is_open_again(
    world, circle, client
):
    admin, first = client.as_(world.admin()), circle[0]
    wren = world.client("Wren", email="wren@example.org")
    world.enrol(first.group, wren)
    sent()
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Training", f"answer-{first.uid}": "skip"}
    with clock.at(NOW + timedelta(minutes=10)):
        moved_unheard(circle[1])
    with clock.at(NOW + timedelta(minutes=11)):
        assert admin.post("/closures/new", data=said | {"step": "close"}).status_code == 303
    with clock.at(NOW + timedelta(minutes=12)):
        [row] = standing()
        page = admin.get(f"/closures/{row.uid}").text
        done = admin.post(f"/closures/{row.uid}", data={"date": first.uid}, follow_redirects=True).text
        sent()
    assert "Nobody is told of this: nobody has heard yet that it was called off." in page
    assert (
        "1 date takes place again. Nobody is told of this: nobody has heard yet that it was called off."
        in done
    )
    last = db.session.scalars(select(Message).where(Message.person_id == wren.id).order_by(Message.id)).all()[
        -1
    ]
    assert "25 Dec" not in str(last.fields) and "1 Jan" in str(last.fields), "the mail says the other change"


def test_of_those_who_have_seats_again_only_who_heard_is_counted_as_told(world, circle, client):
    admin, first = client.as_(world.admin()), circle[0]
    world.enrol(first.group, world.client("Wren", email="wren@example.org"))
    sent()
    said = {"site": world.site.uid, "starts": "2026-12-25", "name": "Training", f"answer-{first.uid}": "skip"}
    assert admin.post("/closures/new", data=said | {"step": "close"}).status_code == 303
    with clock.at(NOW + timedelta(minutes=10)):
        sent()
        [row] = standing()
        page = admin.get(f"/closures/{row.uid}").text
        done = admin.post(f"/closures/{row.uid}", data={"date": first.uid}, follow_redirects=True).text
    words = "1 person is told. 1 person has not heard yet that it was called off, and hears nothing of it."
    assert "2 people have their seats again." in page and words in page
    assert words in done


def test_opening_again_names_a_date_that_was_moved_meanwhile(world, circle, client):
    admin, wren = client.as_(world.admin()), world.client("Wren", email="wren@example.org")
    choir = world.group("Choir", place=world.place("Hall", capacity=20), led_by=world.facilitator("Pike"))
    songs = world.series(choir, datetime(2026, 12, 25, 15), dates=3)
    for group in (circle[0].group, choir):
        world.enrol(group, wren)
    sent()
    say = {"site": world.site.uid, "name": "Training", "starts": "2026-12-25", "ends": "2026-12-26"}
    with clock.at(NOW + timedelta(minutes=10)):
        moved_unheard(circle[1])
        moved_unheard(songs[1])
        look = admin.post("/closures/new", data=say | {"step": "look"}).text
        assert "The days" in look and "Close these days" in look and "They can take place again" in look
        skips = {f"answer-{one.uid}": "skip" for one in (circle[0], songs[0])}
        assert admin.post("/closures/new", data=say | skips | {"step": "close"}).status_code == 303
    with clock.at(NOW + timedelta(minutes=11)):
        [row] = standing()
        later = timedelta(days=3)
        change_occurrence(System(), circle[0], WantedDate(status=OccurrenceStatus.SCHEDULED))
        change_occurrence(
            System(), circle[0], WantedDate(start=circle[0].start + later, end=circle[0].end + later)
        )
        db.session.commit()
        page = admin.get(f"/closures/{row.uid}").text
        assert "Circle was moved from Fri 25 Dec, 10:00 and stays on Mon 28 Dec, 10:00." in page


def test_groups_that_open_again_stay_one_mail_to_each_person(world, circle, client):
    admin, wren = client.as_(world.admin()), world.client("Wren", email="wren@example.org")
    choir = world.group("Choir", place=world.place("Hall", capacity=20), led_by=world.facilitator("Pike"))
    songs = world.series(choir, datetime(2026, 12, 25, 15), dates=3)
    for group in (circle[0].group, choir):
        world.enrol(group, wren)
    sent()
    say = {"site": world.site.uid, "name": "Training", "starts": "2026-12-25", "step": "close"}
    with clock.at(NOW + timedelta(minutes=10)):
        skips = {f"answer-{one.uid}": "skip" for one in (circle[0], songs[0])}
        assert admin.post("/closures/new", data=say | skips).status_code == 303
    with clock.at(NOW + timedelta(minutes=20)):
        sent()
        [row] = standing()
        admin.post(f"/closures/{row.uid}", data={"date": [circle[0].uid, songs[0].uid]})
        waits = select(Message).where(Message.person_id == wren.id, Message.state == "waiting")
        told = db.session.scalars(waits.order_by(Message.id)).all()
    assert len(told) == 2 and len({one.together for one in told}) == 1 and told[0].together
