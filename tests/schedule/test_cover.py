"""Cover: the first yes leads that date alone, holds its sheet for some days, and its people hear of it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.accounts.models import Person
from groupsched.attendance import service
from groupsched.attendance.queries import get_readable_date, get_writable_sheet, readable, writable
from groupsched.attendance.rules import AttendanceStatus, QueuedOperation, attendee_uid
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db, unit_of_work
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.queries import changes_made, covers_open, date_facts, leads
from groupsched.schedule.rules import DateField
from groupsched.schedule.service import (
    WantedDate,
    accept_cover,
    ask_for_cover,
    cancel_occurrence,
    candidates,
    change_occurrence,
    decline_cover,
    give_cover,
    undo_change,
    withdraw_cover,
)
from tests.conftest import identity_of
from tests.factories import ZONE, delivered, tomorrow_at
from tests.kept import kept


@kept
def house(world):
    """Juniper leads qigong in three days, where Robin has a seat; Pike and Saffron could lead it too, Marigold supervises."""
    world.juniper = world.facilitator("Juniper", "Placeholder")
    world.pike, world.saffron = (
        world.facilitator("Pike", "Mockridge"),
        world.facilitator("Saffron", "Dummett"),
    )
    world.marigold = world.supervisor()
    world.qigong = world.group("Qigong", led_by=world.juniper)
    world.date, world.later = world.series(world.qigong, tomorrow_at(10) + timedelta(days=2), dates=2)
    world.robin = world.client(email="robin@example.org")
    world.enrol(world.qigong, world.robin)
    delivered()
    return world


def asked(house, *people):
    """Juniper asks these people."""
    row = ask_for_cover(identity_of(house.juniper), house.date, people or (house.pike, house.saffron))
    db.session.commit()
    return row


def says_yes(row, person):
    accept_cover(identity_of(person), row, person)
    db.session.commit()
    db.session.expire_all()


def mails(kind="led_instead"):
    """The messages to clients that wait or went out."""
    return db.session.scalars(
        select(Message).where(Message.kind == kind, Message.withdrawn_at.is_(None)).order_by(Message.id)
    ).all()


def test_the_first_yes_leads_the_date_alone_and_the_second_reads_who_took_it(house):
    row = asked(house)
    says_yes(row, house.pike)
    assert (house.date.leaders, house.later.leaders) == ([house.pike], [house.juniper])
    assert [one.role for one in house.date.assignments] == ["substitute"]
    with pytest.raises(Conflict, match="Pike"):
        accept_cover(identity_of(house.saffron), row, house.saffron)
    db.session.rollback()
    accept_cover(identity_of(house.pike), row, house.pike)  # twice is once
    assert len(mails()) == 1
    assert (row.state, row.taken_by_id) == ("accepted", house.pike.id)


def test_its_people_hear_once_by_the_first_name_and_only_when_it_is_settled(house):
    row = asked(house)
    delivered()
    assert mails() == []
    says_yes(row, house.pike)
    [mail] = mails()
    assert mail.fields["name"] == "Pike"
    waiting = select(Message.kind).where(
        Message.person_id == house.robin.id, Message.state == MessageState.WAITING
    )
    assert db.session.scalars(waiting).all() == ["led_instead"], "no other mail of the same change"
    assert mail.due_at > clock.now() + timedelta(minutes=4)
    withdraw_cover(identity_of(house.juniper), row)
    db.session.commit()
    assert mails() == []  # nobody had heard of Pike: nobody hears of Juniper
    assert house.date.leaders == [house.juniper]
    assert house.date.own_fields == ""


def test_who_had_heard_of_the_substitute_hears_that_it_is_as_before(house):
    row = asked(house)
    says_yes(row, house.pike)
    delivered()
    withdraw_cover(identity_of(house.marigold), row)
    db.session.commit()
    assert [mail.fields["name"] for mail in mails()] == ["Pike", "Juniper"]


def test_what_was_undone_from_the_history_is_not_covered_any_more(house):
    row = give_cover(identity_of(house.marigold), house.date, house.pike)
    db.session.commit()
    undo_change(identity_of(house.marigold), changes_made(house.qigong)[0])
    db.session.commit()
    db.session.expire_all()
    assert (row.state, house.date.leaders, mails()) == ("withdrawn", [house.juniper], [])


def test_a_yes_that_is_undone_leaves_the_question_open_and_undone_again_it_is_a_yes(house):
    """The date had neither cover nor an open ask, and nobody saw it."""
    row = asked(house)
    says_yes(row, house.pike)
    undo_change(identity_of(house.marigold), changes_made(house.qigong)[0])
    db.session.commit()
    db.session.expire_all()
    assert (row.state, row.taken_by_id, house.date.leaders, mails()) == ("open", None, [house.juniper], [])
    for reader in (house.pike, house.marigold):
        assert covers_open(identity_of(reader), clock.now()) == [row]
    undo_change(identity_of(house.marigold), changes_made(house.qigong)[0])
    db.session.commit()
    db.session.expire_all()
    assert (row.state, row.taken_by_id, house.date.leaders) == ("accepted", house.pike.id, [house.pike])
    assert [one.role for one in house.date.assignments] == ["substitute"]
    assert [mail.fields["name"] for mail in mails()] == ["Pike"]
    withdraw_cover(identity_of(house.juniper), row)
    undo_change(identity_of(house.marigold), changes_made(house.qigong)[0])
    db.session.commit()
    db.session.expire_all()
    assert (row.state, house.date.leaders) == ("accepted", [house.pike])


def test_a_substitute_holds_the_sheet_from_a_day_before_to_two_days_after_and_no_other(house):
    row = asked(house)
    says_yes(row, house.pike)
    pike, start, end = identity_of(house.pike), house.date.start, house.date.end
    moments = {
        start - timedelta(days=1, minutes=1): False,
        start - timedelta(hours=23): True,
        end + timedelta(hours=47): True,
        end + timedelta(days=2): False,
    }
    for moment, held in moments.items():
        with clock.at(moment):
            assert opens(pike, house.date) is held, moment
            assert sheets(pike) == ({house.date.id} if held else set()), moment
            assert not opens(pike, house.later)
    with clock.at(start):
        assert not opens(identity_of(house.juniper), house.date)
        assert opens(identity_of(house.marigold), house.date)


def opens(identity, date):
    """Whether both questions let an identity at a sheet; they never differ for a substitute."""
    found = []
    for ask in (get_writable_sheet, get_readable_date):
        try:
            ask(identity, date.uid)
            found.append(True)
        except NotFound:
            found.append(False)
    assert len(set(found)) == 1
    return found[0]


def sheets(identity):
    """The same in SQL, for all dates."""
    dates = select(Occurrence.id).join(Occurrence.group)
    ways = [
        set(db.session.scalars(dates.where(way)))
        for way in (writable(identity), readable(identity, clock.now()))
    ]
    assert ways[0] == ways[1]
    return ways[0]


def test_page_feed_week_and_search_ask_one_question(house):
    says_yes(asked(house), house.pike)
    for person, dates in ((house.pike, {house.date.id}), (house.juniper, {house.later.id})):
        assert set(db.session.scalars(select(Occurrence.id).where(leads(person.id)))) == dates
    assert date_facts(house.date).owners == {house.pike.id}


def test_while_it_is_open_it_stands_with_those_who_see_to_it_and_lapses_when_the_date_begins(house):
    row = asked(house, house.pike)
    seen = {one: bool(covers_open(identity_of(one), clock.now())) for one in
            (house.juniper, house.pike, house.marigold, house.saffron, house.robin)}  # fmt: skip
    assert list(seen.values()) == [True, True, True, False, False]
    decline_cover(identity_of(house.pike), row, house.pike)
    db.session.commit()
    assert not covers_open(identity_of(house.pike), clock.now())
    with clock.at(house.date.start):
        round_of_work()
        assert not covers_open(identity_of(house.marigold), clock.now())
    db.session.expire_all()
    assert row.state == "lapsed"


def test_a_date_that_is_cancelled_looks_for_nobody(house):
    row = asked(house)
    cancel_occurrence(identity_of(house.juniper), house.date, "Snow")
    db.session.commit()
    assert not covers_open(identity_of(house.marigold), clock.now())
    with pytest.raises(Conflict):
        says_yes(row, house.pike)
    db.session.rollback()
    round_of_work()
    db.session.refresh(row)
    assert row.state == "lapsed"


def test_who_may_ask_whom(house):
    for stranger in (house.saffron, house.robin, house.front_desk()):
        with pytest.raises(NotFound):
            ask_for_cover(identity_of(stranger), house.date, [house.pike])
    for people in ([], [house.robin], [house.juniper]):
        with pytest.raises(DomainError):
            ask_for_cover(identity_of(house.juniper), house.date, people)
    db.session.rollback()
    row = asked(house, house.pike)
    with pytest.raises(NotFound):
        accept_cover(identity_of(house.saffron), row, house.saffron)
    assert asked(house, house.saffron) is row  # who is asked besides is asked for the same
    assert {ask.person_id for ask in row.asks} == {house.pike.id, house.saffron.id}


def test_a_co_lead_keeps_their_part_and_a_substitute_may_find_another(house):
    change_occurrence(identity_of(house.marigold), house.date, WantedDate(
        values={DateField.LEADS: (house.juniper.id, house.saffron.id)}))  # fmt: skip
    db.session.commit()
    db.session.expire_all()
    third = house.facilitator("Alder", "Examplar")
    says_yes(asked(house, house.pike), house.pike)
    assert [(one.person, one.role) for one in house.date.assignments] == [
        (house.pike, "substitute"), (house.saffron, "co_lead")]  # fmt: skip
    row = ask_for_cover(identity_of(house.pike), house.date, [third])
    says_yes(row, third)
    assert [(one.person, one.role) for one in house.date.assignments] == [
        (third, "substitute"), (house.saffron, "co_lead")]  # fmt: skip
    states = db.session.scalars(select(Substitution.state).order_by(Substitution.id)).all()
    assert states == ["withdrawn", "accepted"]


def test_those_whom_the_group_knows_come_first_and_who_is_taken_last(house):
    house.series(house.group("Tea", led_by=house.saffron), tomorrow_at(10) + timedelta(days=9), dates=1)
    house.facilitator("Alder", "Examplar")
    give_cover(identity_of(house.marigold), house.date, house.pike)
    db.session.commit()
    found = candidates(house.later, house.juniper)
    assert [(one.person.first_name, one.ticked) for one in found] == [
        ("Pike", True), ("Alder", True), ("Saffron", False)]  # fmt: skip
    assert (found[0].fitness.led, found[0].last_led) == (1, house.date.start)
    assert found[-1].meets.group.title == "Tea"


def test_of_two_who_say_yes_at_once_one_leads(house, app):
    row = asked(house)
    number, people = row.id, [house.pike, house.saffron]
    identities = [(identity_of(one), one.id) for one in people]
    db.session.remove()
    start = Barrier(2)

    def answer(who):
        identity, person = who
        with app.app_context(), unit_of_work():
            start.wait()
            try:
                accept_cover(
                    identity, db.session.get_one(Substitution, number), db.session.get_one(Person, person)
                )
            except Conflict as refusal:
                return refusal.code
        return person

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(answer, identities))
    taken = db.session.get_one(Substitution, number)
    assert sorted(map(str, answers)) == sorted(["taken", str(taken.taken_by_id)])
    date = db.session.get_one(Occurrence, taken.occurrence_id)
    assert [one.id for one in date.leaders] == [taken.taken_by_id]
    assert len(mails()) == 1


def people_asked(row):
    db.session.expire_all()
    return {ask.person.first_name for ask in db.session.get_one(Substitution, row.id).asks}


def test_where_nobody_says_yes_everybody_who_is_free_is_asked_once(house, client):
    """After the hours that the program says, by the worker; whoever is taken then is not asked, and a no stays a no."""
    larch, finch = (house.facilitator(name, "Placeholder") for name in ("Larch", "Finch"))
    then = house.date.start.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    house.series(house.group("Talk", led_by=finch, place=house.place("Attic")), then, dates=1)
    save_row(house.system, house.program, {"cover_hours": 5}, house.program.version)
    row = asked(house, house.pike)
    decline_cover(identity_of(house.pike), row, house.pike)
    db.session.commit()
    later, widened = row.asked_at + timedelta(hours=5), {"Pike", "Saffron", "Larch"}
    for moment, who in (
        (later - timedelta(minutes=1), {"Pike"}),
        (later, widened),
        (later + timedelta(1), widened),
    ):
        with clock.at(moment):
            round_of_work()
        assert people_asked(row) == who
    assert row.widened_at == later
    assert [ask.person_id for ask in row.asks if ask.declined_at] == [house.pike.id]
    with clock.at(later + timedelta(hours=1)):
        page = client.as_(house.marigold).get("/today").text
        assert page.count("Nobody had said yes, so everybody who is free was asked: 2 people") == 1
    says_yes(row, larch)
    assert house.date.leaders == [larch]


def test_nobody_else_is_asked_by_itself_where_the_program_says_so(house):
    save_row(house.system, house.program, {"cover_hours": 0}, house.program.version)
    row = asked(house, house.pike)
    with clock.at(row.asked_at + timedelta(days=1)):
        round_of_work()
    assert people_asked(row) == {"Pike"}


def test_a_date_with_early_marks_is_led_by_somebody_else_until_it_begins(house):
    """An excuse holds nothing still; nor does somebody who is there already hold still who leads it."""
    row = asked(house, house.pike)
    with clock.at(house.date.start - timedelta(minutes=9)):
        service.open_sheet(identity_of(house.juniper), house.date)
        mark(house, AttendanceStatus.EXCUSED)
        assert not house.date.frozen
        mark(house, AttendanceStatus.PRESENT, base=1)
        assert house.date.frozen
        says_yes(row, house.pike)
        assert house.date.leaders == [house.pike] and house.date.frozen
        later = WantedDate(*(moment + timedelta(hours=1) for moment in (house.date.start, house.date.end)))
        with pytest.raises(Conflict):
            change_occurrence(identity_of(house.marigold), house.date, later)
        db.session.rollback()
        mark(house, AttendanceStatus.EXCUSED, base=2, by=house.pike)
        withdraw_cover(identity_of(house.juniper), row)
        db.session.commit()
        assert house.date.leaders == [house.juniper]
    with clock.at(house.date.start + timedelta(minutes=1)), pytest.raises(Conflict):
        ask_for_cover(identity_of(house.juniper), house.date, [house.pike])


def mark(house, status, base=0, by=None):
    """Robin is marked on the date."""
    one = QueuedOperation(
        op_id=str(uuid4()), attendee_id=attendee_uid(house.date.uid, house.robin.uid), status=status,
        observed_at=clock.now(), base_version=base,
    )  # fmt: skip
    service.apply(identity_of(by or house.juniper), house.date, [one])
    db.session.commit()
