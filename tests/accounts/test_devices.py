"""Paired tablets: the offer, the tablet that takes it, what it says of itself, and the end of it."""

import re
from datetime import timedelta

import pytest

from groupsched.accounts import paired
from groupsched.accounts.models import Credential, Device, Pairing, SignIn
from groupsched.accounts.service.passwords import hash_password
from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite

PASSWORD = "correct horse battery"
TABLETS = "/program/tablets"


def give_password(person, login):
    db.session.add(Credential(person_id=person.id, login=login, password_hash=hash_password(PASSWORD)))
    db.session.commit()
    return person


def offer(browser, world, name="Desk tablet"):
    """The page of an offer; the path of its link, and its code."""
    page = browser.post(TABLETS, data={"name": name, "site": world.site.uid})
    assert page.status_code == 200
    code = re.search(r'paircode num">([0-9A-Z-]{14})<', page.text)[1]
    uid = re.search(r"/program/tablets/offers/(\w+)", page.text)[1]
    return page, code, uid


def paired_tablet(client, world, admin, name="Desk tablet"):
    """A browser that is a tablet, as somebody made it of one with a typed code."""
    _page, code, _uid = offer(client.as_(admin), world, name)
    tablet = client.application.test_client()
    on = tablet.post("/pair", data={"code": code.lower().replace("-", " ")})
    assert on.status_code == 303
    done = tablet.post(on.location)
    assert done.status_code == 200 and f"This is “{name}” now" in done.text
    return tablet


def acts():
    return [row.word for row in db.session.query(AuditRow).order_by(AuditRow.id)]


@pytest.fixture
def ada(world):
    return world.admin()


def test_a_tablet_is_paired_once_within_ten_minutes_and_says_first_what_that_does(client, world, ada):
    page, code, uid = offer(client.as_(ada), world)
    row = db.session.query(Pairing).one()
    assert code not in (row.token_hash, row.code_hash) and f"{row.seats} of 9 filled" in page.text
    waiting = client.as_(ada).get(f"{TABLETS}/offers/{uid}")
    assert waiting.status_code == 204

    tablet, late = client.application.test_client(), client.application.test_client()
    assert tablet.post("/pair", data={"code": "0000-0000-0000"}).status_code == 422
    on = tablet.post("/pair", data={"code": code}).location
    asked = tablet.get(on)
    assert "Make this “Desk tablet”?" in asked.text and f"{row.seats} of 9 filled" in asked.text
    assert db.session.query(Device).count() == 0  # to look changes nothing
    assert late.get(on).status_code == 200
    done = tablet.post(on)
    cookie = done.headers["Set-Cookie"]
    assert cookie.startswith("device=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    secret = cookie.split(";")[0].removeprefix("device=")
    device = db.session.query(Device).one()
    assert len(secret) > 40 and secret not in device.secret_hash
    assert late.post(on).status_code == 404 and late.get(on).status_code == 404
    assert "Paired." in client.as_(ada).get(f"{TABLETS}/offers/{uid}").text

    _page, second, _uid = offer(client.as_(ada), world)
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert late.post("/pair", data={"code": second}).status_code == 422
    _page, third, uid = offer(client.as_(ada), world)
    client.as_(ada).post(f"{TABLETS}/offers/{uid}/stop")
    assert late.post("/pair", data={"code": third}).status_code == 422
    assert acts().count("device.offered") == 3 and acts().count("device.paired") == 1


def test_who_looks_after_a_site_pairs_its_tablets_and_nobody_else_does(client, world, ada):
    paired_tablet(client, world, ada)
    device = db.session.query(Device).one()
    for other in (world.supervisor(), world.front_desk(), world.facilitator(), world.client()):
        assert client.as_(other).get(TABLETS).status_code == 404
        assert client.as_(other).post(f"{TABLETS}/{device.uid}/unpair").status_code == 404
    db.session.refresh(device)
    assert device.revoked_at is None


def test_the_list_says_when_a_tablet_was_there_and_what_waits_on_it(client, world, ada):
    wren = give_password(world.front_desk(), "wren")
    tablet = paired_tablet(client, world, ada)
    now = clock.now()
    assert tablet.post("/sign-in", data={"login": "wren", "password": PASSWORD}).status_code == 303
    tablet.get("/today", headers={paired.WAITING: "3"})
    device = db.session.query(Device).one()
    db.session.refresh(device)
    assert device.waiting == 3 and device.seen_by_id == wren.id
    page = client.as_(ada).get(TABLETS).text
    assert "3 marks wait on it" in page and "with " + wren.short_name in page
    first = device.seen_at
    with clock.at(now + timedelta(minutes=10)):
        tablet.get("/today", headers={paired.WAITING: "4"})
        db.session.refresh(device)
        assert (device.waiting, device.seen_at) == (3, first)  # at most every fifteen minutes
        tablet.get("/today", headers={paired.WAITING: "0"})
    db.session.refresh(device)
    assert device.waiting == 0  # but that none wait any more is told at once
    tablet.get("/today", headers={paired.WAITING: "'; drop"})
    stranger = client.as_(ada)
    stranger.get("/today", headers={paired.WAITING: "9"})
    db.session.refresh(device)
    assert device.waiting == 0


def test_a_sign_in_of_a_tablet_opens_nothing_in_another_browser(client, world, ada):
    give_password(world.front_desk(), "wren")
    tablet = paired_tablet(client, world, ada)
    tablet.post("/sign-in", data={"login": "wren", "password": PASSWORD})
    assert tablet.get("/today").status_code == 200
    copy = client.application.test_client()
    copy.set_cookie("signin", tablet.get_cookie("signin").value)
    assert copy.get("/today").status_code == 303
    copy.set_cookie("device", "x" * 43)
    assert copy.get("/today").status_code == 303


def test_unpairing_signs_out_there_and_can_be_undone_for_ten_minutes(client, world, ada):
    give_password(world.front_desk(), "wren")
    tablet = paired_tablet(client, world, ada)
    tablet.post("/sign-in", data={"login": "wren", "password": PASSWORD})
    device, admin, now = db.session.query(Device).one(), client.as_(ada), clock.now()
    admin.post(f"{TABLETS}/{device.uid}/rename", data={"name": "Old tablet"})
    admin.post(f"{TABLETS}/{device.uid}/unpair")
    assert tablet.get("/today").status_code == 303
    assert db.session.query(SignIn).one().ended_at is not None
    assert "Unpaired just now" in admin.get(TABLETS).text
    admin.post(f"{TABLETS}/{device.uid}/pair-again")
    tablet.post("/sign-in", data={"login": "wren", "password": PASSWORD})
    assert tablet.get("/today").status_code == 200
    admin.post(f"{TABLETS}/{device.uid}/unpair")
    with clock.at(now + timedelta(minutes=12)):
        assert admin.post(f"{TABLETS}/{device.uid}/pair-again").status_code == 409
        assert "Old tablet" not in admin.get(TABLETS).text
    assert [word for word in acts() if word.startswith("device.")] == [
        "device.offered", "device.paired", "device.renamed", "device.unpaired", "device.taken_back", "device.unpaired",
    ]  # fmt: skip


def test_a_tablet_that_is_paired_anew_is_the_one_before_no_more(client, world, ada):
    tablet = paired_tablet(client, world, ada)
    _page, code, _uid = offer(client.as_(ada), world, "Studio tablet")
    on = tablet.post("/pair", data={"code": code}).location
    assert "Until now it is “Desk tablet”" in tablet.get(on).text
    tablet.post(on)
    standing = db.session.query(Device).filter(Device.revoked_at.is_(None)).one()
    assert standing.name == "Studio tablet"
