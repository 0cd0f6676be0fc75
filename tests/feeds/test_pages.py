"""The calendar page: links are made, shown once, changed, renewed and turned off by their owner alone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.feeds.models import Feed
from groupsched.schedule.models import Occurrence
from tests.conftest import identity_of, read_html
from tests.feeds.linting import unfold
from tests.feeds.setting import link_for, meets
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = {"name": "My phone", "titles": "private", "kind": "mine"}


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@kept
def robin(world):
    return world.client()


def feeds_of(person):
    return db.session.query(Feed).filter_by(person_id=person.id, revoked_at=None).all()


def test_a_new_link_is_shown_once_with_its_code_and_works(client, robin):
    browser = client.as_(robin)
    answer = browser.post("/calendar", data=NEW)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    page = answer.text
    tree = read_html(page)
    address = tree.find(".//input[@data-copy-from]").get("value")
    assert address.startswith("http://127.0.0.1:5000/feeds/")
    assert f'href="webcal{address[4:]}"' in page
    assert "<svg viewBox=" in page and 'class="qr"' in page
    assert " style=" not in page
    assert client.get(address[address.index("/feeds/") :]).status_code == 200
    again = browser.get("/calendar").text
    assert address not in again
    assert "My phone" in again


def form_on(page):
    """The hidden fields of the form that makes a link."""
    form = next(one for one in read_html(page).iter("form") if one.find(".//input[@name='once']") is not None)
    return {one.get("name"): one.get("value") for one in form.iter("input") if one.get("type") == "hidden"}


def address_on(page):
    return read_html(page).find(".//input[@data-copy-from]").get("value")


def test_a_link_lies_nowhere_and_a_form_sent_again_gets_the_same_one(client, robin):
    """Not in a cookie either: who copies the profile of a browser finds no calendar in it."""
    browser = client.as_(robin)
    sent = {**form_on(browser.get("/calendar").text), **NEW}
    first = browser.post("/calendar", data=sent)
    token = address_on(first.text).rpartition("/")[2].removesuffix(".ics")
    assert not first.headers.getlist("Set-Cookie")
    assert token not in str(db.session.execute(select(Feed.__table__)).all())
    assert address_on(browser.post("/calendar", data=sent).text) == address_on(first.text)
    [feed] = feeds_of(robin)
    assert address_on(browser.post("/calendar", data={**sent, "name": "My tablet"}).text) != address_on(
        first.text
    )
    assert browser.post(f"/calendar/{feed.uid}/turn-off").status_code == 303
    assert browser.post("/calendar", data=sent).status_code == 409


def test_the_form_of_one_person_says_nothing_of_the_link_of_another(client, world, robin):
    sent = {"once": "chosen", **NEW}
    made = [
        address_on(client.as_(one).post("/calendar", data=sent).text)
        for one in (robin, world.client("Holly"))
    ]
    assert made[0] != made[1]


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_do(client, robin):
    answer = client.as_(robin).post("/calendar", data={"name": "", "titles": "full", "kind": "mine"})
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert 'value="full" id="m3" checked' in answer.text
    assert feeds_of(robin) == []


@pytest.mark.parametrize(
    "wrong", [{"titles": "everything"}, {"kind": "leading"}, {"kind": "x"}, {"name": "x" * 81}]
)
def test_what_cannot_be_chosen_makes_no_link(client, robin, wrong):
    assert client.as_(robin).post("/calendar", data={**NEW, **wrong}).status_code == 422
    assert feeds_of(robin) == []


@pytest.mark.parametrize("name", ["\x00\x07", "  ", "\u202e"])
def test_a_name_without_letters_is_refused(client, robin, name):
    assert client.as_(robin).post("/calendar", data={**NEW, "name": name}).status_code == 422


def test_what_one_leads_is_offered_to_those_who_lead(client, world):
    leader = world.facilitator()
    assert "What I lead" in client.as_(leader).get("/calendar").text
    assert "What I lead" not in client.as_(world.client()).get("/calendar").text
    client.as_(leader).post("/calendar", data={**NEW, "kind": "leading"})
    assert [feed.kind for feed in feeds_of(leader)] == ["leading"]


def test_another_choice_is_kept_and_the_link_stays(client, robin):
    feed, path = link_for(robin)
    browser = client.as_(robin)
    assert 'value="private" id="m1" checked' in browser.get(f"/calendar/{feed.uid}").text
    answer = browser.post(f"/calendar/{feed.uid}", data={"name": "Kitchen tablet", "titles": "short"})
    assert answer.status_code == 303
    [kept] = feeds_of(robin)
    assert (kept.name, kept.titles) == ("Kitchen tablet", "short")
    assert client.get(path).status_code == 200
    assert browser.post(f"/calendar/{feed.uid}", data={"name": "", "titles": "short"}).status_code == 422


def test_a_new_address_is_asked_for_and_the_old_one_stops(client, robin):
    feed, path = link_for(robin)
    browser = client.as_(robin)
    assert "stops at once" in browser.get(f"/calendar/{feed.uid}/new-link").text
    assert client.get(path).status_code == 200
    asked = form_on(browser.get(f"/calendar/{feed.uid}/new-link").text)
    first = browser.post(f"/calendar/{feed.uid}/new-link", data=asked)
    assert client.get(path).status_code == 404
    assert not first.headers.getlist("Set-Cookie")
    again = browser.post(f"/calendar/{feed.uid}/new-link", data=asked)
    assert address_on(again.text) == address_on(first.text)
    later = form_on(browser.get(f"/calendar/{feed.uid}/new-link").text)
    last = address_on(browser.post(f"/calendar/{feed.uid}/new-link", data=later).text)
    assert browser.post(f"/calendar/{feed.uid}/new-link", data=asked).status_code == 409
    assert client.get(last[last.index("/feeds/") :]).status_code == 200


def test_a_link_is_turned_off_after_one_question(client, robin):
    feed, path = link_for(robin)
    asked = client.as_(robin).get(f"/calendar/{feed.uid}/turn-off").text
    assert "Turn “My phone” off?" in asked
    assert "Keep the link" in asked
    assert client.get(path).status_code == 200
    assert client.as_(robin).post(f"/calendar/{feed.uid}/turn-off").status_code == 303
    assert client.get(path).status_code == 404
    assert client.as_(robin).get(f"/calendar/{feed.uid}").status_code == 404


def test_nobody_else_reaches_a_link_staff_and_administrators_neither(client, world, robin):
    feed, path = link_for(robin)
    others = [world.client("Holly", "Kettle"), world.facilitator(), world.supervisor(), world.admin()]
    for person in others:
        browser = client.as_(person)
        assert browser.get(f"/calendar/{feed.uid}").status_code == 404
        assert browser.post(f"/calendar/{feed.uid}", data={"name": "x", "titles": "full"}).status_code == 404
        assert browser.post(f"/calendar/{feed.uid}/new-link").status_code == 404
        assert browser.post(f"/calendar/{feed.uid}/turn-off").status_code == 404
    assert client.get(path).status_code == 200
    assert [kept.titles for kept in feeds_of(robin)] == ["private"]


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get("/calendar")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/calendar")
    assert client.post("/calendar", data=NEW).status_code == 404


def test_own_words_are_kept_per_group_and_cleared_again(client, world, robin):
    leader = world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    _feed, path = link_for(robin)
    browser = client.as_(robin)
    field = f"words-{group.uid}"
    for said, summary in (("Choir", "SUMMARY:Choir"), ("", "SUMMARY:Appointment")):
        assert browser.post("/calendar/words", data={field: said, "words-unknown": "x"}).status_code == 303
        assert summary in unfold(client.get(path).data)
        assert f'value="{said}"' in browser.get("/calendar/words").text


def test_the_page_says_when_a_calendar_last_looked(client, robin):
    _feed, path = link_for(robin)
    browser = client.as_(robin)
    assert "Not fetched yet" in browser.get("/calendar").text
    client.get(path)
    assert "Last fetched by a calendar: today 07:00" in browser.get("/calendar").text


def test_the_preview_shows_the_next_date_of_ones_own(client, world, robin):
    leader = world.facilitator()
    group = world.group("Tea and talk", led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    db.session.commit()
    page = client.as_(robin).get("/calendar").text
    assert "<b>Appointment</b>10:00–11:30</div>" in page
    assert "<b>Tea and talk</b>10:00–11:30 · Oak Room" in page


def test_the_page_needs_few_queries(client, robin, statements):
    for number in range(10):
        link_for(robin, name=f"Device {number}")
    before = len(statements())
    client.as_(robin).get("/calendar")
    assert len(statements()) - before <= 12


# --- one date as a file --------------------------------------------------------------------------------------


def date_of(world, **fields):
    leader = world.facilitator()
    group = world.group(led_by=leader, **fields)
    meets(group, leader)
    return group, db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(
        Occurrence.start
    ).first()


def test_one_date_is_a_file_to_keep_that_makes_no_new_calendar(client, world):
    _group, one = date_of(world)
    answer = client.get(f"/calendar/dates/{one.uid}.ics")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = unfold(answer.data)
    assert "SUMMARY:Morning group" in lines
    assert not [line for line in lines if line.startswith(("NAME", "X-WR-CALNAME", "REFRESH"))]


def test_ones_own_file_reads_as_ones_links_do(client, world, robin):
    _group, one = date_of(world)
    path = f"/calendar/dates/{one.uid}.ics"
    assert b"SUMMARY:Appointment" in client.as_(robin).get(path).data
    link_for(robin, titles="short")
    assert b"SUMMARY:Group" in client.as_(robin).get(path).data


def test_a_hidden_date_is_a_file_only_for_those_in_the_group(client, world, robin):
    group, one = date_of(world, setting="private", access="referral")
    path = f"/calendar/dates/{one.uid}.ics"
    assert client.get(path).status_code == 404
    assert client.as_(robin).get(path).status_code == 404
    enrol(identity_of(world.supervisor()), group, robin)
    db.session.commit()
    assert client.as_(robin).get(path).status_code == 200
    assert client.get("/calendar/dates/unknown.ics").status_code == 404


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
            "Add on this iPhone, iPad or Mac",
        ),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36", "Android phone alone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0", "Outlook, step by step"),
        ("curl/8", "Add on this iPhone, iPad or Mac"),
    ],
)
def test_the_way_of_the_device_in_hand_comes_first_and_one_on_a_phone_alone_is_there(
    client, robin, agent, first
):
    browser = client.as_(robin)
    page = browser.post("/calendar", data=NEW, headers={"User-Agent": agent}).text
    ways = (
        "Add on this iPhone, iPad or Mac",
        "Android phone alone",
        "Google on a computer",
        "Outlook, step by step",
    )
    found = sorted(ways, key=page.index)
    assert found[0] == first and len(found) == 4
