"""Bringing somebody, on pages: the client asks, staff answer on the page of the group, either ends it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Guest
from groupsched.enrolment.rules import GuestState
from groupsched.outbox.models import Message
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


@kept
def house(world):
    world.jo, world.desk, world.ivy = (
        world.client("Jo", "Marmalade"),
        world.front_desk(),
        world.supervisor("Ivy"),
    )
    world.family = world.group("Family evening", capacity=4)
    world.dates = world.series(world.family, tomorrow_at(18), dates=3)
    world.enrol(world.family, world.jo)
    world.guests(world.family)
    world.address = f"/sessions/{world.family.uid}/guest"
    return world


def only_guest():
    db.session.rollback()
    return db.session.scalars(select(Guest)).one()


def asked(house, client, **more):
    form = {
        "first_name": "Nan", "relation": "parent", "adult": "y", "word": "y",
        "dates": [one.original_local for one in house.dates[:2]],
    }  # fmt: skip
    return client.as_(house.jo).post(house.address, data={**form, **more})


def test_a_client_asks_and_sees_that_it_waits_for_a_yes(house, client):
    browser = client.as_(house.jo)
    assert house.address in browser.get(f"/sessions/{house.family.uid}/mine").text
    page = browser.get(house.address).text
    assert "I want my guest to come with me" in page
    assert "Guest of Jo M." in page
    answer = asked(house, client)
    assert answer.status_code == 303
    assert "Waits for a yes" in browser.get(answer.location).text


def test_without_the_own_yes_nothing_is_kept_and_what_was_typed_stays(house, client):
    answer = asked(house, client, word="")
    assert answer.status_code == 422
    assert 'value="Nan"' in answer.text
    assert db.session.scalars(select(Guest)).all() == []


def test_the_desk_says_yes_once_both_notes_are_there(house, client):
    asked(house, client)
    browser, people = client.as_(house.desk), f"/groups/{house.family.uid}/people"
    assert "I asked Jo M. alone" in browser.get(people).text
    answer = f"/guests/{only_guest().uid}/answer"
    browser.post(answer, data={"answer": "yes", "asked_alone": "y"})
    assert only_guest().state is GuestState.ASKED
    browser.post(answer, data={"answer": "yes", "asked_alone": "y", "agreed": "y"})
    assert only_guest().state is GuestState.COMES
    assert "confirmed by Wren D." in browser.get(people).text


def test_the_client_takes_it_back_and_nobody_else_may(house, client):
    asked(house, client)
    address = f"/guests/{only_guest().uid}/end"
    assert client.as_(house.client("Basil")).post(address).status_code == 404
    browser = client.as_(house.jo)
    assert re.search(rf'action="{address}"', browser.get(house.address).text)
    browser.post(address)
    assert only_guest().state is GuestState.ENDED


def test_a_group_without_guests_has_no_such_page(house, client):
    browser = client.as_(house.ivy)
    browser.post(f"/groups/{house.family.uid}/guest-seats", data={"seats": ""})
    assert client.as_(house.jo).get(house.address).status_code == 404
    client.as_(house.ivy).post(f"/groups/{house.family.uid}/guest-seats", data={"seats": "beside"})
    assert client.as_(house.jo).get(house.address).status_code == 200
    assert client.as_(house.desk).post(f"/groups/{house.family.uid}/guest-seats").status_code == 404


def words(client, person, address):
    return " ".join(client.as_(person).get(address).text.split())


def mails(person):
    query = select(Message).where(Message.person_id == person.id, Message.kind.startswith("guest_"))
    return list(db.session.scalars(query.order_by(Message.id)))


def test_a_request_waits_on_today_of_who_answers_it_and_leads_to_the_answer(house, client):
    jay = house.supervisor("Jay")
    house.keep_apart(house.jo, jay)
    asked(house, client)
    for reader in (house.desk, house.ivy):
        page = client.as_(reader).get("/today").text
        assert "1 guest waits for an answer" in page
        assert f'href="/groups/{house.family.uid}/people#guests"' in page
    # Others answer whom the reader is kept apart from.
    assert "guest waits" not in words(client, jay, "/today")
    client.as_(house.desk).post(f"/guests/{only_guest().uid}/answer", data={"answer": "no"})
    assert "guest waits" not in words(client, house.desk, "/today")


def test_the_client_reads_on_their_week_that_it_waits_and_that_the_guest_comes(house, client):
    asked(house, client)
    assert "waits for a yes" in words(client, house.jo, "/my")
    form = {"answer": "yes", "asked_alone": "y", "agreed": "y"}
    client.as_(house.desk).post(f"/guests/{only_guest().uid}/answer", data=form)
    assert "Family evening: comes with you on" in words(client, house.jo, "/my")


def test_a_no_is_read_for_a_week_and_what_the_client_took_back_is_not(house, client):
    asked(house, client)
    client.as_(house.desk).post(f"/guests/{only_guest().uid}/answer", data={"answer": "no"})
    assert "cannot come with you right now" in words(client, house.jo, "/my")
    with clock.at(clock.now() + timedelta(days=8)):
        assert "cannot come with you" not in words(client, house.jo, "/my")
    asked(house, client, first_name="Zed")
    again = db.session.scalars(select(Guest).where(Guest.state == GuestState.ASKED)).one()
    client.as_(house.jo).post(f"/guests/{again.uid}/end")
    assert "Zed" not in words(client, house.jo, "/my")
    assert [one.kind for one in mails(house.jo)] == ["guest_not"]


def test_the_answer_goes_out_as_a_neutral_mail_and_only_the_last_one(house, client):
    asked(house, client)
    form, address = {"answer": "yes", "asked_alone": "y", "agreed": "y"}, f"/guests/{only_guest().uid}"
    client.as_(house.desk).post(f"{address}/answer", data=form)
    (yes,) = mails(house.jo)
    assert yes.kind == "guest_comes" and "Nan" not in str(yes.fields) and "Family" not in str(yes.fields)
    assert yes.fields["dates"].count("–") == 2
    client.as_(house.desk).post(f"{address}/end")
    db.session.rollback()
    yes, no = mails(house.jo)
    assert no.kind == "guest_not" and yes.withdrawn_at is not None
