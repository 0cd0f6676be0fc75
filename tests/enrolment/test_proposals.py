"""Whom a leader knows they enrol, five at once; anybody else they propose, and others say yes or no."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import queries
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentState
from groupsched.enrolment.service import client_role_ended
from groupsched.outbox.models import Message
from tests.conftest import identity_of, read_html
from tests.enrolment.test_bringing import Form

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
NOBODY = "Nobody by exactly that name or number. Ask the desk."


@pytest.fixture
def tea(world, client):
    """A closed group of Ossian's, and people he has never met."""
    with clock.at(NOW):
        world.lead, world.boss, world.desk = world.facilitator(), world.supervisor(), world.front_desk()
        world.tea = world.group("Tea", led_by=world.lead, access="closed")
        world.dates = world.series(world.tea, datetime(2026, 11, 26, 10), dates=3)
        world.robin = world.client("Robin", "Teacup", email="robin@example.org")
        world.browser = client
        yield world


def post(world, by=None, **data):
    browser = world.browser.as_(by or world.lead)
    return Form(browser.post(f"/groups/{world.tea.uid}/enrol", data=data))


def rows(world):
    db.session.expire_all()
    return db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()


def proposed(world, *people):
    post(world, names="\n".join(one.name for one in people or [world.robin]), act="enrol")
    return rows(world)[-1]


def sent(world):
    return db.session.scalars(select(Message.kind).where(Message.person_id == world.robin.id)).all()


def test_who_stands_before_a_leader_is_found_by_the_whole_name_or_number_and_enrolled(tea):
    jose = tea.client("José", "O’Neil-García")
    jose.record_number = "HL-0001"
    db.session.commit()
    for words in (
        "jose oneil garcia",
        "O’Neil-García, José",
        "HL-0001",
        "hl0001",
        "José O’Neil-García hl/0001",
    ):
        page = post(tea, who=words, act="find")
        assert page.chosen == [jose.uid], words
        assert "José O." in page.text and "García" not in page.text and "HL-0001" not in page.text
    assert post(tea, people=page.chosen, act="enrol").said() == [("José O’Neil-García", "is in")]
    sought = db.session.scalars(select(AuditRow).where(AuditRow.word == AuditAction.PERSON_SOUGHT)).all()
    assert {one.person_id for row in sought for one in row.subjects} == {jose.id}


def test_a_part_of_a_name_two_of_one_name_and_nobody_read_alike(tea):
    tea.client("Jo", "Lantern"), tea.client("Jo", "Lantern")
    for words in (
        "Jo Lantern",
        "Robin",
        "Teacup",
        "Rob Teacup",
        "Nobody Known",
        "",
        tea.robin.record_number[1:],
    ):
        page = post(tea, who=words, act="find")
        assert (page.status, page.chosen) == (200, []), words
        assert NOBODY in page.text, words


def test_found_is_found_for_an_hour_and_by_who_looked(tea):
    post(tea, who="Robin Teacup", act="find")
    other = tea.facilitator("Juniper", "Placeholder")
    with clock.at(NOW + timedelta(minutes=61)):
        assert post(tea, people=[tea.robin.uid], act="enrol").status == 422
    tea.tea = tea.group("Other", led_by=other)
    assert post(tea, other, people=[tea.robin.uid], act="enrol").status == 422
    assert rows(tea) == []


def test_more_than_five_at_once_are_proposed(tea):
    own = tea.group("Own", led_by=tea.lead)
    tea.series(own, datetime(2026, 12, 1, 9))
    tea.enrol(own, *(tea.client("Seat", f"Warmer {number}") for number in range(7)))
    page = post(tea, act="group", group=own.uid)
    assert len(page.chosen) == 7
    page = post(tea, people=page.chosen, act="enrol")
    assert [words for _name, words in page.said()] == ["is in"] * 5 + ["proposed: the desk looks at it"] * 2
    here = [row for row in rows(tea) if row.group_id == tea.tea.id]
    assert [row.is_proposal for row in here] == [False] * 5 + [True] * 2


def test_a_proposal_takes_no_seat_sends_nothing_and_opens_nothing(tea):
    row = proposed(tea)
    assert (row.state, row.is_proposal, row.proposed_by_id) == (EnrolmentState.REQUESTED, True, tea.lead.id)
    assert [date.taken for date in tea.dates] == [0, 0, 0]
    assert sent(tea) == []
    lead = tea.browser.as_(tea.lead)
    assert lead.get(f"/people/{tea.robin.uid}").status_code == 404
    assert "Robin" not in lead.get(f"/groups/{tea.tea.uid}/people").text
    assert "Asking to join" not in lead.get("/today").text
    assert queries.asking(identity_of(tea.lead)) == []
    proposed(tea)
    assert len(rows(tea)) == 1


@pytest.mark.parametrize("who", ["desk", "boss"])
def test_the_desk_and_supervisors_see_it_with_who_proposed_and_say_yes(tea, who):
    row = proposed(tea)
    browser = tea.browser.as_(getattr(tea, who))
    assert "Asking to join" in browser.get("/today").text
    page = browser.get(f"/groups/{tea.tea.uid}/people").text
    assert "Robin Teacup" in page and "Proposed by Ossian S., " in page
    browser.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"})
    [row] = rows(tea)
    assert (row.state, row.is_proposal, row.proposed_by_id) == (EnrolmentState.ACTIVE, False, tea.lead.id)
    assert [date.taken for date in tea.dates] == [1, 1, 1]
    assert len(sent(tea)) == 1
    assert "Robin Teacup" in tea.browser.as_(tea.lead).get(f"/groups/{tea.tea.uid}/people").text


def test_the_desk_says_no_and_nobody_hears_of_it(tea):
    row = proposed(tea)
    tea.browser.as_(tea.desk).post(f"/enrolments/{row.uid}/answer", data={"answer": "no"})
    [row] = rows(tea)
    assert (row.state, sent(tea)) == (EnrolmentState.LEFT, [])


def test_the_person_says_yes_on_their_week(tea):
    proposed(tea)
    robin = tea.browser.as_(tea.robin)
    for address in ("/my", f"/sessions/{tea.tea.uid}"):
        page = robin.get(address).text
        assert "Ossian thinks this may be for you." in page
        assert f'action="/sessions/{tea.tea.uid}/proposal"' in page
        assert "You asked to join" not in page
    assert robin.get(f"/sessions/{tea.tea.uid}/mine").status_code == 303
    answer = robin.post(f"/sessions/{tea.tea.uid}/proposal", data={"answer": "yes"})
    assert answer.location == f"/sessions/{tea.tea.uid}/mine"
    assert "Your seat is kept." in robin.get(answer.location).text
    assert [row.state for row in rows(tea)] == [EnrolmentState.ACTIVE]
    # A second press, and somebody for whom nothing was proposed, change nothing.
    robin.post(f"/sessions/{tea.tea.uid}/proposal", data={"answer": "no"})
    other = tea.client("Hazel", "Lampshade")
    tea.browser.as_(other).post(f"/sessions/{tea.tea.uid}/proposal", data={"answer": "yes"})
    assert [row.state for row in rows(tea)] == [EnrolmentState.ACTIVE]


@pytest.mark.parametrize("proposal", [True, False])
def test_nobody_is_enrolled_by_a_page_that_was_open_when_they_took_it_back(tea, proposal):
    """The desk looked at the list before the person said no: its answer comes too late."""
    if proposal:
        row, taken_back = proposed(tea), "proposal"
    else:
        tea.tea.access = "referral"
        db.session.commit()
        row, taken_back = tea.ask(tea.tea, tea.robin), "leave"
    robin, desk = tea.browser.as_(tea.robin), tea.browser.as_(tea.desk)
    robin.post(f"/sessions/{tea.tea.uid}/{taken_back}", data={"answer": "no"})
    before = sent(tea)
    page = desk.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"}, follow_redirects=True).text
    assert (
        "Robin Teacup is not asking any more: they took it back, or it was answered. Nothing has changed."
        in page
    )
    assert [one.state for one in rows(tea)] == [EnrolmentState.LEFT]
    assert ([date.taken for date in tea.dates], sent(tea)) == ([0, 0, 0], before)
    # It can still be undone, and is answered then.
    robin.post(f"/enrolments/{row.uid}/undo")
    desk.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"})
    assert [one.state for one in rows(tea)] == [EnrolmentState.ACTIVE]
    # Of two at the desk the later one reads what the first one did, and gives back no date the person gave up.
    page = desk.post(f"/enrolments/{row.uid}/answer", data={"answer": "no"}, follow_redirects=True).text
    assert "Somebody else said yes before: Robin Teacup is in, or waits." in page
    assert [one.state for one in rows(tea)] == [EnrolmentState.ACTIVE]


def test_a_proposal_says_for_what_it_is(tea):
    proposed(tea)
    robin, group = tea.browser.as_(tea.robin), f"/sessions/{tea.tea.uid}"
    for address, what in (
        ("/my", "Every date. Give back single ones any time."),
        (group, "Every Thursday until Thursday 10 December. 3 dates."),
    ):
        page = "".join(read_html(robin.get(address).text).itertext())
        assert what in " ".join(page.split()) and "Yes, every date" in page, address
    robin.post(f"{group}/proposal", data={"answer": "no"})
    post(tea, names="Robin Teacup", act="enrol", when=tea.dates[1].original_local)
    for address in ("/my", group):
        page = robin.get(address).text
        assert "Thu 3 Dec, 10:00</p>" in page and "Yes, this date" in page, address


def test_a_late_yes_takes_no_date_again_that_was_given_up(tea):
    tea.tea.access = "referral"
    db.session.commit()
    robin, desk = tea.browser.as_(tea.robin), tea.browser.as_(tea.desk)
    asked = {"what": "dates", "dates": [one.original_local for one in tea.dates[:2]]}
    robin.post(f"/sessions/{tea.tea.uid}/join", data=asked)
    [row] = rows(tea)
    desk.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"})
    robin.post(f"/occurrences/{tea.dates[0].uid}/cannot-come")
    desk.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"})
    rows(tea)
    assert [date.taken for date in tea.dates] == [0, 1, 0]


def test_the_person_says_no_thanks(tea):
    row = proposed(tea)
    robin = tea.browser.as_(tea.robin)
    page = robin.post(f"/sessions/{tea.tea.uid}/proposal", data={"answer": "no"}, follow_redirects=True).text
    assert "You are not in Tea. Nobody asks why." in page
    assert ([row.state for row in rows(tea)], sent(tea)) == ([EnrolmentState.LEFT], [])
    assert tea.browser.as_(tea.desk).get("/today").text.count("Asking to join") == 0
    # A slip of the thumb: for some minutes it is as if nothing had been said.
    assert "You said no thanks. Until 08:10 you can undo it." in page
    robin.post(f"/enrolments/{row.uid}/undo")
    assert "Ossian thinks this may be for you." in robin.get("/my").text


def test_a_request_of_ones_own_is_still_answered_by_who_leads(tea):
    tea.tea.access = "referral"
    db.session.commit()
    row = tea.ask(tea.tea, tea.robin)
    lead = tea.browser.as_(tea.lead)
    page = lead.get(f"/groups/{tea.tea.uid}/people").text
    assert "Robin T." in page and "Teacup" not in page and tea.robin.record_number not in page
    lead.post(f"/enrolments/{row.uid}/answer", data={"answer": "yes"})
    assert "Robin Teacup" in lead.get(f"/groups/{tea.tea.uid}/people").text


def test_a_proposal_that_ends_with_the_role_is_not_told(tea):
    proposed(tea)
    client_role_ended(tea.robin.id)
    db.session.commit()
    assert ([row.state for row in rows(tea)], sent(tea)) == ([EnrolmentState.LEFT], [])
