"""A mail about a change says what was and what is now, and nothing of what stayed; changes not heard of yet are one."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_enrolments
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState, render
from groupsched.outbox.service import wording
from groupsched.schedule.queries import coming, current_series, series_of
from groupsched.schedule.rules import ChangeScope, DateField, SeriesRule
from groupsched.schedule.service import (
    SeenVersions,
    WantedDate,
    add_series,
    cancel_occurrence,
    change_occurrence,
    change_series,
    redefine_group,
)
from tests.conftest import identity_of
from tests.factories import ZONE, delivered

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
THURSDAYS = SeriesRule(date(2026, 11, 26), time(11), 90, ZONE, "FREQ=WEEKLY;BYDAY=TH")


class House:
    """A group that Robin (English) and Reed (Spanish) have every date of; the mails so far went out."""

    def __init__(self, world, rule):
        world.program.region = "US"
        self.lead = world.facilitator()
        self.world, self.group = world, world.group("Tea", led_by=self.lead)
        add_series(System(), self.group, rule)
        self.robin = self.joins("Robin")
        self.reed = self.joins("Reed", language="es")
        self.sent()

    def joins(self, name, **fields):
        person = self.world.client(name, email=f"{name.lower()}@example.org", **fields)
        service.enrol(identity_of(person), self.group, person)
        return person

    def sent(self):
        db.session.commit()
        delivered()
        db.session.commit()

    def change(self, rule=None, **fields):
        """An edit of the group and its series in one go, as the form sends it."""
        series = current_series(self.group)
        wanted = replace(fields_of(self.group), **fields)
        seen = SeenVersions(self.group.version, series.version)
        new = replace(series.rule, **(rule or {}))
        redefine_group(System(), self.group, wanted, new, seen, publish=False)
        db.session.commit()

    def once(self, day, at=time(10)):
        """Another series of the group: one date."""
        add_series(System(), self.group, replace(THURSDAYS, starts_on=day, start_time=at, rrule=""))
        db.session.commit()

    def waits(self, person=None):
        """What waits for a person: kind and sentences."""
        query = select(Message).where(Message.state == MessageState.WAITING)
        rows = db.session.scalars(query.where(Message.person_id == (person or self.robin).id))
        return [(row.kind, row.fields.get("changes", "").replace("– ", "").split("\n")) for row in rows]

    def changes(self, person=None):
        ((kind, lines),) = self.waits(person)
        assert kind == "series_moved"
        return lines


@pytest.fixture
def house(world):
    def begin(rule=THURSDAYS):
        return House(world, rule)

    with clock.at(NOW):
        yield begin


FRIDAY = "From Fri, Dec 4 on you have one every Friday 11:00 AM–12:30 PM, no longer every Thursday."


def test_another_day_is_told_with_the_day_it_was_and_from_which_date_on(house):
    tea = house(replace(THURSDAYS, starts_on=date(2026, 12, 3)))
    tea.change({"starts_on": date(2026, 12, 4), "rrule": "FREQ=WEEKLY;BYDAY=FR"})
    assert tea.changes() == [FRIDAY, "Not on Thu, Dec 3 at 11:00 AM."]
    assert tea.changes(tea.reed) == [
        "Desde el vie 4 dic tienes una cada viernes de 11:00 a.m. a 12:30 p.m., ya no cada jueves.",
        "No el jue 3 dic a las 11:00 a.m.",
    ]


def test_a_whole_mail_reads_so(house):
    tea = house(replace(THURSDAYS, starts_on=date(2026, 12, 3)))
    tea.change({"start_time": time(17)})
    row = db.session.scalars(
        select(Message).where(Message.kind == "series_moved").order_by(Message.id)
    ).first()
    assert render(wording(), row.kind, "en", row.fields).text == (
        "Hello,\n\nyour regular appointments have changed:\n\n"
        "– From Thu, Dec 3 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM.\n\n"
        f"See when and where: http://127.0.0.1:5000/m/{row.uid}\n"
    )


@pytest.mark.parametrize(
    ("rrule", "changed", "said"),
    [
        (
            "FREQ=MONTHLY;BYDAY=4TH", "FREQ=MONTHLY;BYDAY=-1TH",
            "From Thu, Dec 31 on you have one every month on the last Thursday 11:00 AM–12:30 PM, "
            "no longer every month on the fourth Thursday.",
        ),
        (
            "FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TH",
            "From Thu, Nov 26 on you have one every 3 weeks on Thursday 11:00 AM–12:30 PM, no longer every Thursday.",
        ),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "FREQ=WEEKLY;BYDAY=TH",
            "From Thu, Dec 3 on you have one every Thursday 11:00 AM–12:30 PM, no longer every 2 weeks on Thursday.",
        ),
    ],
)  # fmt: skip
def test_months_and_every_so_many_weeks_are_said_as_such(house, rrule, changed, said):
    tea = house(replace(THURSDAYS, rrule=rrule))
    tea.change({"rrule": changed, "duration_minutes": 90}, place=tea.world.place("Quiet Loft").uid)
    assert said in tea.changes()


def test_a_day_and_a_time_that_change_together_name_both_as_they_were(house):
    tea = house()
    tea.change({"starts_on": date(2026, 11, 25), "start_time": time(9), "rrule": "FREQ=WEEKLY;BYDAY=WE"})
    assert tea.changes() == [
        "From Wed, Nov 25 on you have one every Wednesday 9:00–10:30 AM, no longer every Thursday 11:00 AM–12:30 PM."
    ]


def test_a_later_end_of_each_date_says_only_that(house):
    tea = house()
    tea.change({"duration_minutes": 120})
    assert tea.changes() == ["From Thu, Nov 26 on it ends at 1:00 PM, no longer at 12:30 PM."]


def test_an_earlier_last_date_says_only_that(house):
    tea = house()
    tea.change({"until": date(2027, 1, 21)})
    assert tea.changes() == ["The last date is Thu, Jan 21, 2027 at 11:00 AM."]
    tea.sent()
    tea.change({"until": date(2026, 12, 17)})
    assert tea.changes() == ["The last date is Thu, Dec 17 at 11:00 AM, no longer Thu, Jan 21, 2027."]


def test_dates_left_out_are_named(house):
    tea = house()
    tea.change({"skip": frozenset({date(2026, 12, 24), date(2026, 12, 31)})})
    assert tea.changes() == ["Not on Thu, Dec 24 and Thu, Dec 31 at 11:00 AM."]
    tea.sent()
    tea.change({"skip": frozenset({date(2026, 12, d) for d in (17, 24, 31)}), "start_time": time(12)})
    assert tea.changes() == [
        "From Thu, Nov 26 on the time is 12:00–1:30 PM, no longer 11:00 AM–12:30 PM.",
        "Not on Thu, Dec 17 at 11:00 AM.",
    ]


def test_another_room_is_told_from_the_first_date_there_without_naming_it(house):
    tea = house()
    update_group(
        System(),
        tea.group,
        replace(fields_of(tea.group), place=tea.world.place("Quiet Loft").uid),
        tea.group.version,
    )
    assert tea.changes() == [
        "From Thu, Nov 26 on the one every Thursday 11:00 AM–12:30 PM is in another place."
    ]


def in_another_room(tea, *days, scope=ChangeScope.THIS):
    """These dates, or all from the one on, in another room."""
    room = {DateField.PLACE: tea.world.place("Lamp Room").id}
    for one in coming(tea.group, clock.now(), 8):
        if one.local_date.day in days:
            change_occurrence(System(), one, WantedDate(values=room, scope=scope))
    db.session.commit()


def test_some_dates_in_another_room_are_named_and_no_day_from_which_on(house):
    """Three dates of many were told as "From Thu, Dec 3 on": untrue from the first that stays."""
    tea = house()
    in_another_room(tea, 3, 10, 24)
    there = "It is in another place."
    days = ("Thu, Dec 3", "Thu, Dec 10", "Thu, Dec 24")
    assert tea.waits() == [("series_changed", [f"{day}, 11:00 AM: {there}" for day in days])]


def test_one_date_that_moves_and_a_rule_from_a_day_on_are_said_apart(house):
    """A hundred dates were listed one by one, seven of them, "And 104 more."."""
    tea = house()
    [first] = coming(tea.group, clock.now(), 1)
    change_occurrence(System(), first, WantedDate(start=first.start + timedelta(hours=3)))
    in_another_room(tea, 10, scope=ChangeScope.FOLLOWING)
    assert tea.changes() == [
        "From Thu, Dec 10 on the one every Thursday 11:00 AM–12:30 PM is in another place.",
        "Thu, Nov 26, 11:00 AM: The new time is Thu, Nov 26, 2:00 PM.",
    ]


def test_the_first_date_that_changed_is_named_not_the_first_there_is(house):
    tea = house(replace(THURSDAYS, rrule="FREQ=WEEKLY;BYDAY=MO,TH"))
    tea.change({"rrule": "FREQ=WEEKLY;BYDAY=TH,FR"})
    now, old = "every Thursday and Friday 11:00 AM–12:30 PM", "every Monday and Thursday"
    assert tea.changes() == [f"From Fri, Nov 27 on you have one {now}, no longer {old}."]


def test_one_date_that_ends_later_says_when(house):
    tea = house(replace(THURSDAYS, rrule=""))
    tea.change({"duration_minutes": 120})
    row = db.session.scalars(select(Message).where(Message.kind == "moved_end").order_by(Message.id)).first()
    assert (row.fields["old_end"], row.fields["end"]) == ("12:30 PM", "1:00 PM")


# --- several changes of which nobody has heard yet are one ---------------------------------------------------------


def test_two_changes_before_the_mail_goes_out_are_one_mail_from_what_was_known(house):
    tea = house()
    tea.change({"start_time": time(17)})
    tea.change({"start_time": time(18)})
    assert tea.changes() == ["From Thu, Nov 26 on the time is 6:00–7:30 PM, no longer 11:00 AM–12:30 PM."]
    tea.sent()
    tea.change({"start_time": time(17)})
    assert tea.changes() == ["From Thu, Nov 26 on the time is 5:00–6:30 PM, no longer 6:00–7:30 PM."]


def test_a_change_that_is_undone_before_its_mail_goes_out_is_told_to_nobody(house):
    tea = house()
    tea.change({"start_time": time(17)})
    tea.change({"start_time": time(11)})
    assert tea.waits() == tea.waits(tea.reed) == []


THURSDAY, FRIDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=TH"}, {"rrule": "FREQ=WEEKLY;BYDAY=FR"}


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("two", [False, True])
def test_a_weekday_that_is_taken_back_before_its_mail_goes_out_is_told_to_nobody(house, begun, two):
    with clock.at(NOW - timedelta(days=begun * 20)):
        tea = house(replace(THURSDAYS, starts_on=date(2026, 11, 26) - timedelta(days=begun * 14)))
        if two:
            tea.once(date(2026, 12, 12))
            tea.sent()
    with clock.at(NOW):
        tea.change({**FRIDAYS, "starts_on": date(2026, 11, 27)})
        assert tea.waits()
        tea.change({**THURSDAY, "starts_on": date(2026, 11, 26)})
        assert tea.waits() == tea.waits(tea.reed) == []


def test_what_takes_the_place_of_a_date_at_the_same_time_is_no_news(house):
    tea = house()
    tea.change({"skip": frozenset([date(2026, 12, 10)])})
    tea.once(date(2026, 12, 10), at=time(11))
    tea.change({"start_time": time(17)})
    assert tea.changes() == ["From Thu, Nov 26 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM."]


def test_a_group_with_another_series_hears_what_is_new_of_the_one_that_changed(house):
    tea = house()
    tea.once(date(2026, 12, 12))
    tea.sent()
    tea.change({**FRIDAYS, "starts_on": date(2026, 11, 27)})
    assert tea.changes() == [FRIDAY.replace("Dec 4", "Nov 27"), "Not on Thu, Nov 26 at 11:00 AM."]
    tea.sent()
    tea.change({"start_time": time(17)})
    assert tea.changes() == ["From Fri, Nov 27 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM."]
    tea.sent()
    tea.change({"until": date(2026, 12, 5)})
    assert tea.changes() == ["The last one every Friday 5:00–6:30 PM is on Fri, Dec 4."]
    assert tea.changes(tea.reed) == ["La última de cada viernes de 5:00 a 6:30 p.m. es el vie 4 dic."]
    tea.sent()
    tea.change({"until": date(2026, 12, 20)})
    assert tea.changes() == [
        "The last one every Friday 5:00–6:30 PM is on Fri, Dec 18, no longer on Fri, Dec 4."
    ]
    tea.sent()
    tea.change({"until": None})
    assert tea.changes() == ["The one every Friday 5:00–6:30 PM has no last date any more."]


def test_two_series_that_change_before_the_mail_goes_out_are_both_said(house):
    tea = house()
    tea.once(date(2026, 12, 12))
    mondays = replace(THURSDAYS, starts_on=date(2026, 11, 30), rrule="FREQ=WEEKLY;BYDAY=MO")
    second = add_series(System(), tea.group, mondays)
    tea.sent()
    change_series(System(), second, replace(mondays, start_time=time(9)), second.version)
    first = next(one for one in series_of(tea.group) if one.starts_on == date(2026, 11, 26))
    change_series(System(), first, replace(first.rule, start_time=time(17)), first.version)
    assert sorted(tea.changes()) == [
        "From Mon, Nov 30 on the time is 9:00–10:30 AM, no longer 11:00 AM–12:30 PM.",
        "From Thu, Nov 26 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM.",
    ]


def test_a_room_a_time_an_end_and_a_date_left_out_before_the_mail_goes_out_are_four_sentences(house):
    with clock.at(NOW - timedelta(days=20)):
        tea = house(replace(THURSDAYS, starts_on=date(2026, 11, 12)))
        tea.once(date(2026, 11, 25))
        tea.sent()
    with clock.at(NOW):
        there = tea.world.place("Lamp Room")
        for change in (
            {"place": there.uid},
            {"rule": {"start_time": time(17)}},
            {"rule": {"until": date(2026, 12, 20)}},
            {"rule": {"skip": frozenset({date(2026, 12, 10)})}},
        ):
            tea.change(**change)
        assert tea.changes() == [
            "From Thu, Nov 26 on the time is 5:00–6:30 PM, no longer 11:00 AM–12:30 PM.",
            "The last one every Thursday 5:00–6:30 PM is on Thu, Dec 17.",
            "Not on Thu, Dec 10 at 11:00 AM.",
            "From Thu, Nov 26 on the one every Thursday 5:00–6:30 PM is in another place.",
            "Wed, Nov 25, 10:00 AM: It is in another place.",
        ]


def test_a_date_that_moves_and_is_cancelled_is_cancelled_as_its_person_knew_it(house):
    tea = house(replace(THURSDAYS, rrule=""))
    tea.change({"start_time": time(17)})
    assert [kind for kind, _lines in tea.waits()] == ["moved"]
    cancel_occurrence(identity_of(tea.lead), coming_dates(tea)[0], "The heating is out.")
    ((kind, _lines),) = tea.waits()
    row = db.session.scalars(select(Message).where(Message.kind == "cancelled").order_by(Message.id)).first()
    assert (kind, row.fields["time"]) == ("cancelled", "11:00 AM")


def test_two_dates_cancelled_one_after_the_other_are_one_mail(house):
    tea = house()
    for one in coming_dates(tea)[:2]:
        cancel_occurrence(identity_of(tea.lead), one, "The heating is out.")
    ((kind, lines),) = tea.waits()
    assert (kind, lines) == ("series_moved", ["Not on Thu, Nov 26 and Thu, Dec 3 at 11:00 AM."])


def test_a_mail_that_went_out_is_not_said_again(house):
    tea = house()
    cancel_occurrence(identity_of(tea.lead), coming_dates(tea)[0], "The heating is out.")
    tea.sent()
    cancel_occurrence(identity_of(tea.lead), coming_dates(tea)[1], "Ill.")
    row = db.session.scalars(
        select(Message).where(Message.state == MessageState.WAITING).order_by(Message.id)
    ).first()
    assert (row.kind, row.fields["date"]) == ("cancelled", "Thu, Dec 3")


def coming_dates(tea):
    return coming(tea.group, clock.now(), 4)


# --- leaving, in its own words -------------------------------------------------------------------------------------


def kinds(person):
    query = select(Message).where(Message.person_id == person.id, Message.state == MessageState.WAITING)
    return [row.kind for row in db.session.scalars(query)]


def live(person):
    return live_enrolments(person.id)[0]


@pytest.mark.parametrize("by_staff", [False, True])
def test_removed_by_staff_reads_otherwise_than_left(house, by_staff):
    tea = house()
    who = identity_of(tea.lead if by_staff else tea.robin)
    service.leave(who, live(tea.robin))
    assert kinds(tea.robin) == ["removed_dates" if by_staff else "left_series"]


def removal(tea, person):
    service.leave(identity_of(tea.lead), live(person))
    query = select(Message).where(Message.kind == "removed_dates", Message.person_id == person.id)
    row = db.session.scalars(query).one()
    text = render(wording(), row.kind, row.language, row.fields).text
    return text.split("\n\n")[1:4]


def test_who_is_removed_reads_which_dates_these_were_and_that_others_stay(house):
    tea = house()
    assert removal(tea, tea.robin) == [
        "these dates are no longer planned for you:",
        "– Every Thursday at 11:00 AM, from Thu, Nov 26 on",
        "If you have other dates, they stay. You can talk with us about it at any time.",
    ]
    assert removal(tea, tea.reed)[1] == "– Cada jueves a las 11:00 a.m., desde el jue 26 nov"


def test_dates_of_no_rhythm_are_named_one_by_one(house):
    tea = house(replace(THURSDAYS, rrule="FREQ=MONTHLY;BYDAY=4TH", until=date(2027, 1, 31)))
    assert removal(tea, tea.robin)[1].split("\n") == [
        "– Thu, Nov 26, 11:00 AM",
        "– Thu, Dec 24, 11:00 AM",
        "– Thu, Jan 28, 2027, 11:00 AM",
    ]


def test_of_a_group_without_dates_nothing_is_listed(house):
    tea = house(replace(THURSDAYS, until=date(2026, 11, 26)))
    with clock.at(NOW + timedelta(days=4)):
        service.leave(identity_of(tea.lead), live(tea.robin))
        assert kinds(tea.robin) == ["removed"]


@pytest.mark.parametrize("by_staff", [False, True])
def test_off_the_waiting_list_reads_otherwise_than_out_of_a_group(house, by_staff):
    tea = house()
    tea.change(capacity=2)
    hazel = tea.joins("Hazel")
    assert kinds(hazel) == ["waitlisted"]
    service.leave(identity_of(tea.lead if by_staff else hazel), live(hazel))
    assert kinds(hazel) == ["off_waiting_list" if by_staff else "left_waiting_list"]


@pytest.mark.parametrize("by_staff", [False, True])
def test_a_request_that_ends_is_no_leaving(house, by_staff):
    tea = house()
    tea.group.access = "referral"
    hazel = tea.joins("Hazel")
    service.leave(identity_of(tea.lead if by_staff else hazel), live(hazel))
    assert kinds(hazel) == ["request_declined" if by_staff else "request_taken_back"]


def test_a_seat_given_back_and_taken_again_before_the_mail_is_no_news(house):
    tea = house()
    one = coming_dates(tea)[0]
    service.cannot_come(identity_of(tea.robin), one, tea.robin)
    assert kinds(tea.robin) == ["cannot_come"]
    service.can_come_again(identity_of(tea.robin), one, tea.robin)
    assert kinds(tea.robin) == []


def test_who_left_hears_no_more_of_the_seat_they_had(house):
    tea = house()
    hazel = tea.joins("Hazel")
    service.leave(identity_of(hazel), live(hazel))
    with clock.at(NOW + timedelta(hours=1)):
        tea.change({"start_time": time(17)})
    assert kinds(hazel) == ["left_series"]


def test_a_date_that_moves_onto_another_appointment_says_so_in_its_one_message(house):
    """No mail names a group: the link leads to the person's own week."""
    tea = house()
    yoga = tea.world.group("Yoga", led_by=tea.world.facilitator("Pike"), place=tea.world.place("Studio"))
    tea.world.series(yoga, datetime(2026, 12, 3, 17), dates=2, minutes=60)
    tea.world.enrol(yoga, tea.robin)
    tea.sent()
    overlap = "On %s it now overlaps with another appointment of yours, 5:00–6:00 PM."
    [date] = [
        one
        for one in coming(tea.group, clock.now(), 2)
        if one.local_date == clock.today(ZONE).replace(month=12, day=3)
    ]
    change_occurrence(System(), date, WantedDate(start=date.start + timedelta(hours=6, minutes=30)))
    db.session.commit()
    said = "The new time is Thu, Dec 3, 5:30 PM."
    assert tea.waits() == [("date_changed", [said, overlap % "Thu, Dec 3"])]
    [(kind, _lines)] = tea.waits(tea.reed)
    assert kind == "moved", "Reed has nothing else then"
    row = db.session.scalars(select(Message).where(Message.kind == "date_changed")).one()
    assert row.target == "/my" and "Yoga" not in str(row.fields)

    tea.change({"start_time": time(17, 30)})
    lines = tea.changes()
    assert lines[1:] == [overlap % day for day in ("Thu, Dec 3", "Thu, Dec 10")], "joined, still one message"
    tea.sent()
    tea.change({"duration_minutes": 60})
    assert len(tea.changes()) == 1, "it overlapped before"
