"""Guests of a client: by that client's word, confirmed by staff, on the sheet as a guest of theirs, ended at any time."""

from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.attendance.queries import read_sheet
from groupsched.attendance.rules import RowKind
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import guests_of_group, live_of
from groupsched.enrolment.rules import GuestRelation, GuestSeats, GuestState
from groupsched.outbox.models import Message
from groupsched.upkeep.service import faults
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Jo comes to the family evening, which takes guests on its seats."""
    world.jo, world.desk = world.client("Jo", "Marmalade"), world.front_desk()
    world.family = world.group("Family evening", capacity=2)
    world.dates = world.series(world.family, datetime(2026, 12, 3, 18), dates=3)
    world.enrol(world.family, world.jo)
    world.guests(world.family)
    return world


def ask(house, host=None, *, by=None, dates=None, name="Nan", word=True, adult=True, group=None):
    host = host or house.jo
    wish = service.GuestWish(
        name, GuestRelation.PARENT, house.dates[:2] if dates is None else dates, word, adult
    )
    guest = service.ask_for_guest(identity_of(by or host), group or house.family, host, wish)
    db.session.commit()
    return guest


def confirm(house, guest):
    service.confirm_guest(identity_of(house.desk), guest, asked_alone=True, agreed=True)
    db.session.commit()


def taken(house):
    db.session.expire_all()
    return [one.taken for one in house.dates]


def test_a_client_asks_staff_confirm_and_the_guest_has_a_seat_on_the_chosen_dates(house):
    guest = ask(house)
    assert (guest.state, taken(house)) == (GuestState.ASKED, [1, 1, 1])
    confirm(house, guest)
    assert (guest.state, taken(house)) == (GuestState.COMES, [2, 2, 1])
    assert guest.confirmed_by_id == house.desk.id
    assert guest.words == "I want my guest to come with me and to know this much."
    db.session.rollback()
    assert faults() == []


def test_a_guest_is_a_person_without_a_grant_a_login_or_a_message(house):
    guest = ask(house)
    confirm(house, guest)
    person = guest.person
    assert (person.grants, person.credential, person.email, person.last_name) == ([], None, None, "")
    told = select(Message).where(Message.person_id == person.id)
    assert db.session.scalars(told).all() == []


def test_nobody_enrols_somebodys_guest(house):
    guest = ask(house)
    with pytest.raises(Conflict) as found:
        service.enrol(identity_of(house.desk), house.group("Yoga"), guest.person)
    assert found.value.code == "guest"


@pytest.mark.on_sqlite
def test_the_page_of_a_guest_says_whose_guest_they_are_and_offers_no_account_and_no_group(house, client):
    guest = ask(house)
    text = client.as_(house.desk).get(f"/people/{guest.person.uid}").get_data(as_text=True)
    assert "no client of the house" in text and f"with {guest.host.short_name}" in text
    for words in ("Enrol in a group", "Make a code on paper", guest.person.record_number or "Number "):
        assert words not in text


def test_besides_the_seats_nothing_is_taken(house):
    house.guests(house.family, GuestSeats.BESIDE)
    confirm(house, ask(house))
    assert taken(house) == [1, 1, 1]
    db.session.rollback()
    assert faults() == []


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"word": False}, "no_word"),
        ({"adult": False}, "too_young"),
        ({"name": "  "}, "no_name"),
        ({"dates": []}, "no_dates"),
    ],
)
def test_what_is_missing_is_said_with_its_field(house, wish, code):
    with pytest.raises(DomainError) as refused:
        ask(house, **wish)
    assert refused.value.code == code


def test_younger_people_come_by_the_rule_that_the_program_wrote(house):
    rule = {"young_guests": "A parent signs the yellow form first."}
    save_row(house.system, house.program, rule, house.program.version)
    assert ask(house, adult=False).state is GuestState.ASKED


def test_a_group_that_takes_none_and_a_date_on_which_one_does_not_come_are_refused(house):
    other = house.group("Tea")
    dates = house.series(other, datetime(2026, 12, 4, 10), dates=1)
    house.enrol(other, house.jo)
    for more, code in (({"group": other, "dates": dates}, "no_guests"), ({"dates": dates}, "not_there")):
        with pytest.raises(DomainError) as refused:
            ask(house, **more)
        assert refused.value.code == code


def test_both_notes_are_needed_and_the_client_is_no_staff_of_their_own(house):
    guest = ask(house)
    for notes, code in (((False, True), "ask_alone"), ((True, False), "not_agreed")):
        with pytest.raises(DomainError) as refused:
            service.confirm_guest(identity_of(house.desk), guest, asked_alone=notes[0], agreed=notes[1])
        assert refused.value.code == code
    for other in (house.jo, house.client("Basil"), house.facilitator("Pike", "Mockridge")):
        with pytest.raises(NotFound):
            service.confirm_guest(identity_of(other), guest, asked_alone=True, agreed=True)


def test_without_a_seat_left_nobody_is_confirmed_and_nothing_is_taken(house):
    house.enrol(house.family, house.client("Basil"), dates=house.dates[:1])
    guest = ask(house)
    with pytest.raises(Conflict) as refused:
        confirm(house, guest)
    assert refused.value.code == "full"
    db.session.rollback()
    assert taken(house) == [2, 1, 1]


def test_a_guest_who_is_kept_apart_from_somebody_there_is_for_the_supervisor(house):
    guest, basil = ask(house), house.client("Basil")
    house.enrol(house.family, basil)
    house.keep_apart(guest.person, basil)
    with pytest.raises(Conflict, match="Ask the supervisor"):
        confirm(house, guest)


def test_who_is_kept_apart_from_a_guest_asks_before_they_join(house):
    guest, basil = ask(house), house.client("Basil")
    confirm(house, guest)
    house.keep_apart(guest.person, basil)
    outcome = service.enrol(identity_of(basil), house.family, basil)
    assert type(outcome.answer).__name__ == "Requested"


def test_the_client_takes_their_word_back_and_the_seats_go_to_the_line(house):
    guest = ask(house, dates=house.dates)
    confirm(house, guest)
    waits = house.enrol(house.family, house.client("Basil"))[0]
    assert waits.state == "waitlisted"
    for _twice in range(2):
        service.end_guest(identity_of(house.jo), guest)
    db.session.commit()
    assert (guest.state, waits.state) == (GuestState.ENDED, "active")
    assert taken(house) == [2, 2, 2]
    with pytest.raises(NotFound):
        service.end_guest(identity_of(waits.person), guest)


def test_where_the_client_does_not_come_neither_does_the_guest(house):
    guest = ask(house)
    confirm(house, guest)
    service.cannot_come(identity_of(house.jo), house.dates[0], house.jo)
    db.session.commit()
    assert taken(house) == [0, 2, 1]
    assert [one.occurrence_id for one in guest.dates] == [house.dates[1].id]
    db.session.rollback()
    assert faults() == []


def test_the_same_name_again_is_the_same_person_and_what_is_known_of_them_stays(house):
    first = ask(house)
    service.end_guest(identity_of(house.jo), first)
    db.session.commit()
    assert ask(house).person_id == first.person_id
    assert ask(house, dates=house.dates[2:], name="Nan").id != first.id


def test_staff_write_down_the_word_of_a_client_and_read_the_guests(house):
    guest = ask(house, by=house.desk)
    assert guests_of_group(identity_of(house.desk), house.family) == [guest]
    with pytest.raises(NotFound):
        ask(house, by=house.client("Basil"))
    with pytest.raises(NotFound):
        guests_of_group(identity_of(house.jo), house.family)


def test_on_the_sheet_they_stand_as_a_guest_of_their_client_alone(house):
    confirm(house, ask(house))
    rows = [row for row in read_sheet(house.dates[0]).rows if row.standing is RowKind.GUEST]
    assert [(row.label, row.person) for row in rows] == [("Guest of Jo M.", None)]
    assert not [row for row in read_sheet(house.dates[2]).rows if row.standing is RowKind.GUEST]


def test_what_the_client_takes_back_their_guest_has_again(house):
    guest = ask(house, dates=house.dates)
    confirm(house, guest)
    service.leave(identity_of(house.jo), live_of(house.family.id, house.jo.id))
    db.session.commit()
    assert (guest.dates, taken(house)) == ([], [0, 0, 0])
    left = db.session.scalars(select(Enrolment).where(Enrolment.person_id == house.jo.id)).one()
    service.undo(identity_of(house.jo), left)
    db.session.commit()
    db.session.expire_all()
    assert [one.occurrence_id for one in guest.dates] == [one.id for one in house.dates]
    assert taken(house) == [2, 2, 2]
    db.session.rollback()
    assert faults() == []


def test_one_date_given_back_and_taken_again_at_once_is_the_guests_too(house):
    guest = ask(house)
    confirm(house, guest)
    service.cannot_come(identity_of(house.jo), house.dates[0], house.jo)
    db.session.commit()
    assert house.dates[0].id not in [one.occurrence_id for one in guest.dates]
    service.can_come_again(identity_of(house.jo), house.dates[0], house.jo)
    db.session.commit()
    db.session.expire_all()
    assert house.dates[0].id in [one.occurrence_id for one in guest.dates]
    db.session.rollback()
    assert faults() == []


def test_a_seat_that_went_meanwhile_does_not_come_back_and_may_be_asked_for_again(house):
    guest = ask(house)
    confirm(house, guest)
    service.cannot_come(identity_of(house.jo), house.dates[0], house.jo)
    basil = house.client("Basil")
    house.enrol(house.family, basil, dates=house.dates[:1])
    service.can_come_again(identity_of(house.jo), house.dates[0], house.jo)
    db.session.commit()
    db.session.expire_all()
    assert house.dates[0].id not in [one.occurrence_id for one in guest.dates]
    assert taken(house)[0] == 2
    with pytest.raises(Conflict):
        ask(house)
    db.session.rollback()
    service.leave(identity_of(basil), live_of(house.family.id, basil.id))
    db.session.commit()
    assert house.dates[0].id in [one.occurrence_id for one in ask(house).dates]
    assert taken(house)[0] == 2
