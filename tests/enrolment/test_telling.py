"""What each change of seats tells whom, in which words."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict
from groupsched.core.events import subscribe
from groupsched.enrolment import service
from groupsched.enrolment.events import EnrolmentsChanged
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def tea(world):
    """Three Thursdays with one seat, from 26 November; Robin reads English, Reed Spanish."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead, capacity=1)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
    world.robin = world.client(email="robin@example.org")
    world.reed = world.client("Reed", "Marmalade", email="reed@example.org", language="es")
    return world


def enrol(tea, person, **more):
    done = service.enrol(identity_of(person), tea.tea, person, **more).enrolment
    db.session.commit()
    return done


def told(tea, person=None):
    """What was told, in order, with where each link leads; without the address of the group."""
    found = []
    query = select(Message).order_by(Message.id)
    for row in db.session.scalars(query if person is None else query.where(Message.person_id == person.id)):
        assert row.fields["link"] == f"http://127.0.0.1:5000/m/{row.uid}"
        link = row.target.replace(f"/sessions/{tea.tea.uid}", "group")
        found.append((row.kind, {**row.fields, "link": link}))
    return found


def test_a_rhythm_is_said_with_its_first_date_in_the_persons_language(tea):
    tea.tea.capacity = None
    for date in tea.dates:
        date.capacity = None
    enrol(tea, tea.robin)
    enrol(tea, tea.reed)
    assert told(tea) == [
        ("enrolled_series", {"date": "Thu 26 Nov", "time": "18:00", "weekday": "Thursday", "link": "group"}),
        ("enrolled_series", {"date": "jue 26 nov", "time": "18:00", "weekday": "jueves", "link": "group"}),
    ]


def test_a_single_date_is_told_with_its_own_page_and_several_together(tea):
    enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[1:2])
    assert told(tea) == [
        ("enrolled_date", {"date": "Thu 3 Dec", "time": "18:00", "link": "group/2026-12-03T1800"}),
    ]
    enrol(tea, tea.reed, mode="dates", occurrences=tea.dates)
    dates = "– jue 26 nov, 18:00\n– jue 3 dic, 18:00: número 1 en la lista de espera\n– jue 10 dic, 18:00"
    assert told(tea, tea.reed) == [("enrolled_dates", {"dates": dates, "link": "group"})]


def test_who_waits_reads_the_place_in_the_line(tea):
    enrol(tea, tea.robin)
    enrol(tea, tea.reed)
    basil = tea.client("Basil", email="basil@example.org")
    enrol(tea, basil, mode="dates", occurrences=tea.dates[1:2])
    waits = {"date": "jue 26 nov", "time": "18:00", "position": "1", "link": "group"}
    assert told(tea, tea.reed) == [("waitlisted", waits)]
    waits = {"date": "Thu 3 Dec", "time": "18:00", "position": "1", "link": "group"}
    assert told(tea, basil) == [("waitlisted", waits)]


def test_who_leaves_is_told_before_who_moves_up(tea):
    robin = enrol(tea, tea.robin)
    enrol(tea, tea.reed)
    service.leave(identity_of(tea.robin), robin)
    assert told(tea)[2:] == [
        ("left_series", {"date": "Tue 24 Nov", "link": "group"}),
        ("moved_up_series", {"date": "jue 26 nov", "time": "18:00", "weekday": "jueves", "link": "group"}),
    ]


def test_a_date_given_back_goes_to_its_line_and_who_comes_back_waits(tea):
    enrol(tea, tea.robin)
    enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:1])
    service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin)
    with clock.at(NOW + timedelta(minutes=1)):
        service.can_come_again(identity_of(tea.robin), tea.dates[0], tea.robin)
    one = "group/2026-11-26T1800"
    assert told(tea)[2:] == [
        ("cannot_come", {"date": "Thu 26 Nov", "time": "18:00", "link": one}),
        ("moved_up_date", {"date": "jue 26 nov", "time": "18:00", "link": one}),
        ("waitlisted", {"date": "Thu 26 Nov", "time": "18:00", "position": "1", "link": "group"}),
    ]


def test_who_waits_for_a_date_again_is_told_again(tea):
    enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[:1])
    enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:2])
    with clock.at(NOW + timedelta(minutes=1)):
        service.cannot_come(identity_of(tea.reed), tea.dates[0], tea.reed)
        enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:1])
        enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:1])
    (again,) = told(tea, tea.reed)[1:]
    assert again[0] == "waitlisted"


def test_a_message_that_was_held_up_until_its_dates_are_over_goes_to_nobody(tea):
    enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[:1])
    enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:1])
    deliver_due()
    with clock.at(NOW + timedelta(hours=1)):
        service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin)
        enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[1:])
        cancel_occurrence(identity_of(tea.lead), tea.dates[0], "The heating is out.")
        db.session.commit()
    with clock.at(tea.dates[0].end):
        deliver_due()
    db.session.expire_all()
    rows = db.session.scalars(select(Message).order_by(Message.id)).all()[2:]
    # Two dates that are to come yet are told; those of the date that is over are not.
    assert [(row.kind, row.state) for row in rows] == [
        ("cannot_come", "skipped"), ("moved_up_date", "skipped"), ("enrolled_dates", "sent"), ("cancelled", "skipped"),
    ]  # fmt: skip
    assert {row.last_error for row in rows if row.state == "skipped"} == {"out of date"}


def test_a_seat_taken_back_at_once_is_no_news(tea):
    enrol(tea, tea.robin)
    service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin)
    service.can_come_again(identity_of(tea.robin), tea.dates[0], tea.robin)
    assert [kind for kind, _fields in told(tea)] == ["enrolled_series", "cannot_come"]


def test_a_request_says_by_when_it_is_answered(tea):
    tea.tea.access = "referral"
    asked = enrol(tea, tea.robin)
    service.decline_request(identity_of(tea.lead), asked, "Another group may suit better.")
    assert told(tea) == [
        ("request_received", {"date": "Tue 1 Dec", "link": "group"}),
        ("request_declined", {"link": "group"}),
    ]


def test_a_cancelled_date_is_told_and_its_line_hears_what_comes_of_it(tea):
    enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[:1])
    enrol(tea, tea.reed)
    cancel_occurrence(identity_of(tea.lead), tea.dates[0], "The heating is out.")
    one = "group/2026-11-26T1800"
    assert told(tea)[2:] == [
        ("cancelled", {"date": "Thu 26 Nov", "time": "18:00", "link": one}),
        ("moved_up_series", {"date": "jue 3 dic", "time": "18:00", "weekday": "jueves", "link": "group"}),
    ]


def test_who_leaves_all_groups_is_told_once_after_those_who_move_up(tea):
    enrol(tea, tea.robin)
    enrol(tea, tea.reed)
    yoga = tea.group("Yoga")
    tea.series(yoga, datetime(2026, 11, 27, 18))
    service.enrol(identity_of(tea.robin), yoga, tea.robin)
    service.client_role_ended(tea.robin.id)
    assert [kind for kind, _fields in told(tea)][3:] == ["moved_up_series", "dates_ended"]
    assert told(tea, tea.robin)[-1] == ("dates_ended", {"date": "Tue 24 Nov", "link": "/my"})


def test_who_has_no_address_or_wants_no_mail_is_written_down_without_words(tea):
    tea.robin.email = None
    enrol(tea, tea.robin)
    tea.reed.wants_mail = False
    enrol(tea, tea.reed)
    rows = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [(row.kind, row.state, row.fields) for row in rows] == [
        ("enrolled_series", "skipped", {}),
        ("waitlisted", "skipped", {}),
    ]


def test_who_could_not_be_seated_is_told_nothing(tea):
    enrol(tea, tea.robin)
    tea.tea.access = "closed"
    keeper = db.session.get_one(Person, tea.keeper().person_id)
    results = service.enrol_many(tea.keeper(), tea.tea, [keeper, tea.reed])
    assert [isinstance(done, Conflict) for _person, done in results] == [True, False]
    with pytest.raises(Conflict):
        service.enrol(tea.keeper(), tea.tea, tea.client("Basil"), wait=False)
    db.session.commit()
    assert [kind for kind, _fields in told(tea)] == ["enrolled_series", "waitlisted"]


def test_who_moves_up_as_somebody_is_refused_is_told_all_the_same(tea):
    enrol(tea, tea.robin, mode="dates", occurrences=tea.dates[:1])
    enrol(tea, tea.reed)
    tea.tea.access = "closed"
    with clock.at(NOW + timedelta(days=3)):
        with pytest.raises(Conflict):
            service.enrol(identity_of(tea.lead), tea.tea, tea.lead)
        db.session.commit()
    assert [kind for kind, _fields in told(tea, tea.reed)] == ["waitlisted", "moved_up_series"]


# --- what verbs return, and what the rooms above hear --------------------------------------------------------------


@pytest.fixture
def heard(app):
    events = []
    subscribe(app, EnrolmentsChanged, events.append)
    yield events
    app.extensions["groupsched.events"][EnrolmentsChanged].remove(events.append)


def facts(outcomes):
    return [(type(one).__name__, one.enrolment.person.first_name) for one in outcomes]


def test_joining_says_what_happened_and_only_dates_that_change_are_heard_of(tea, heard):
    first = service.enrol(identity_of(tea.robin), tea.tea, tea.robin)
    second = service.enrol(identity_of(tea.reed), tea.tea, tea.reed)
    assert facts(first.happened) == [("Joined", "Robin")]
    assert [date.id for date in first.happened[0].dates] == [date.id for date in tea.dates]
    assert facts(second.happened) == [("Waiting", "Reed")]
    assert second.happened[0].position == 1
    again = service.enrol(identity_of(tea.robin), tea.tea, tea.robin)
    assert (again.answer, again.happened) == (first.answer, ())
    assert heard == [EnrolmentsChanged(tea.tea.id, (tea.robin.id,))]


def test_leaving_says_who_moved_up_and_is_heard_of_once(tea, heard):
    robin = enrol(tea, tea.robin)
    enrol(tea, tea.reed)
    del heard[:]
    assert facts(service.leave(identity_of(tea.robin), robin)) == [("Left", "Robin"), ("Joined", "Reed")]
    assert service.leave(identity_of(tea.robin), robin) == []
    assert heard == [EnrolmentsChanged(tea.tea.id, (tea.robin.id, tea.reed.id))]


def test_giving_a_date_back_says_who_has_it_now(tea, heard):
    enrol(tea, tea.robin)
    enrol(tea, tea.reed, mode="dates", occurrences=tea.dates[:2])
    happened = service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin)
    assert facts(happened) == [("GaveUp", "Robin"), ("JoinedDate", "Reed")]
    assert happened[1].date.uid == tea.dates[0].uid
    assert service.cannot_come(identity_of(tea.robin), tea.dates[0], tea.robin) == []
    assert facts(service.cannot_come(identity_of(tea.reed), tea.dates[1], tea.reed)) == [
        ("SteppedBack", "Reed")
    ]


def test_several_people_are_heard_of_once(tea, heard):
    tea.tea.capacity = None
    for date in tea.dates:
        date.capacity = None
    service.enrol_many(tea.keeper(), tea.tea, [tea.robin, tea.reed])
    assert heard == [EnrolmentsChanged(tea.tea.id, (tea.robin.id, tea.reed.id))]
