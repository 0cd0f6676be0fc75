"""What is asked with a request for a seat: said once, read where the request is answered, by nobody else."""

import re
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import func, select

from groupsched.audit.models import AuditRow
from groupsched.catalog.service import ask_with_request
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.rules import EnrolmentState
from groupsched.questionnaires import queries as forms
from groupsched.questionnaires import service as writing
from groupsched.questionnaires.models import QuestionnaireResponse
from groupsched.questionnaires.rules import (
    Comparison,
    Condition,
    Form,
    FormKind,
    Given,
    HelpKind,
    Item,
    ItemType,
    Option,
    ReadWhen,
    Urgent,
)
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

WHY = Item("why", ItemType.LONG_TEXT, {"en": "What would you like to learn?"})
HOW = Item(
    "how", ItemType.CHOICE, {"en": "How are you?"},
    options=(Option("well", {"en": "Well"}), Option("badly", {"en": "Badly"})),
    urgent_when=Urgent(Comparison.ANY_OF, ("badly",), HelpKind.MOOD),
)  # fmt: skip
MORE = Item(
    "more", ItemType.TEXT, {"en": "What helps?"}, shown_when=(Condition("how", Comparison.EQUALS, "well"),)
)
FORM = Form(
    FormKind.REFERRAL, {"en": "Before you ask"}, items=(WHY, HOW, MORE), read_when=ReadWhen.TWO_WORKING_DAYS
)


NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    lead, ivy = world.facilitator("Ossian", "Leader"), world.supervisor("Ivy")
    group = world.group("CBT skills", access="referral", led_by=lead)
    world.series(group, datetime(2026, 11, 27, 10), dates=3)
    row = writing.add_questionnaire(identity_of(ivy), FORM)
    writing.publish_draft(identity_of(ivy), row)
    ask_with_request(identity_of(ivy), group, row)
    db.session.commit()
    return {
        "group": group, "row": row, "lead": lead, "ivy": ivy, "robin": world.client(), "finch": world.client("Finch", "Teacup"),
        "other": world.facilitator("Wisp", "Elsewhere"), "desk": world.front_desk(),
    }  # fmt: skip


def page_of(house):
    return f"/sessions/{house['group'].uid}"


def ask(browser, house, **said):
    """Ask for a seat with what the page asks, as a phone would."""
    page = said.pop("page", None) or browser.get(page_of(house)).text
    asked = re.findall(r'name="asked" value="(\w+)"', page)
    helped = re.search(r'name="helped" value="([^"]*)"', page)[1]
    date = re.search(r'name="date"[^>]*value="([^"]*)"', page)[1]
    answers = {f"a-{key}": value for key, value in said.items()}
    sent = {"what": "whole", "date": date, "asked": asked, "helped": helped, **answers}
    return browser.post(f"{page_of(house)}/join", data=sent)


def requests():
    db.session.expire_all()
    return list(db.session.scalars(select(Enrolment).order_by(Enrolment.id)))


def responses():
    return db.session.scalar(select(func.count()).select_from(QuestionnaireResponse))


def test_the_page_says_who_reads_it_and_when_before_the_question(house, client):
    page = client.as_(house["robin"]).get(page_of(house)).text
    assert "Before you ask" in page
    assert "What would you like to learn?" in page
    assert "Who answers you reads it: Ossian, the front desk or a supervisor." in page
    assert "Read within two working days." in page
    assert "What helps?" not in page, "it follows from an answer"


def test_what_is_said_goes_with_the_request_and_stands_where_it_is_answered(house, client):
    robin = client.as_(house["robin"])
    assert ask(robin, house, why="The hour before it gets hard").status_code == 303
    (one,) = requests()
    assert one.state == EnrolmentState.REQUESTED
    assert one.response.answers == {"why": Given("The hour before it gets hard")}
    assert f"/forms/{one.response.uid}" in robin.get(f"{page_of(house)}/mine").text
    roster = f"/groups/{house['group'].uid}/people"
    for who in ("lead", "ivy", "desk"):
        assert "The hour before it gets hard" in client.as_(house[who]).get(roster).text
    read = db.session.scalars(
        select(AuditRow).where(AuditRow.word == "response.read").order_by(AuditRow.id)
    ).all()
    assert [row.actor_id for row in read] == [house[who].id for who in ("lead", "ivy", "desk")]
    client.as_(house["lead"]).post(f"/enrolments/{one.uid}/answer", data={"answer": "yes"})
    assert "The hour before it gets hard" not in client.as_(house["lead"]).get(roster).text, (
        "answered, it is read no more"
    )


def test_it_stands_on_the_page_on_which_it_is_answered_with_another_idea(house, client):
    ask(client.as_(house["robin"]), house, why="The hour before it gets hard")
    (one,) = requests()
    for who in ("lead", "ivy", "desk"):
        page = client.as_(house[who]).get(f"/enrolments/{one.uid}/answer").text
        assert "What would you like to learn?" in page and "The hour before it gets hard" in page
    read = select(AuditRow.actor_id).where(AuditRow.word == "response.read").order_by(AuditRow.id)
    assert list(db.session.scalars(read)) == [house[who].id for who in ("lead", "ivy", "desk")]
    assert client.as_(house["other"]).get(f"/enrolments/{one.uid}/answer").status_code == 404


def test_nobody_but_who_answers_reads_it(house, client):
    ask(client.as_(house["robin"]), house, why="A private word")
    (one,) = requests()
    for who in ("lead", "ivy", "desk", "other", "finch"):
        assert client.as_(house[who]).get(f"/forms/{one.response.uid}").status_code == 404
    assert "A private word" in client.as_(house["robin"]).get(f"/forms/{one.response.uid}").text
    assert (
        "Who answers my request reads it there."
        in client.as_(house["robin"]).get(f"/forms/{one.response.uid}").text
    )
    assert client.as_(house["other"]).get(f"/groups/{house['group'].uid}/people").status_code == 404


def test_nobody_has_to_answer(house, client):
    assert ask(client.as_(house["robin"]), house).status_code == 303
    (one,) = requests()
    assert (one.state, one.response_id, responses()) == (EnrolmentState.REQUESTED, None, 0)


def test_an_urgent_answer_shows_help_before_anybody_is_asked(house, client):
    robin = client.as_(house["robin"])
    again = ask(robin, house, how="badly")
    assert again.status_code == 200
    assert "You can have help right now" in again.text
    assert "Your answers are kept." not in again.text
    assert requests() == []
    assert ask(robin, house, page=again.text, how="badly").status_code == 303
    assert requests()[0].response.answers == {"how": Given("badly")}


def test_a_question_that_follows_from_an_answer_is_asked_first(house, client):
    robin = client.as_(house["robin"])
    again = ask(robin, house, how="well")
    assert "One more question follows from your answer." in again.text
    assert requests() == []
    ask(robin, house, page=again.text, how="well", more="Walking")
    assert requests()[0].response.answers == {"how": Given("well"), "more": Given("Walking")}


def test_what_is_no_answer_is_said_beside_it_and_the_rest_stays_written(house, client):
    again = ask(client.as_(house["robin"]), house, how="perhaps", why="A long week")
    assert "This is no answer to the question." in again.text
    assert "A long week" in again.text
    assert requests() == []


def test_a_group_that_asks_nobody_first_asks_no_question(house, client, world):
    group = world.group("Tea", access="enrol")
    world.series(group, datetime(2026, 11, 28, 10), dates=2)
    ask_with_request(identity_of(house["ivy"]), group, house["row"])
    db.session.commit()
    robin = client.as_(house["robin"])
    assert "Before you ask" not in robin.get(f"/sessions/{group.uid}").text
    robin.post(
        f"/sessions/{group.uid}/join",
        data={"what": "whole", "asked": ["why", "how"], "a-why": "Hello", "helped": ""},
    )
    (one,) = requests()
    assert (one.state, one.response_id, responses()) == (EnrolmentState.ACTIVE, None, 0)


def test_it_is_chosen_for_a_group_by_who_leads_it_and_of_the_questions_asked_now(house, client, world):
    where = f"/groups/{house['group'].uid}/question"
    lead = client.as_(house["lead"])
    assert "Asked with a request" in lead.get(f"/groups/{house['group'].uid}/people").text
    lead.post(where, data={"question": ""})
    assert "What would you like to learn?" not in client.as_(house["robin"]).get(page_of(house)).text
    lead.post(where, data={"question": house["row"].uid})
    assert "What would you like to learn?" in client.as_(house["robin"]).get(page_of(house)).text
    for who in ("other", "desk", "robin"):
        assert client.as_(house[who]).post(where, data={"question": ""}).status_code in (403, 404)
    check = writing.add_questionnaire(
        identity_of(house["ivy"]), replace(FORM, kind=FormKind.CHECK_IN, read_when=ReadWhen.NOT_READ)
    )
    writing.publish_draft(identity_of(house["ivy"]), check)
    with pytest.raises(DomainError):
        ask_with_request(identity_of(house["lead"]), house["group"], check)
    with pytest.raises(NotFound):
        ask_with_request(identity_of(house["other"]), house["group"], None)


def test_a_question_that_is_asked_no_longer_is_not_asked_here_either(house, client):
    writing.retire_questionnaire(identity_of(house["ivy"]), house["row"])
    db.session.commit()
    page = client.as_(house["robin"]).get(page_of(house)).text
    assert "What would you like to learn?" not in page
    assert "Ask" in page


def test_it_is_no_form_to_begin_and_is_said_once(house, client):
    robin = client.as_(house["robin"])
    assert "Before you ask" not in robin.get("/my/forms").text
    assert robin.post(f"/my/forms/{house['row'].uid}/begin").status_code == 404
    ask(robin, house, why="Once")
    (one,) = requests()
    mine = identity_of(house["robin"])
    version = forms.newest_by_id(house["row"].id)
    service.say_with_request(mine, one, version, {"why": Given("Twice")})
    assert one.response.answers == {"why": Given("Once")}
    with pytest.raises(Conflict):
        writing.amend(mine, one.response)
    with pytest.raises(NotFound):
        service.say_with_request(
            identity_of(house["finch"]), one, version, {"why": Given("For somebody else")}
        )
