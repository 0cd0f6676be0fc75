"""The page of a seat that is kept for somebody: an hour, yes, no, and what each does. Opening it changes nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, SeatOffer
from groupsched.enrolment.queries import live_of
from groupsched.outbox.models import Message
from groupsched.outbox.service import one_date_path
from tests.conftest import identity_of

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
OUT = NOW + timedelta(minutes=10)


@pytest.fixture
def scene(world):
    """One seat on each of three Wednesdays, which Robin gave back; Hazel was asked ten minutes later, Indigo waits behind."""
    with clock.at(NOW):
        world.lead = world.facilitator()
        world.art = world.group("Art", capacity=1, line_mode="ask_first", led_by=world.lead)
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=3)
        world.people = [
            world.client(name, email=f"{name}@example.org") for name in ("Robin", "Hazel", "Indigo")
        ]
        world.enrol(world.art, *world.people)
        service.leave(identity_of(world.people[0]), live_of(world.art.id, world.people[0].id))
        db.session.commit()
        world.offer = db.session.scalars(select(SeatOffer)).one()
        world.page = f"/offers/{world.offer.uid}"
        db.session.commit()
    with clock.at(OUT):
        yield world


def state(world):
    db.session.expire_all()
    return world.offer.state


def test_the_page_says_what_until_when_and_what_each_answer_does(scene, client):
    text = client.as_(scene.people[1]).get(scene.page).get_data(as_text=True)
    for words in (
        "kept for you", "Art", "Every date, from", "Yes, take the seat", "No, pass it on", "until tomorrow 09:10", "You keep your place in line",
    ):  # fmt: skip
        assert words in text
    assert state(scene) == "open"


def test_it_stands_on_the_week_and_on_the_page_of_the_seat(scene, client):
    browser = client.as_(scene.people[1])
    date = f"/sessions/{scene.art.uid}/{scene.dates[0].original_local}"
    for page in ("/my", f"/sessions/{scene.art.uid}/mine", date, f"/sessions/{scene.art.uid}"):
        assert scene.page in browser.get(page).get_data(as_text=True)
    assert scene.page not in client.as_(scene.people[2]).get("/my").get_data(as_text=True)


def test_before_it_is_out_nobody_sees_it(scene, client):
    with clock.at(NOW):
        assert client.as_(scene.people[1]).get(scene.page).status_code == 404
        assert scene.page not in client.as_(scene.people[1]).get("/my").get_data(as_text=True)


def test_yes_leads_to_ones_seat(scene, client):
    browser = client.as_(scene.people[1])
    answer = browser.post(scene.page, data={"answer": "yes"})
    assert answer.headers["Location"].endswith(f"/sessions/{scene.art.uid}/mine")
    assert "The seat is yours." in browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert state(scene) == "accepted"
    assert browser.get(scene.page).status_code == 303


def test_after_a_no_the_line_can_be_left(scene, client):
    browser = client.as_(scene.people[1])
    answer = browser.post(scene.page, data={"answer": "no"})
    text = browser.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Passed on, thank you" in text and "number 1" in text and "Leave the waiting list" in text
    browser.post(f"/sessions/{scene.art.uid}/leave", data={"was": "waitlisted", "sure": "1"})
    assert live_of(scene.art.id, scene.people[1].id) is None


def test_too_late_is_said_kindly(scene, client):
    with clock.at(scene.offer.until_at):
        browser = client.as_(scene.people[1])
        answer = browser.post(scene.page, data={"answer": "yes"})
        text = browser.get(answer.headers["Location"]).get_data(as_text=True)
        assert "The time to answer is over" in text and "still on the waiting list" in text


def test_nobody_else_sees_or_answers_it(scene, client):
    stranger = client.as_(scene.people[2])
    assert stranger.get(scene.page).status_code == 404
    assert stranger.post(scene.page, data={"answer": "yes"}).status_code == 404
    assert client.as_(scene.lead).get(scene.page).status_code == 404
    assert state(scene) == "open"


def test_who_gives_a_full_date_back_reads_that_it_is_offered_and_can_be_had_again(scene, client):
    browser = client.as_(scene.people[1])
    browser.post(scene.page, data={"answer": "yes"})
    first = scene.dates[0].uid
    text = browser.get(f"/occurrences/{first}/cannot-come").get_data(as_text=True)
    assert text == "" or "at once" not in text
    service.enrol(
        identity_of(scene.people[0]), scene.art, scene.people[0], mode="dates", occurrences=scene.dates[:1]
    )
    db.session.commit()
    text = browser.get(f"/occurrences/{first}/cannot-come").get_data(as_text=True)
    assert "Your seat is offered" in text and "For 10 minutes you can take it back" in text
    done = browser.post(f"/occurrences/{first}/cannot-come", data={"sure": "1"})
    text = browser.get(done.headers["Location"]).get_data(as_text=True)
    assert "is offered to who waits" in text and "I can come after all" in text
    browser.post(f"/occurrences/{first}/can-come")
    assert live_of(scene.art.id, scene.people[1].id).date_seats[0].state == "held"


def test_staff_see_who_is_asked_and_may_answer_for_them(scene, client):
    browser, page = client.as_(scene.lead), f"/groups/{scene.art.uid}/waiting"
    text = browser.get(page).get_data(as_text=True)
    assert (
        "Asked, no answer yet" in text and "Kept until tomorrow 09:10." in text and "1 is asked now" in text
    )
    browser.post(f"{scene.page}/answer", data={"answer": "no"})
    text = browser.get(page).get_data(as_text=True)
    assert "Said no to the last seat" in text and "Hazel T. said no" in text
    assert client.as_(scene.people[2]).get(page).status_code in (403, 404)


def test_a_clash_is_said_to_staff_by_the_day_alone(scene, client):
    with clock.at(NOW):
        other = scene.group("Yoga")
        scene.series(other, datetime(2026, 12, 16, 14), dates=1)
        scene.enrol(other, scene.people[2])
    client.as_(scene.people[1]).post(scene.page, data={"answer": "no"})
    text = client.as_(scene.lead).get(f"/groups/{scene.art.uid}/waiting").get_data(as_text=True)
    assert "Wed 16 Dec does not fit." in text and "Yoga" not in text


def test_who_leads_says_what_becomes_of_a_seat(scene, client):
    browser, page = client.as_(scene.lead), f"/groups/{scene.art.uid}/waiting"
    browser.post(page, data={"line_mode": "first_yes"})
    db.session.expire_all()
    assert scene.art.line_mode == "first_yes"
    browser.post(page, data={"line_mode": "nonsense"})
    db.session.expire_all()
    assert scene.art.line_mode == "first_yes"


def test_the_pages_ask_few_times(scene, client, statements):
    art = scene.art.uid
    for person, page in ((scene.people[1], scene.page), (scene.lead, f"/groups/{art}/waiting")):
        browser = client.as_(person)
        db.session.remove()
        before = len(statements())
        assert browser.get(page).status_code == 200
        assert len(statements()) - before <= 12


def test_a_yes_needs_the_sign_in_and_no_address_of_a_mail_gives_one(scene, client):
    """What a mail leads to without a sign-in is the giving back of one date, never a seat or a whole group."""
    for answer in ("yes", "no"):
        refused = client.post(scene.page, data={"answer": answer})
        assert (
            refused.status_code != 200 and "/offers/" not in refused.headers.get("Location", "").split("?")[0]
        )
    for mail in db.session.scalars(select(Message).where(Message.kind == "offer_series")):
        client.post(one_date_path(mail.uid))
    assert state(scene) == "open"
    assert live_of(scene.art.id, scene.people[1].id).state == "waitlisted"


@pytest.mark.parametrize(
    ("mode", "true", "untrue"),
    [
        ("at_once", "as soon as all of them have a seat, they are yours", "we ask you"),
        ("ask_first", "when all of them have a seat, it is kept for you, and we ask you", "they are yours"),
        ("first_yes", "we ask you and others, and the first to say yes has it", "kept for you"),
    ],
)
def test_who_waits_reads_on_each_page_how_this_line_moves(scene, client, mode, true, untrue):
    scene.art.line_mode = mode
    db.session.commit()
    browser, home = client.as_(scene.people[2]), f"/sessions/{scene.art.uid}"
    for page in (home, f"{home}/mine", f"{home}/{scene.dates[1].original_local}"):
        text = browser.get(page).get_data(as_text=True)
        assert true in text, page
        assert untrue not in text, page


def test_where_the_first_yes_has_it_no_page_says_that_a_seat_is_kept(scene, client):
    scene.art.line_mode = "first_yes"
    db.session.commit()
    browser, home = client.as_(scene.people[1]), f"/sessions/{scene.art.uid}"
    for page in ("/my", scene.page, home, f"{home}/mine"):
        text = browser.get(page).get_data(as_text=True)
        assert "the first to say yes has it" in text, page
        assert "kept for you" not in text.lower(), page


@pytest.fixture
def by_phone(scene):
    """Hazel has no address, and a phone; staff put her on the list, so her place is news to her."""
    with clock.at(NOW - timedelta(hours=1)):
        scene.reed = scene.client("Reed", "Marmalade", phone="555 0100")
        scene.tea = scene.group("Tea", capacity=1, line_mode="ask_first", led_by=scene.lead)
        scene.teas = scene.series(scene.tea, datetime(2026, 12, 9, 18), dates=1)
        scene.enrol(scene.tea, scene.people[0])
        scene.enrol(scene.tea, scene.reed)
    with clock.at(NOW):
        service.leave(identity_of(scene.people[0]), live_of(scene.tea.id, scene.people[0].id))
        db.session.commit()
    scene.desk = scene.front_desk()
    query = select(SeatOffer).join(SeatOffer.enrolment).where(Enrolment.person_id == scene.reed.id)
    scene.asked = db.session.scalars(query).one()
    db.session.commit()
    return scene


def attention(world, client):
    page = client.as_(world.desk).get("/today").get_data(as_text=True)
    return page.partition('id="attention"')[2].partition("</section>")[0]


def told(world, client):
    row = db.session.scalars(select(Message).where(Message.key == f"offer:{world.asked.uid}")).one()
    client.as_(world.desk).post(f"/messages/{row.uid}/told", data={"next": "/today"})


def test_whom_no_mail_reaches_is_told_the_last_word_alone_and_answers_in_one_tap(by_phone, client):
    text = attention(by_phone, client)
    assert "A place is free" in text and "You are number" not in text and "write to you" not in text
    line = f"/groups/{by_phone.tea.uid}/waiting"
    assert f'href="{line}#asked-{by_phone.asked.uid}"' in text
    assert f'id="asked-{by_phone.asked.uid}"' in client.as_(by_phone.desk).get(line).get_data(as_text=True)


def test_an_offer_that_was_told_stays_on_today_until_it_is_answered_or_over(by_phone, client):
    told(by_phone, client)
    text = attention(by_phone, client)
    assert "Reed Marmalade was told, and has not answered yet" in text
    assert f"#asked-{by_phone.asked.uid}" in text and "Tell Reed" not in text
    with clock.at(OUT + timedelta(hours=23)):
        assert "has not answered yet" not in attention(by_phone, client)


def test_who_said_yes_on_the_phone_is_not_told_of_it_again(by_phone, client):
    told(by_phone, client)
    client.as_(by_phone.desk).post(f"/offers/{by_phone.asked.uid}/answer", data={"answer": "yes"})
    assert live_of(by_phone.tea.id, by_phone.reed.id).state == "active"
    assert "Reed" not in attention(by_phone, client).partition("Told in the last")[0]


def test_who_said_yes_in_the_house_gets_the_mail_of_it(scene, client):
    client.as_(scene.front_desk()).post(f"/offers/{scene.offer.uid}/answer", data={"answer": "yes"})
    query = select(Message).where(
        Message.person_id == scene.people[1].id, Message.kind.startswith("enrolled")
    )
    assert len(db.session.scalars(query).all()) == 1
