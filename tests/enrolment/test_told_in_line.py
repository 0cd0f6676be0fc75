"""Whoever waits, for every date or for one, hears of another time and another place like those who are in."""

from datetime import date, time

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.rules import AttendanceMode
from groupsched.catalog.service import retire_group
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_enrolments, unreached
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState, render
from groupsched.outbox.service import wording
from groupsched.schedule.queries import coming
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.enrolment.test_told_changes import NOW, THURSDAYS, House
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

TIME = "From Thu, Nov 26 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM."


@kept(at=NOW, still=True)
def tea(world):
    """Full with two; Hazel and then Pia, who has a phone, wait for every date."""
    tea = House(world, THURSDAYS)
    tea.change(capacity=2)
    tea.hazel = tea.joins("Hazel")
    tea.pia = world.client("Pia", "Cardigan", phone="555 0107", language="es")
    world.enrol(tea.group, tea.pia)
    tea.sent()
    return tea


def waits(tea, person):
    query = select(Message).where(Message.person_id == person.id, Message.state == MessageState.WAITING)
    return [(row.kind, row.fields) for row in db.session.scalars(query)]


def lines(tea, person):
    ((kind, fields),) = waits(tea, person)
    assert kind == "waiting_changed"
    return fields["position"], fields["changes"].removeprefix("– ").split("\n– ")


def test_another_time_is_told_to_who_waits_for_every_date(tea):
    tea.change({"start_time": time(17)})
    assert lines(tea, tea.hazel) == ("1", [TIME])
    assert tea.changes() == [TIME]


def test_the_whole_mail_reads_so(tea):
    tea.change({"start_time": time(17)})
    row = db.session.scalars(
        select(Message).where(Message.kind == "waiting_changed").order_by(Message.id)
    ).first()
    assert render(wording(), row.kind, "en", row.fields).text == (
        "Hello,\n\nyou are number 1 on the waiting list. What you wait for has changed:\n\n"
        f"– {TIME}\n\nYou hear from us as soon as a place is free. Until then you need to do nothing.\n\n"
        f"See when and where: http://127.0.0.1:5000/m/{row.uid}\n"
    )


def test_another_place_and_online_are_told_to_who_waits(tea):
    tea.change(place=tea.world.place("Quiet Loft").uid)
    assert lines(tea, tea.hazel) == (
        "1",
        ["From Thu, Nov 26 on the one every Thursday 11:00 AM–12:30 PM is in another place."],
    )
    tea.sent()
    tea.change(attendance_mode=AttendanceMode.ONLINE, online_link="https://meet.example.org/abc")
    assert lines(tea, tea.hazel) == (
        "1",
        ["Every Thursday 11:00 AM–12:30 PM: It meets online now, no longer in a room."],
    )


def test_who_waits_without_mail_stands_in_needs_attention(tea):
    tea.change({"start_time": time(17)})
    (one,) = [
        one for one in unreached(identity_of(tea.lead)).waiting if one.message.kind == "waiting_changed"
    ]
    assert one.person == tea.pia
    assert one.words.startswith(
        "Eres el número 2 en la lista de espera. Lo que esperas cambió:\n– Desde el jue 26 nov"
    )


def test_who_waits_for_one_date_hears_of_that_date(tea):
    basil, second = tea.world.client("Basil", email="basil@example.org"), coming(tea.group, NOW, 2)[1]
    tea.world.enrol(tea.group, basil, dates=[second])
    tea.sent()
    tea.change({"start_time": time(17)})
    assert lines(tea, basil) == ("1", ["Thu, Dec 3, 11:00 AM: The new time is Thu, Dec 3, 5:00 PM."])


def test_two_changes_of_which_nobody_has_heard_are_one_and_none_where_all_is_as_it_was(tea):
    tea.change({"start_time": time(16)})
    tea.change({"start_time": time(17)})
    assert lines(tea, tea.hazel) == ("1", [TIME])
    tea.change({"start_time": time(11)})
    assert waits(tea, tea.hazel) == []


def test_who_gets_a_seat_by_the_change_hears_only_that(tea):
    tea.change({"start_time": time(17)}, capacity=3)
    ((kind, fields),) = waits(tea, tea.hazel)
    assert (kind, fields["time"]) == ("moved_up_series", "5:00 PM")


def test_who_gets_a_seat_before_they_heard_of_the_change_hears_only_that(tea):
    tea.change({"start_time": time(17)})
    tea.change(capacity=3)
    assert [kind for kind, _fields in waits(tea, tea.hazel)] == ["moved_up_series"]


def test_who_leaves_the_line_hears_no_more_of_it(tea):
    tea.change({"start_time": time(17)})
    service.leave(identity_of(tea.hazel), live_enrolments(tea.hazel.id)[0])
    assert "waiting_changed" not in [kind for kind, _fields in waits(tea, tea.hazel)]


def test_a_group_that_ends_is_told_to_who_waits(tea):
    retire_group(System(), tea.group)
    assert [kind for kind, _fields in waits(tea, tea.hazel)] == ["waiting_ended"]


def test_a_date_that_falls_away_is_told_to_who_waits_for_it(tea):
    basil = tea.world.client("Basil", email="basil@example.org")
    tea.world.enrol(tea.group, basil, dates=coming(tea.group, NOW, 2)[1:])
    tea.sent()
    tea.change({"skip": frozenset({date(2026, 12, 3)})})
    assert [kind for kind, _fields in waits(tea, basil)] == ["waiting_ended"]
    assert lines(tea, tea.hazel) == ("1", ["Not on Thu, Dec 3 at 11:00 AM."])


def test_a_cancelled_date_is_no_appointment_of_who_waits_for_it(tea):
    """ "Your appointment will not take place" went to people who had none."""
    first, second = coming(tea.group, NOW, 2)
    basil = tea.world.client("Basil", email="basil@example.org")
    tea.world.enrol(tea.group, basil, dates=[second])
    tea.sent()
    by = identity_of(tea.lead)
    assert len(cancel_occurrence(by, second, "The heating is out.", dry_run=True).people) == 3
    cancel_occurrence(by, second, "The heating is out.")
    ((kind, fields),) = waits(tea, basil)
    assert (kind, fields["date"], fields["time"]) == ("waiting_cancelled", "Thu, Dec 3", "11:00 AM")
    assert waits(tea, tea.hazel) == [], (
        "who waits for every date has none of them: of a later one nothing is said"
    )
    assert len(cancel_occurrence(by, first, "The heating is out.").people) == 4
    assert [kind for kind, _fields in waits(tea, tea.hazel)] == ["waiting_cancelled"]
    assert [one.words.split(". ")[1] for one in unreached(by).waiting] == [
        "La fecha que esperas, jue 26 nov a las 11:00 a.m., no se hará"
    ]
