"""The wall around clients holds for administrators: none makes a way in as somebody who reads clients, alone."""

import re
from datetime import timedelta

import pytest

from groupsched.access.identity import Role
from groupsched.accounts.models import Credential, Invitation, Person
from groupsched.accounts.service import Browser, redeem_invitation
from groupsched.accounts.service.passwords import hash_password
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message

pytestmark = pytest.mark.on_sqlite

PASSWORD = "correct horse battery"


def give_password(person, login, password=PASSWORD):
    db.session.add(Credential(person_id=person.id, login=login, password_hash=hash_password(password)))
    db.session.commit()
    return person


@pytest.fixture
def house(world):
    world.client()
    world.ada = give_password(world.admin(), "ada")
    world.second = give_password(world.admin("Sage", "Paperclip"), "sage", "another good password")
    world.watch = give_password(world.supervisor(email="marigold@example.org"), "marigold", "five kind words")
    world.wren = give_password(world.front_desk(email="wren@example.org"), "wren", "the old one of wren")
    return world


def confirm(browser, address, login, password, **sent):
    said = {"witness_login": login, "witness_password": password, "witness_code": ""}
    return browser.post(address, data={**sent, **said})


def mails(kind):
    return db.session.query(Message).filter_by(kind=kind).count()


@pytest.mark.parametrize("act", ["slip", "invite"])
def test_a_way_in_as_somebody_who_reads_clients_needs_a_second_person(client, house, act):
    ada, address = client.as_(house.ada), f"/people/{house.wren.uid}/{act}"
    asked = ada.post(address)
    assert asked.status_code == 200 and "A second person" in asked.text
    assert db.session.query(Invitation).count() == 0
    wrong = (("sage", "guessed"), ("ada", PASSWORD), ("nobody", "x"), ("", "guessed"))
    assert [confirm(ada, address, *one).status_code for one in wrong] == [422] * 4
    ash = give_password(house.facilitator("Ash", "Doily"), "ash")
    assert confirm(ada, address, "ash", PASSWORD).status_code == 422, ash.name
    assert db.session.query(Invitation).count() == mails("account_way_in") == 0
    made = confirm(ada, address, "sage", "another good password")
    assert made.status_code == (200 if act == "slip" else 303)
    assert db.session.query(Invitation).count() == mails("account_way_in") == 1
    row = db.session.query(AuditRow).filter_by(word="invitation.confirmed").one()
    assert (row.actor_id, row.object_uid) == (house.second.id, house.wren.uid)


def test_the_old_password_of_the_person_or_a_supervisor_will_do(client, house):
    ada, address = client.as_(house.ada), f"/people/{house.wren.uid}/slip"
    for login, password in (("", "the old one of wren"), ("marigold", "five kind words")):
        answer = confirm(ada, address, login, password)
        assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", answer.text)


def test_who_opens_no_client_is_helped_by_one_administrator_and_all_by_a_director(client, house):
    assert "A code on paper" in client.as_(house.ada).post(f"/people/{house.second.uid}/slip").text
    director = house.person("Di", "Rector", Role.ADMIN, Role.SUPERVISOR)
    assert "A code on paper" in client.as_(director).post(f"/people/{house.wren.uid}/slip").text
    peer = house.person("Peer", "Worker", Role.CLIENT, Role.ADMIN)
    assert "A second person" in client.as_(house.ada).post(f"/people/{peer.uid}/slip").text


def test_the_address_for_a_new_password_is_not_changed_alone(client, house):
    ada, address = client.as_(house.ada), f"/people/{house.wren.uid}/edit"
    sent = {"first_name": "Wren", "last_name": "Demopoulos", "email": "mine@example.org", "phone": "",
            "language": "en", "site_id": house.site.id}  # fmt: skip
    asked = ada.post(address, data=sent)
    assert "A second person" in asked.text and 'value="mine@example.org"' in asked.text
    assert db.session.get(Person, house.wren.id).email == "wren@example.org"
    assert ada.post(address, data={**sent, "email": "wren@example.org", "phone": "1"}).status_code == 303
    sent["phone"] = "1"
    assert confirm(ada, address, "sage", "another good password", **sent).status_code == 303
    assert db.session.get(Person, house.wren.id).email == "mine@example.org"


def test_a_role_that_opens_clients_is_not_given_alone_to_who_signs_in(client, house):
    ada, address = client.as_(house.ada), f"/people/{house.second.uid}/roles"
    role = {"role": "supervisor", "site_id": "0"}
    assert "A second person" in ada.post(address, data=role).text
    assert ada.post(address, data={**role, "role": "admin"}).status_code in (303, 422)
    assert confirm(ada, address, "marigold", "five kind words", **role).status_code == 303
    new = house.admin("New", "Comer")
    assert ada.post(f"/people/{new.uid}/roles", data=role).status_code == 303, "nobody signs in as them yet"
    assert "A second person" in ada.post(f"/people/{new.uid}/slip").text


def test_nobody_gets_a_first_password_of_staff_by_asking_at_the_door(client, house):
    new = house.person("New", "Comer", Role.FRONT_DESK, email="new@example.org")
    ada = client.as_(house.ada)
    for act in ("disable", "enable"):
        assert ada.post(f"/people/{new.uid}/{act}").status_code == 303
    for login in ("new@example.org", "wren"):
        assert client.post("/forgot", data={"login": login}).location == "/forgot/sent"
    assert (mails("account_invite"), mails("account_reset")) == (0, 1), (
        "only who has a password gets a new one"
    )


def test_before_the_first_client_one_administrator_sets_the_program_up(client, world):
    wren = world.front_desk()
    assert "A code on paper" in client.as_(world.admin()).post(f"/people/{wren.uid}/slip").text


def test_an_administrator_reads_groups_and_writes_none(client, house):
    group = house.group("Tea", led_by=house.facilitator())
    date, ada = house.soon(group, in_minutes=600), client.as_(house.ada)
    page = ada.get(f"/groups/{group.uid}")
    assert page.status_code == 200
    assert not re.search(r'href="[^"]*/(edit|cancel|retire)"', page.text)
    assert "New group" not in ada.get("/today").text + ada.get("/groups").text
    for address in ("/groups/new", f"/groups/{group.uid}/edit", f"/occurrences/{date.uid}/cancel"):
        assert ada.get(address).status_code == 404, address
    assert ada.post(f"/groups/{group.uid}/publish").status_code == 404


def test_a_second_account_of_the_same_person_confirms_nothing(client, house):
    ada, address = client.as_(house.ada), f"/people/{house.wren.uid}/slip"
    same_name = give_password(
        house.admin(house.ada.first_name, house.ada.last_name.upper()), "ada2", "five other words"
    )
    house.ada.email = "ada@example.org"
    same_mail = give_password(house.admin("Ida", "Other", email="Ada@example.org"), "ida", "six other words")
    for login, password in (("ada2", "five other words"), ("ida", "six other words")):
        assert confirm(ada, address, login, password).status_code == 422, (same_name.name, same_mail.name)
    new = house.admin("New", "Comer")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", ada.post(f"/people/{new.uid}/slip").text)[0]
    with clock.at(clock.now() + timedelta(minutes=1)):
        redeem_invitation(code, "words that nobody guesses", Browser("", "", ""))
        db.session.commit()
        login = new.credential.login
        assert confirm(ada, address, login, "words that nobody guesses").status_code == 422
    assert mails("account_way_in") == 0
    with clock.at(clock.now() + timedelta(days=8)):
        ada = client.as_(house.ada)
        assert confirm(ada, address, login, "words that nobody guesses").status_code == 200
