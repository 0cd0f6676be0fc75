"""Who asks to join is answered yes, or not this one and another idea, which they read on their week and nowhere else."""

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import declined, live_of, other_ideas
from groupsched.outbox.models import Message
from tests.conftest import identity_of
from tests.factories import tomorrow_at

WORDS = "The morning course would cross your new job. How about the evening?"


@pytest.fixture
def scene(world):
    """Robin asks for a referral group; an evening group, one that is not listed and one that Robin is in are there too."""
    world.lead = world.facilitator()
    world.cbt = world.group("CBT skills", access="referral", led_by=world.lead)
    world.series(world.cbt, tomorrow_at(10), dates=3)
    world.evening, world.mine = world.group("Evening course"), world.group("Tea")
    world.series(world.evening, tomorrow_at(18), dates=3)
    world.series(world.mine, tomorrow_at(10), dates=3)
    world.robin = world.client(email="robin@example.org")
    world.enrol(world.mine, world.robin)
    world.asked = world.ask(world.cbt, world.robin)
    db.session.commit()
    return world


def answer(world, idea, words=WORDS):
    service.decline_request(
        identity_of(world.lead), world.asked, "Works mornings", service.OtherIdea(idea, words)
    )
    db.session.commit()


def test_they_read_the_idea_and_the_mail_holds_nothing_of_it(scene):
    answer(scene, scene.evening)
    [(group, row)] = declined(scene.robin.id, clock.now())
    assert (group, row.idea, row.idea_words, row.reason) == (
        scene.cbt, scene.evening, WORDS, "Works mornings",
    )  # fmt: skip
    assert live_of(scene.cbt.id, scene.robin.id) is None
    [mail] = db.session.scalars(select(Message).where(Message.kind == "request_declined"))
    assert "evening" not in str(mail.fields).lower()


def test_words_alone_are_an_idea_too(scene):
    answer(scene, None, "Come and talk with me on Wednesday.")
    [(_group, row)] = declined(scene.robin.id, clock.now())
    assert row.idea is None and row.idea_words.startswith("Come")


@pytest.mark.on_sqlite
@pytest.mark.parametrize("words", ["", "   "])
def test_an_idea_without_a_sentence_is_refused_and_nothing_is_answered(scene, words):
    with pytest.raises(DomainError):
        answer(scene, scene.evening, words)
    db.session.rollback()
    assert live_of(scene.cbt.id, scene.robin.id).state == "requested"


def test_only_listed_groups_in_which_they_are_not_are_ideas(scene):
    assert other_ideas(scene.asked) == [scene.evening]
    with pytest.raises(DomainError):
        answer(scene, scene.cbt)
    db.session.rollback()


def test_a_no_that_is_taken_back_takes_the_idea_back(scene):
    answer(scene, scene.evening)
    service.undo(identity_of(scene.lead), scene.asked)
    db.session.commit()
    assert live_of(scene.cbt.id, scene.robin.id).state == "requested"
    assert all(row is None for _group, row in declined(scene.robin.id, clock.now()))


@pytest.mark.on_sqlite
def test_staff_see_what_speaks_for_it_and_send_an_answer(scene, client):
    browser, page = client.as_(scene.lead), f"/enrolments/{scene.asked.uid}/answer"
    assert page in browser.get(f"/groups/{scene.cbt.uid}/people").get_data(as_text=True)
    text = browser.get(page).get_data(as_text=True)
    for words in (
        "Robin T. asks to join", "Asked for 3 dates.", "3 of them are at the time of other dates of theirs.",
        "Evening course", "Not this one, and another idea",
    ):  # fmt: skip
        assert words in text
    refused = browser.post(page, data={"answer": "idea", "idea": scene.evening.uid, "words": ""})
    assert refused.status_code == 422
    text = refused.get_data(as_text=True)
    assert 'href="#words"' in text and f'selected value="{scene.evening.uid}"' in text
    assert (
        browser.post(page, data={"answer": "idea", "idea": scene.mine.uid, "words": "x"}).status_code == 404
    )
    sent = {"answer": "idea", "idea": scene.evening.uid, "words": WORDS}
    assert browser.post(page, data=sent).status_code == 303
    assert browser.get(page).status_code == 303
    text = client.as_(scene.robin).get("/my").get_data(as_text=True)
    assert WORDS in text and f"/sessions/{scene.evening.uid}" in text
    assert client.as_(scene.client("Basil")).get(page).status_code in (403, 404)
    assert db.session.scalars(select(Enrolment).where(Enrolment.idea_words != "")).one().idea == scene.evening
