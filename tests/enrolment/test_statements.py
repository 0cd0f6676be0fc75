"""What the verbs around seats ask of the database, as whole requests and alone: few statements, however many people.

A whole request has two statements, or three where its writer leads the group, for who asks, before it is kept. Every change
of dates has two for what they occupy, before it and now, and up to three for what is otherwise: deleted, looked for, written. One more each asks for the topics that
lie over them, for the slots in them, and for who is looked for to lead one.
"""

from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlalchemy import func, select, update

from groupsched.access.identity import System
from groupsched.accounts.models import Person
from groupsched.catalog.models import Group
from groupsched.catalog.service import fields_of, update_group
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import current_series
from groupsched.schedule.service import SeenVersions, cancel_occurrence, redefine_group
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def tea(world):
    """Twelve Thursdays with fifteen seats."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead, capacity=15)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=12)
    return world


def person(tea, number):
    return tea.client("Robin", f"Teacup{number}", email=f"p{number}@example.org")


def join(tea, number, **more):
    people = [person(tea, one) for one in range(number)]
    for one in people:
        service.enrol(identity_of(one), tea.tea, one, **more)
    db.session.commit()
    return people


# That who asks is looked at again before a change is kept (`access/standing.py`): the same for every change.
def asks_who(statement):
    return (
        statement.startswith(("SELECT sign_in.ended_at", "SELECT facilitator.group_id"))
        or "FOR SHARE" in statement
    )


@pytest.fixture
def asks(statements):
    """How many statements something takes for which nothing was read before, its commit included; but who asks."""

    def asked(act):
        db.session.remove()
        before = len(statements())
        act()
        db.session.commit()
        return sum(not asks_who(one) for one in statements()[before:])

    return asked


@pytest.fixture
def verb(asks, statements):
    """How many statements a verb takes beside those with which its view finds what it is about."""

    def asked(find, act):
        found = []

        def both():
            found.extend([find(), len(statements())])
            act(found[0])

        started = len(statements())
        return asks(both) - (found[1] - started)

    return asked


def mails(kind):
    return db.session.scalar(select(func.count()).where(Message.kind == kind))


# --- a date is cancelled -------------------------------------------------------------------------------------------


def test_a_date_of_thirteen_people_is_cancelled(tea, client, asks):
    join(tea, 13)
    browser, address = client.as_(tea.lead), f"/occurrences/{tea.dates[0].uid}/cancel"
    assert asks(lambda: browser.post(address, data={"reason": "The heating is out."})) <= 31
    assert mails("cancelled") == 13


def test_cancelling_costs_the_same_for_two_people_and_for_thirteen(tea, verb):
    def cancel(date):
        return verb(
            lambda: (db.session.get_one(Occurrence, date.id), identity_of(tea.lead)),
            lambda found: cancel_occurrence(found[1], found[0], "The heating is out."),
        )

    join(tea, 2)
    few = cancel(tea.dates[0])
    db.session.execute(update(Message).values(state="sent"))
    join(tea, 11)
    assert cancel(tea.dates[1]) == few <= 28
    assert mails("cancelled") == 15
    # A third one joins the second, of which nobody has heard: their dates and what follows are read, once.
    assert cancel(tea.dates[2]) <= few + 5
    assert mails("series_moved") == 13


# --- a group is edited ---------------------------------------------------------------------------------------------


def edited(tea):
    """The form, with more seats, another room and another time."""
    return {
        "title": "Tea", "modality": "support-group", "structure": "structured", "orientation": "secular",
        "setting": "group", "repeats": "weekly", "weekdays": ["3"], "starts_on": "2026-11-26", "start_time": "17:00",
        "end_time": "18:30", "ends": "after", "count": "12", "attendance_mode": "in_person",
        "place": tea.place("Quiet Loft").uid, "lead": tea.lead.uid, "capacity": "20", "access": "enrol",
        "languages": ["en"], "monthly_by": "day", "act": "save", "version": str(tea.tea.version),
        "series_version": str(current_series(tea.tea).version),
    }  # fmt: skip


def test_seats_room_and_time_of_twelve_dates_with_fifteen_people_are_changed(tea, client, asks):
    join(tea, 15)
    browser, address, form = client.as_(tea.lead), f"/groups/{tea.tea.uid}/edit", edited(tea)
    browser.get(address)
    assert asks(lambda: browser.post(address, data=form)) <= 58
    assert mails("series_moved") == 15


def test_such_an_edit_as_a_verb(tea, verb):
    join(tea, 15)
    loft = tea.place("Quiet Loft").uid

    def find():
        group = db.session.get_one(Group, tea.tea.id)
        series = current_series(group)
        return group, replace(fields_of(group), capacity=20, place=loft), series

    def edit(found):
        group, fields, series = found
        seen = SeenVersions(group.version, series.version)
        redefine_group(
            System(), group, fields, replace(series.rule, start_time=time(17)), seen, publish=False
        )

    assert verb(find, edit) <= 55
    assert mails("series_moved") == 15


def test_five_more_seats_let_five_in(tea, verb):
    join(tea, 15)
    join(tea, 5)

    def find():
        group = db.session.get_one(Group, tea.tea.id)
        return group, replace(fields_of(group), capacity=20)

    assert verb(find, lambda found: update_group(System(), *found, found[0].version)) <= 51
    assert (mails("enrolled_series"), mails("moved_up_series")) == (15, 5)


def test_a_group_of_fifteen_is_no_longer_offered(tea, client, asks):
    join(tea, 15)
    browser = client.as_(tea.lead)
    assert asks(lambda: browser.post(f"/groups/{tea.tea.uid}/retire")) <= 100
    assert mails("series_ended") == 15


# --- one person joins, asks, leaves ----------------------------------------------------------------------------------


def who(tea, one):
    """Group and person as their view has them, with who is asking."""
    found = db.session.get_one(Person, one.id)
    return identity_of(found), db.session.get_one(Group, tea.tea.id), found


def test_joining(tea, client, asks, verb):
    robin, reed = person(tea, 1), person(tea, 2)
    browser, form = client.as_(robin), {"what": "whole", "wait": "1"}
    assert asks(lambda: browser.post(f"/sessions/{tea.tea.uid}/join", data=form)) <= 24
    assert verb(lambda: who(tea, reed), lambda found: service.enrol(*found)) <= 21
    assert mails("enrolled_series") == 2


def test_joining_four_dates(tea, verb):
    robin = person(tea, 1)

    def find():
        return who(tea, robin), [db.session.get_one(Occurrence, one.id) for one in tea.dates[:4]]

    assert verb(find, lambda found: service.enrol(*found[0], mode="dates", occurrences=found[1])) <= 26
    assert mails("enrolled_dates") == 1


def test_waiting(tea, client, asks, verb):
    join(tea, 15)
    hazel, reed = person(tea, 16), person(tea, 17)
    browser, form = client.as_(hazel), {"what": "whole", "wait": "1"}
    assert asks(lambda: browser.post(f"/sessions/{tea.tea.uid}/join", data=form)) <= 19
    assert verb(lambda: who(tea, reed), lambda found: service.enrol(*found)) <= 16
    assert mails("waitlisted") == 2


def test_bringing_ten_by_its_page(tea, client, asks):
    people = [person(tea, number) for number in range(10)]
    browser, form = client.as_(tea.supervisor()), {"people": [one.uid for one in people], "act": "enrol"}
    assert asks(lambda: browser.post(f"/groups/{tea.tea.uid}/enrol", data=form)) <= 77
    assert mails("enrolled_series") == 10


def test_thirty_people_cost_five_statements_each_and_what_they_share_once(tea, verb):
    people = [person(tea, number) for number in range(30)]

    def find():
        _lead, group, _first = who(tea, tea.lead)
        lead = tea.keeper()
        return (
            lead,
            group,
            db.session.scalars(select(Person).where(Person.id.in_([p.id for p in people]))).all(),
        )

    assert verb(find, lambda found: service.enrol_many(*found)) <= 152
    assert (mails("enrolled_series"), mails("waitlisted")) == (15, 15)


def live(one):
    query = select(Enrolment).where(Enrolment.person_id == one.id, Enrolment.state != "left")
    return db.session.scalars(query).one()


def test_leaving_with_a_line_that_moves_up(tea, client, asks, verb):
    robin, reed, *_others = join(tea, 15)
    join(tea, 2)
    browser = client.as_(robin)
    assert asks(lambda: browser.post(f"/sessions/{tea.tea.uid}/leave", data={"sure": "1"})) <= 31
    assert verb(lambda: (identity_of(reed), live(reed)), lambda found: service.leave(*found)) <= 30
    assert mails("left_series") == 2
    assert (mails("enrolled_series"), mails("moved_up_series")) == (15, 2)


def test_giving_a_date_back_to_its_line_and_wanting_it_again(tea, client, asks):
    robin, *_others = join(tea, 15)
    join(tea, 1, mode="dates", occurrences=tea.dates[2:3])
    browser, address = client.as_(robin), f"/occurrences/{tea.dates[2].uid}"
    assert asks(lambda: browser.post(f"{address}/cannot-come", data={"sure": "1"})) <= 31
    assert asks(lambda: browser.post(f"{address}/can-come")) <= 25
    assert [mails(kind) for kind in ("cannot_come", "moved_up_date", "waitlisted")] == [1, 1, 2]


def test_answering_requests(tea, client, asks):
    tea.tea.access = "referral"
    yes, no = join(tea, 2)
    browser, addresses = client.as_(tea.lead), [f"/enrolments/{live(one).uid}/answer" for one in (yes, no)]
    assert asks(lambda: browser.post(addresses[0], data={"answer": "yes"})) <= 32
    assert asks(lambda: browser.post(addresses[1], data={"answer": "no"})) <= 16
    assert [mails(kind) for kind in ("request_received", "enrolled_series", "request_declined")] == [2, 1, 1]


def test_asking(tea, verb):
    tea.tea.access = "referral"
    db.session.commit()
    robin = person(tea, 1)
    assert verb(lambda: who(tea, robin), lambda found: service.enrol(*found)) <= 16
    assert mails("request_received") == 1
