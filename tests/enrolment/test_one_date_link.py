"""The link of a reminder gives back its date and nothing else: once, by a button, and it names nothing."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from groupsched.accounts.service.logins import ensure_credential
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of, standings
from groupsched.operations.worker import round_of_work
from groupsched.outbox.carriers import outbox_folder
from groupsched.outbox.models import Message
from groupsched.outbox.service import one_date_path
from tests.conftest import identity_of

JOINED = datetime.fromisoformat("2026-11-20T14:00:00+00:00")
NOW = datetime.fromisoformat("2026-11-25T18:30:00-05:00")


@pytest.fixture
def scene(world, app):
    """Robin is in all of three Thursday evenings, and was reminded of the first."""
    with clock.at(JOINED):
        world.tea = world.group("Tea", capacity=2)
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=3)
        world.robin = world.reminded()
        service.enrol(identity_of(world.robin), world.tea, world.robin)
        db.session.commit()
    with clock.at(NOW):
        round_of_work()
        world.mail = db.session.scalars(select(Message).where(Message.kind == "reminder")).one()
        world.link = one_date_path(world.mail.uid)
        db.session.commit()
        yield world


def on(world, number):
    db.session.expire_all()
    return standings(world.robin.id, [world.dates[number]])[world.dates[number].id].state


def test_opening_it_changes_nothing_and_names_nothing(scene, client):
    page = client.get(scene.link)
    text = page.get_data(as_text=True)
    assert "26" in text and "18:00" in text and "<title>Appointments" in text
    for name in ("Tea", "Robin", "Harbor", "Lantern"):
        assert name not in text
    assert on(scene, 0) == "active"


def test_it_reads_in_the_language_of_its_mail_and_in_another_at_a_tap(scene, client):
    scene.robin.language = "es"
    db.session.commit()
    english = {"Accept-Language": "en-US"}
    page = client.get(scene.link, headers=english).text
    assert 'lang="es"' in page and "No puedo ir" in page
    switched = client.post("/language", data={"language": "en", "next": scene.link}, headers=english)
    assert switched.location == scene.link
    assert "I can’t come, give it back" in client.get(scene.link, headers=english).text
    client.delete_cookie("language")
    client.post(scene.link)
    with clock.at(scene.dates[0].start):
        assert "Este enlace ya cumplió su función" in client.get(scene.link, headers=english).text
    assert "This link has done its work" in client.get("/c/nothing", headers=english).text


def test_the_button_gives_back_that_date_alone_without_a_sign_in(scene, client):
    answer = client.post(scene.link)
    assert answer.status_code == 303
    assert "is given back" in client.get(scene.link).get_data(as_text=True)
    assert [on(scene, number) for number in range(3)] == ["given_up", "active", "active"]
    assert scene.dates[0].taken == 0
    assert client.get("/my").status_code in (302, 303)


def test_it_works_once(scene, client):
    client.post(scene.link)
    with clock.at(NOW + timedelta(minutes=1)):
        service.can_come_again(identity_of(scene.robin), scene.dates[0], scene.robin)
        db.session.commit()
        assert "done its work" in client.get(scene.link).get_data(as_text=True)
        client.post(scene.link)
    assert on(scene, 0) == "active"


def test_once_the_date_has_begun_it_does_nothing(scene, client):
    with clock.at(scene.dates[0].start):
        client.post(scene.link)
    assert on(scene, 0) == "active"


def test_another_signature_or_message_does_nothing(scene, client):
    other = db.session.scalars(select(Message).where(Message.kind == "enrolled_series")).one()
    for path in (scene.link[:-2], f"/c/{scene.mail.uid}", one_date_path(other.uid)):
        assert "done its work" in client.get(path).get_data(as_text=True)
        client.post(path)
    assert on(scene, 0) == "active"


def test_who_left_and_came_back_needs_a_new_one(scene, client):
    service.leave(identity_of(scene.robin), live_of(scene.tea.id, scene.robin.id))
    service.enrol(identity_of(scene.robin), scene.tea, scene.robin)
    db.session.commit()
    client.post(scene.link)
    assert on(scene, 0) == "active"


def test_the_mail_has_it_and_no_row_keeps_it(scene, app):
    letter = (outbox_folder(app.extensions["groupsched.settings"]) / f"{scene.mail.uid}.eml").read_bytes()
    assert scene.link in message_from_bytes(letter, policy=default).get_content()
    db.session.refresh(scene.mail)
    assert "/c/" not in str(scene.mail.fields)


def test_while_the_account_is_off_it_does_nothing(scene, client):
    ensure_credential(scene.robin).disabled_at = NOW
    db.session.commit()
    assert "done its work" in client.get(scene.link).get_data(as_text=True)
    client.post(scene.link)
    assert on(scene, 0) == "active"
