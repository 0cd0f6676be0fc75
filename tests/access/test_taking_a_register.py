"""A facilitator who led nothing made a group, searched 286 pairs of letters, enrolled all 28 clients in one POST and opened
all their contacts; 28 mails went out. The same again, in every way there is: he learns nothing and enrols nobody."""

import re
from datetime import datetime

import pytest
from sqlalchemy import func, select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentState
from groupsched.enrolment.service import leave
from groupsched.outbox.models import Message

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
NAMES = [("Yuri", "Calder"), ("Xenia", "Marlow"), ("Umber", "Quillfeather"), ("Vesper", "Oakapple"), ("Zinnia", "Thistledown"), ("Ione", "Brackenridge")]  # fmt: skip
SECRET = re.compile(
    "Yuri|Calder|Xenia|Marlow|Umber|Quillfeather|Vesper|Oakapple|Zinnia|Thistledown|Ione|Brackenridge|555-01|@example"
)


@pytest.fixture
def register(world, client):
    """Six clients with contacts in a group of somebody else's, and a facilitator who made a group a minute ago."""
    with clock.at(NOW):
        world.mallory = world.facilitator("Mallory", "Stranger")
        world.people = [
            world.client(*name, email=f"{name[0].lower()}@example.org", phone=f"555-01{number:02}")
            for number, name in enumerate(NAMES)
        ]
        world.tea = world.group("Tea")
        world.series(world.tea, datetime(2026, 11, 27, 10))
        world.enrol(world.tea, *world.people)
        world.trap = world.group("Trap", led_by=world.mallory)
        world.trap_date = world.soon(world.trap)
        world.series(world.trap, datetime(2026, 11, 28, 10))
        world.mails = mails()
        world.browser = client.as_(world.mallory)
        yield world


def mails():
    return db.session.scalar(select(func.count()).select_from(Message))


def learns_nothing(world, *pages):
    """No name, number or mail address of anybody stands on these pages, nor on any that he can open then; nobody is in his
    group, and nobody was written to."""
    browser = world.browser
    later = [
        browser.get(path)
        for path in (
            "/today", "/people", "/groups", f"/groups/{world.trap.uid}", f"/groups/{world.trap.uid}/people",
            f"/groups/{world.trap.uid}/enrol", f"/sheet/{world.trap_date.uid}", f"/sheet/{world.trap_date.uid}/paper",
            *(f"/people/{one.uid}" for one in world.people),
        )
    ]  # fmt: skip
    for answer in (*pages, *later):
        assert not SECRET.search(answer.text), SECRET.search(answer.text)
    db.session.expire_all()
    rows = db.session.scalars(select(Enrolment).where(Enrolment.group_id == world.trap.id)).all()
    assert {row.state for row in rows} <= {EnrolmentState.REQUESTED}
    assert all(row.is_proposal for row in rows)
    assert mails() == world.mails
    assert db.session.get(Group, world.trap.id).title == "Trap"


def enrol_page(world, **data):
    return world.browser.post(f"/groups/{world.trap.uid}/enrol", data=data)


def test_by_letters(register):
    pairs = [a + b for a in "uvxyzi" for b in "aeiour"]
    pages = [enrol_page(register, letters=pair) for pair in pairs]
    pages += [register.browser.post("/people", data={"q": pair}) for pair in pairs]
    pages += [enrol_page(register, letters="y", people=[one.uid for one in register.people], act="enrol")]
    assert pages[-1].status_code == 422
    learns_nothing(register, *pages)


def seen(answer):
    """A page without what is new on each: whether a line hit somebody must not show in the rest."""
    page = answer.text[answer.text.index("<main") :]
    return answer.status_code, re.sub(r'value="[\w.\-=]{20,}"', "", page)


def test_by_a_pasted_list_of_which_hits_read_like_misses(register):
    hits = "\n".join(
        [*(one.name for one in register.people[:4]), *(p.record_number for p in register.people[4:])]
    )
    misses = "\n".join(f"Nobody Known{number}" for number in range(6))
    looked = [enrol_page(register, names=names, act="names") for names in (hits, misses)]
    sent = [enrol_page(register, names=names, act="enrol") for names in (hits, misses)]
    again = enrol_page(register, names=hits, act="enrol")
    assert seen(sent[0]) == seen(sent[1]) == seen(again)
    assert "The desk looks at the rest of the list." in sent[0].text
    # What he wrote himself stands in his own field until it is sent.
    assert "Yuri Calder" in looked[0].text and "Yuri C." not in looked[0].text
    assert re.sub(r"(?s)<textarea.*?</textarea>", "", seen(looked[0])[1]) == re.sub(
        r"(?s)<textarea.*?</textarea>", "", seen(looked[1])[1]
    )
    assert len(db.session.scalars(select(Enrolment).where(Enrolment.is_proposal)).all()) == 6
    learns_nothing(register, *sent, again)


def test_by_everyone_of_a_group(register):
    pages = [enrol_page(register, act="group", group=register.tea.uid)]
    assert pages[0].status_code == 404
    uids = [one.uid for one in register.people]
    pages += [
        enrol_page(register, people=uids, act="enrol"),
        register.browser.get(f"/groups/{register.tea.uid}/people"),
    ]
    pages += [
        register.browser.post(f"/people/{uid}/groups", data={"group": register.trap.uid}) for uid in uids
    ]
    assert {answer.status_code for answer in pages[1:]} == {404, 422}
    learns_nothing(register, *pages)


def test_by_the_interface_with_the_session_of_a_member(register):
    trap, yuri = register.trap.uid, register.people[0].uid
    pages = [
        register.browser.get("/api/v1/people?q=yu"),
        register.browser.get(f"/api/v1/people/{yuri}"),
        register.browser.post(f"/api/v1/groups/{trap}/enrolments", json={"person_id": yuri, "mode": "whole"}),
    ]
    assert {answer.status_code for answer in pages} == {401}
    learns_nothing(register, *pages)


def test_at_the_door(register):
    door = f"/sheet/{register.trap_date.uid}/walk-in"
    pages = [register.browser.post(f"{door}/find", data={"q": a + b}) for a in "uvxyzi" for b in "aeiour"]
    pages += [register.browser.get(f"{door}?q=yuri")]
    added = [
        register.browser.post(door, data={"person": one.uid, "op": f"x{one.id}"}) for one in register.people
    ]
    assert {answer.status_code for answer in added} == {404}
    learns_nothing(register, *pages, *added)


def test_by_a_proposal_to_a_group_of_his_own_to_which_he_then_says_yes_himself(register):
    enrol_page(register, names="Yuri Calder", act="enrol")
    [proposal] = db.session.scalars(select(Enrolment).where(Enrolment.is_proposal))
    yuri, uid = register.people[0], proposal.uid
    assert proposal.proposed_by_id == register.mallory.id
    pages = [
        register.browser.post(f"/enrolments/{uid}/answer", data={"answer": "yes"}),
        register.browser.get(f"/enrolments/{uid}/remove"),
        register.browser.post(f"/enrolments/{uid}/remove"),
        register.browser.post(f"/people/{yuri.uid}/groups", data={"group": register.trap.uid}),
        enrol_page(register, people=[yuri.uid], act="enrol"),
    ]
    assert [answer.status_code for answer in pages] == [404, 404, 404, 404, 422]
    learns_nothing(register, *pages)
    # Nor when the desk said no: what was declined makes nobody known.
    register.browser.as_(register.front_desk()).post(f"/enrolments/{uid}/answer", data={"answer": "no"})
    register.browser = register.browser.as_(register.mallory)
    assert enrol_page(register, people=[yuri.uid], act="enrol").status_code == 422
    db.session.expire_all()
    assert (proposal.state, mails()) == (EnrolmentState.LEFT, register.mails)
    assert not SECRET.search(register.browser.get(f"/groups/{register.trap.uid}/people").text)


def test_whoever_has_left_his_group_can_be_enrolled_again_and_is_no_open_book(register):
    yuri = register.people[0]
    [row] = register.enrol(register.trap, yuri)
    leave(register.system, row)
    db.session.commit()
    page = register.browser.get(f"/groups/{register.trap.uid}/enrol").text
    assert "Yuri C." in page and "Calder" not in page
    assert register.browser.get(f"/people/{yuri.uid}").status_code == 404
