"""Slots of a date: taken by name or the first free, changed, given back to the line, lost and told; one to a person."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.accounts.cookie import member
from groupsched.catalog.rules import Setting
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError
from groupsched.enrolment.models import DateSeat
from groupsched.enrolment.queries import own_slots, own_spans, slots_on
from groupsched.enrolment.rules import Admitted, EnrolmentMode, Waitlisted
from groupsched.enrolment.service import can_come_again, cannot_come, enrol, remind, take_slot
from groupsched.outbox.models import Message
from groupsched.schedule.service import WantedDate, change_occurrence, undo_change
from tests.factories import ZONE, tomorrow_at


def slots(date):
    return [one.slot for one in slots_on(date)]


def at(person, date):
    slot = own_slots(person.id, [date]).get(date.id)
    return f"{slot.start.astimezone(ZoneInfo(ZONE)):%H:%M}" if slot else None


def told(person):
    """What somebody hears, as it stands: the kind of each message, and the time in it."""
    query = select(Message).where(Message.person_id == person.id, Message.withdrawn_at.is_(None))
    return [(one.kind, one.fields.get("time")) for one in db.session.scalars(query.order_by(Message.id))]


@pytest.fixture
def massage(world):
    """An hour with two who treat: six times, each with its date."""
    tully, larch = world.facilitator("Tully"), world.facilitator("Larch")
    group = world.in_slots(tully, larch)
    return group, world.series(group, tomorrow_at(15), dates=2, minutes=60)[0]


def test_a_person_takes_changes_and_gives_back_a_time(world, massage):
    group, date = massage
    rowan, hazel = (world.client(name, email=f"{name.lower()}@example.org") for name in ("Rowan", "Hazel"))
    third = slots(date)[4]
    answer = take_slot(member(rowan), third, rowan).answer
    assert (answer, at(rowan, date), date.taken, date.capacity) == (Admitted(), "15:40", 1, 6)
    take_slot(member(rowan), third, rowan)
    with pytest.raises(Conflict) as gone:
        take_slot(member(hazel), third, hazel)
    assert (gone.value.code, date.taken) == ("slot-taken", 1)
    db.session.commit()
    take_slot(member(rowan), slots(date)[0], rowan)
    assert (at(rowan, date), date.taken) == ("15:00", 1), "one a person and date"
    take_slot(member(hazel), third, hazel)
    assert told(rowan)[-1] == ("enrolled_date", "15:00") and told(hazel) == [("enrolled_date", "15:40")]
    cannot_come(member(rowan), date, rowan)
    assert told(rowan)[-1] == ("cannot_come", "15:00")
    assert can_come_again(member(rowan), date, rowan) == Admitted() and at(rowan, date) == "15:00"
    with pytest.raises(Conflict) as whole:
        enrol(member(hazel), group, hazel, mode=EnrolmentMode.WHOLE)
    assert whole.value.code == "choose_slot"


def test_what_is_given_back_goes_to_the_line_and_to_nobody_else(world, massage):
    group, date = massage
    people = [world.client("Seat", f"Warmer {number}") for number in range(6)]
    world.enrol(group, *people, dates=[date])
    assert [at(one, date) for one in people] == ["15:00", "15:00", "15:20", "15:20", "15:40", "15:40"]
    rowan = world.client("Rowan", email="rowan@example.org")
    assert enrol(
        member(rowan), group, rowan, mode=EnrolmentMode.DATES, occurrences=[date]
    ).answer == Waitlisted(1)
    cannot_come(member(people[3]), date, people[3])
    assert at(rowan, date) == "15:20" and told(rowan)[-1] == ("moved_up_date", "15:20")
    assert can_come_again(member(people[3]), date, people[3]) == Waitlisted(1)
    # Of the seats each has one slot, and no slot has two.
    held = db.session.scalars(select(DateSeat.timeslot_id).where(DateSeat.state == "held")).all()
    assert len(held) == len(set(held)) == date.taken == date.capacity == 6


def test_a_shorter_date_says_who_loses_their_time_and_undoing_gives_it_back(world, massage):
    group, date = massage
    early, late, waits = (
        world.client(name, email=f"{name.lower()}@example.org") for name in ("Early", "Late", "Waits")
    )
    others = [world.client("Seat", f"Warmer {number}") for number in range(3)]
    by_time = slots(date)
    for person, number in ((early, 0), (late, 5), (others[0], 1), (others[1], 2), (others[2], 3)):
        take_slot(world.keeper(), by_time[number], person)
    db.session.commit()
    with clock.at(clock.now() + timedelta(minutes=30)):
        shorter = WantedDate(end=date.end - timedelta(minutes=20))
        planned = change_occurrence(world.keeper(), date, shorter, dry_run=True)
        assert planned.impact.losing == frozenset({late}) and at(late, date) == "15:40"
        done = change_occurrence(world.keeper(), date, shorter)
        assert (date.capacity, date.taken, at(late, date), at(early, date)) == (4, 4, None, "15:00")
        assert told(late)[-1] == ("slot_lost", "15:40")
        assert told(early) == [("enrolled_date", "15:00")], "whose time stays hears nothing"
        # Before somebody who waited already.
        enrol(member(waits), group, waits, mode=EnrolmentMode.DATES, occurrences=[date])
        undo_change(world.keeper(), done.made)
        assert (at(late, date), at(waits, date)) == ("15:40", "15:40") and date.taken == 6


def test_each_who_loses_their_time_reads_their_own_place_in_the_line(world, massage):
    _group, date = massage
    people = [world.client("Client", f"N{number}", email=f"n{number}@example.org") for number in range(6)]
    for slot, person in zip(slots(date), people, strict=True):
        take_slot(world.keeper(), slot, person)
    db.session.commit()
    with clock.at(clock.now() + timedelta(minutes=30)):
        # Later and shorter: what is left of the times moves along, in the same order.
        later = WantedDate(start=date.start + timedelta(minutes=15), end=date.end - timedelta(minutes=20))
        change_occurrence(world.keeper(), date, later)
    assert [at(one, date) for one in people] == ["15:15", "15:15", None, None, None, None]
    query = select(Message).where(Message.kind == "slot_lost").order_by(Message.person_id)
    assert [one.fields["position"] for one in db.session.scalars(query)] == ["1", "2", "3", "4"]


def test_a_date_that_moves_takes_its_slots_along_and_tells_each_their_time(world, massage):
    _group, date = massage
    rowan = world.client("Rowan", email="rowan@example.org")
    take_slot(world.keeper(), slots(date)[2], rowan)
    hour = timedelta(hours=1)
    change_occurrence(world.keeper(), date, WantedDate(start=date.start + hour, end=date.end + hour))
    assert at(rowan, date) == "16:20"
    moved = db.session.scalars(
        select(Message).where(Message.person_id == rowan.id).order_by(Message.id)
    ).all()[-1]
    assert (moved.kind, moved.fields["old_time"], moved.fields["time"]) == ("moved", "15:20", "16:20")


def test_longer_slots_tell_each_person_their_new_time(world, massage):
    group, date = massage
    rowan, late = (world.client(name, email=f"{name.lower()}@example.org") for name in ("Rowan", "Late"))
    take_slot(member(rowan), slots(date)[2], rowan)
    take_slot(member(late), slots(date)[5], late)
    db.session.commit()
    fields = fields_of(group).__dict__ | {"slot_minutes": 30}
    update_group(
        System(program_id=group.program_id), group, fields_of(group).__class__(**fields), group.version
    )
    assert (at(rowan, date), date.capacity) == ("15:30", 4)
    # The last time of Larch is gone: another one was free, and Late has it.
    assert at(late, date) in ("15:00", "15:30") and date.taken == 2
    assert told(late)[-1][0] == "date_changed" and told(rowan)[-1][0] == "date_changed"


def test_the_time_of_a_slot_is_what_clashes_and_what_one_is_reminded_of(world, massage):
    group, date = massage
    rowan = world.reminded("Rowan")
    take_slot(member(rowan), slots(date)[4], rowan)
    db.session.commit()
    spans = own_spans(rowan.id, date.start, date.end)
    assert [one.end - one.start for one in spans] == [timedelta(minutes=20)]
    with clock.at(date.start + timedelta(minutes=40) - timedelta(hours=1, minutes=59)):
        assert remind(clock.now()) >= 1
    assert told(rowan)[-1] == ("reminder", "15:40")
    talk = world.group("Talk")
    hour = world.series(talk, tomorrow_at(15), dates=1, minutes=30)[0]
    enrol(member(rowan), talk, rowan, mode=EnrolmentMode.DATES, occurrences=[hour])
    with pytest.raises(DomainError) as clash:
        take_slot(member(rowan), slots(date)[0], rowan)
    assert clash.value.code == "clash" and group.has_slots


def test_nobody_is_left_without_a_time_by_another_setting(world, massage):
    group, date = massage
    rowan = world.client("Rowan")
    take_slot(member(rowan), slots(date)[0], rowan)
    other = world.group("Talk")
    world.series(other, tomorrow_at(9), dates=1)
    world.enrol(other, rowan)
    for one, said in (
        (group, {"setting": Setting.GROUP}),
        (other, {"setting": Setting.SLOTS, "slot_minutes": 20}),
    ):
        fields = fields_of(one)
        with pytest.raises(DomainError) as refused:
            update_group(world.system, one, fields.__class__(**{**fields.__dict__, **said}), one.version)
        assert refused.value.code == "people-inside"
        db.session.rollback()
