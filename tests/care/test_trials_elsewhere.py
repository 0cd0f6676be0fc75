"""Trying what others run, and times of one's own: no seat where none is asked for, a slot where there are slots, and one trial whoever
else begins one at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from groupsched.care import queries, service
from groupsched.care.models import Trial, TrialDate
from groupsched.care.rules import TrialState
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, NotFound
from groupsched.enrolment.models import DateSeat, OutsideDate
from groupsched.enrolment.queries import own_spans
from groupsched.enrolment.rules import DateSeatState
from groupsched.enrolment.service import into_own_week, out_of_own_week, take_slot
from groupsched.questionnaires.rules import Audience, Given
from groupsched.schedule.models import Occurrence, Timeslot
from groupsched.schedule.queries import coming
from groupsched.schedule.rules import OccurrenceStatus
from tests.care.test_trials import House
from tests.conftest import identity_of
from tests.factories import ZONE
from tests.kept import kept


class Elsewhere(House):
    """The same house, a meeting that others run three days from now in the evening, and a massage five days from now."""

    def __init__(self, world):
        super().__init__(world)
        self.meeting = self.listed_at("20:00")
        treats = world.facilitator("Tamsin", "Towelling")
        said = {"kind": "body_care", "complementary": True, "clearance": None}
        self.massage = world.in_slots(treats, modality=world.modality("shoulders", **said))
        first = datetime.combine(clock.today(ZONE) + timedelta(days=5), time(9))
        self.slotted = world.series(self.massage, first, dates=2, minutes=60)

    def listed_at(self, start):
        day = clock.today(ZONE) + timedelta(days=3)
        return self.world.listing(day=day.isoweekday() % 7, time=start, end_time="21:00")

    def outside(self, person=None, by=None):
        offer = self.offer(person=person, by=by)
        return [offer.shown[one.key] for one in offer.dates if one.outside]

    def had(self):
        query = select(OutsideDate.occurrence_id).where(OutsideDate.person_id == self.robin.id)
        return list(db.session.scalars(query.order_by(OutsideDate.id)))

    def begin_with(self, *dates):
        trial = service.begin_trial(self.by, self.robin, [one.uid for one in dates])
        db.session.commit()
        return trial


@kept
def house(world):
    return Elsewhere(world)


def first(house, kind):
    return house.dates[kind][0]


def trial_of(house, by, meeting):
    out_of_own_week(by, meeting, house.robin)
    dates = [one.uid for one in (meeting, first(house, "art"), first(house, "quiet"))]
    service.begin_trial(by, house.robin, dates)
    db.session.commit()
    return house.progress()


def test_a_meeting_that_others_run_can_be_tried_and_is_in_ones_week_without_a_seat(house):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    assert house.had() == [meeting.id]
    assert meeting.taken == 0
    assert sorted(house.states()) == ["coming", "coming", "coming"]
    assert meeting.id in {span.key for span in own_spans(house.robin.id, meeting.start, meeting.end)}
    assert "Church hall" not in own_spans(house.robin.id, meeting.start, meeting.end)[0].title


def test_it_counts_as_tried_and_is_asked_about_after_it(house):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    with clock.at(meeting.end + timedelta(minutes=20)):
        assert house.states(clock.now()).count("been") >= 1
        row = queries.date_to_reflect(house.robin.id, meeting.uid)
        said = {"welcome": Given("mostly"), "again": Given("yes")}
        service.reflect(house.by, row, said, Audience.ONLY_ME)
        db.session.commit()
        assert any(one.response is not None for one in house.progress().dates)


def test_who_was_not_there_says_so_and_tries_another_day(house):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    with clock.at(meeting.end + timedelta(minutes=20)):
        out_of_own_week(house.by, meeting, house.robin)
        db.session.commit()
        assert "given_back" in house.states(clock.now())
        later = next(one for one in house.outside() if one.group_id == meeting.group_id)
        house.change(meeting, later)
        assert house.had() == [later.id]


def test_what_is_at_the_time_of_it_is_not_offered_and_it_is_not_at_the_time_of_what_one_has(house, world):
    meeting = house.outside()[0]
    other = house.meets("family", 3, 20, "At the time of the meeting")
    assert "family" in house.kinds()
    into_own_week(house.by, meeting, house.robin)
    db.session.commit()
    offered = {one.key for one in house.offer().dates}
    assert other[0].id not in offered
    assert other[1].id in offered
    out_of_own_week(house.by, meeting, house.robin)
    world.enrol(other[0].group, house.robin)
    assert meeting.id not in {one.id for one in house.outside()}
    with pytest.raises(Conflict) as refused:
        into_own_week(house.by, meeting, house.robin, alone=True)
    assert refused.value.code == "clash"


def test_a_meeting_for_its_own_members_is_not_offered(house, world):
    day = clock.today(ZONE) + timedelta(days=4)
    world.listing("Members only", day=day.isoweekday() % 7, types=["C"])
    assert {one.title for one in house.outside()} == {"Church hall meeting"}


def test_a_meeting_of_others_is_no_care_beside_which_complementary_kinds_may_stand(house):
    meeting = house.outside()[0]
    with pytest.raises(Conflict) as refused:
        house.begin_with(meeting, first(house, "movement"), first(house, "quiet"))
    assert refused.value.code == "adds_only"


def test_stopping_takes_it_out_of_the_week(house):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    assert meeting in service.stop_trial(house.by, house.robin)
    db.session.commit()
    assert house.had() == []


def test_going_again_is_staying_with_it(house):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    with clock.at(max(one.occurrence.end for one in house.progress().dates) + timedelta(hours=1)):
        assert house.progress().state is TrialState.CHOOSING
        again = next(one for one in coming(meeting.group, clock.now()) if one.start > clock.now())
        into_own_week(house.by, again, house.robin)
        db.session.commit()
        assert house.progress().state is TrialState.KEPT


def test_who_may_enrol_somebody_puts_it_into_their_week_and_nobody_else_does(house, world):
    meeting, desk = house.outside()[0], identity_of(world.front_desk())
    assert meeting.id in {one.id for one in house.outside(by=desk)}
    into_own_week(desk, meeting, house.robin)
    db.session.commit()
    known = queries.dates_known(desk, house.robin, trial_of(house, desk, meeting), frozenset())
    assert [one.occurrence for one in known if one.occurrence.external] == [meeting], "who began it sees it"
    with pytest.raises(NotFound):
        into_own_week(identity_of(world.client("Not", "Them")), meeting, house.robin)
    with pytest.raises(NotFound):
        into_own_week(house.by, first(house, "art"), house.robin)


def test_a_date_that_somebody_has_is_cancelled_where_its_listing_meets_at_another_time(house, world):
    meeting = house.outside()[0]
    into_own_week(house.by, meeting, house.robin)
    db.session.commit()
    house.listed_at("18:00")
    db.session.commit()
    db.session.expire_all()
    assert meeting.status is OccurrenceStatus.CANCELLED
    assert house.had() == [meeting.id]


# --- pages ---


@pytest.mark.on_sqlite
def test_meetings_of_others_are_chosen_from_where_somebody_wants_them_too(house, client):
    me = client.as_(house.robin)
    page = me.get("/my/try-three?kind=support&kind=art&kind=quiet").text
    assert "Meetings run by others too" in page
    assert "Church hall meeting" not in page
    page = me.get("/my/try-three?kind=support&kind=art&kind=quiet&external=1").text
    assert "Church hall meeting (run by others)" in page
    meeting = house.outside()[0]
    dates = [one.uid for one in (meeting, first(house, "art"), first(house, "quiet"))]
    assert me.post("/my/try-three", data={"date": dates}).status_code == 303
    assert "run by others, no seat needed" in me.get("/my/try-three").text
    week = me.get("/my").text
    assert "Church hall meeting" in week
    assert f"/occurrences/{meeting.uid}/not-in-my-week" in week
    assert f"/occurrences/{meeting.uid}/cannot-come" not in week
    assert me.post(f"/occurrences/{meeting.uid}/not-in-my-week").status_code == 303
    assert house.had() == []


@pytest.mark.on_sqlite
def test_from_its_own_page_a_meeting_is_taken_into_ones_week_and_out_of_it(house, client):
    me, meeting = client.as_(house.robin), house.outside()[0]
    here = f"/sessions/{house.meeting.uid}"
    assert f"/occurrences/{meeting.uid}/in-my-week" in me.get(here).text
    answer = me.post(f"/occurrences/{meeting.uid}/in-my-week", data={"next": here})
    assert answer.headers["Location"] == here
    assert "In your week:" in me.get(here).text
    assert house.had() == [meeting.id]
    assert me.post(f"/occurrences/{first(house, 'art').uid}/in-my-week").status_code == 404


@pytest.mark.on_sqlite
def test_after_it_the_page_asks_and_offers_to_go_again(house, client):
    meeting = house.outside()[0]
    house.begin_with(meeting, first(house, "art"), first(house, "quiet"))
    with clock.at(max(one.occurrence.end for one in house.progress().dates) + timedelta(hours=1)):
        page = client.as_(house.robin).get("/my/try-three").text
        assert "Stay with one?" in page
        assert "Go again on" in page
        assert "I was not there" in page


# --- slots ---


def test_a_time_of_ones_own_is_tried_where_there_are_times(house):
    shown = next(one for one in house.offer().shown.values() if one.group == house.massage)
    house.begin_with(first(house, "support"), first(house, "art"), shown)
    tried = next(one for one in house.progress().dates if one.occurrence.group == house.massage)
    assert tried.slot is not None
    assert (tried.occurrence.start, tried.occurrence.end) == (tried.slot.start, tried.slot.end)
    assert tried.slot.end - tried.slot.start == timedelta(minutes=20)
    assert house.states(tried.slot.end + timedelta(minutes=1)).count("been") >= 1, "by its own end"


def test_the_first_time_that_nobody_has_is_offered_and_none_where_all_are_taken(house, world):
    date = house.slotted[0]
    slots = list(
        db.session.scalars(
            select(Timeslot).where(Timeslot.occurrence_id == date.id).order_by(Timeslot.start, Timeslot.id)
        )
    )
    for number, slot in enumerate(slots):
        shown = house.offer().shown[date.id]
        assert shown.slot.id == slot.id
        take_slot(world.system, slot, world.client("Slot", f"Taker {number}"))
        db.session.commit()
    assert date.id not in house.offer().shown


# --- two at once ---


def test_two_that_begin_it_at_once_are_one_trial_with_three_seats(house, app):
    uids, start, robin = house.three(), Barrier(2), house.robin.id
    ids = [first(house, kind).id for kind in ("support", "art", "quiet")]
    db.session.remove()

    def begin(_number):
        browser = app.test_client()
        browser.environ_base["test.person"] = robin
        start.wait()
        return browser.post("/my/try-three", data={"date": uids}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(begin, range(2))) == [303, 409]
    assert db.session.scalar(select(func.count()).select_from(Trial)) == 1
    assert db.session.scalar(select(func.count()).select_from(TrialDate)) == 3
    held = select(func.count()).select_from(DateSeat).where(DateSeat.state == DateSeatState.HELD)
    assert db.session.scalar(held) == 3
    taken = select(Occurrence.taken).where(Occurrence.id.in_(ids)).order_by(Occurrence.id)
    assert list(db.session.scalars(taken)) == [1, 1, 1]
