"""Reminders are chosen in one's settings, and every mail has a link by which they, or all messages, end without signing in."""

import re

import pytest
from sqlalchemy import select

from groupsched.core.db import db
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.service import enqueue, fewer_path

pytestmark = pytest.mark.on_sqlite


@pytest.fixture
def robin(world):
    return world.reminded()


@pytest.fixture
def link(robin, app):
    """The link at the foot of a mail to Robin."""
    enqueue("cancelled", robin, "one", date="Wed 30 Dec", time="10:00", link="/my")
    db.session.commit()
    deliver_due()
    db.session.commit()
    return fewer_path(db.session.scalar(select(Message.uid)))


def wishes(robin):
    db.session.refresh(robin)
    return robin.reminds_day, robin.reminds_hours, robin.wants_mail


def test_to_open_the_link_changes_nothing_and_names_nobody(client, robin, link):
    page = client.get(link)
    assert page.status_code == 200
    for telling in ("Robin", "robin@", "Teacup"):
        assert telling not in page.text
    assert wishes(robin) == (True, True, True)


@pytest.mark.parametrize(
    ("what", "left"), [("reminders", (False, False, True)), ("messages", (False, False, False))]
)
def test_a_click_ends_reminders_or_all_messages_without_signing_in(client, robin, link, what, left):
    assert "come to this address" in client.post(link, data={"what": what}).text
    assert wishes(robin) == left


def test_settings_that_were_open_before_put_no_mail_on_again(client, robin, link):
    me = client.as_(robin)
    began = re.search(r'name="began" value="([^"]+)"', me.get("/account").text)[1]
    client.post(link, data={"what": "messages"})
    quiet = {"quiet_from": robin.quiet_from, "quiet_until": robin.quiet_until}
    said = {"wants_mail": "y", "reminds_day": "y", "reminds_hours": "y", **quiet, "began": began}
    assert me.post("/account", data={**said, "language": "es"}).status_code == 303
    assert wishes(robin) == (False, False, False)
    assert robin.language == "es"
    # Whoever says on the new page that they want mail gets it.
    began = re.search(r'name="began" value="([^"]+)"', me.get("/account").text)[1]
    me.post("/account", data={**said, "language": "es", "began": began})
    assert wishes(robin) == (True, True, True)


def test_a_link_that_nobody_signed_is_no_page(client, robin, link):
    for wrong in (link[:-1], link + "x", re.sub(r"fewer/..", "fewer/22", link), "/fewer/nothing"):
        assert (
            client.get(wrong).status_code == client.post(wrong, data={"what": "messages"}).status_code == 404
        )
    assert wishes(robin) == (True, True, True)


def test_reminders_and_quiet_hours_are_ones_own_choice(client, world):
    robin = world.client("Hazel", email="hazel@example.org")
    browser, sent = client.as_(robin), {"language": "en", "wants_mail": "y"}
    assert 'name="reminds_day"' in browser.get("/account").text
    browser.post(
        "/account", data={**sent, "reminds_hours": "y", "quiet_from": "20:00", "quiet_until": "09:00"}
    )
    assert wishes(robin) == (False, True, True)
    assert (robin.quiet_from, robin.quiet_until) == ("20:00", "09:00")
    browser.post("/account", data={**sent, "quiet_from": "99:00"})
    assert wishes(robin) == (False, False, True)
    assert (robin.quiet_from, robin.quiet_until) == ("20:00", "09:00")
