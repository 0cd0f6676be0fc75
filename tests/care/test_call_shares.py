"""An answer goes along with a call where its person ticks it, to who was told of the call, until it is over."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.care import queries, service
from groupsched.care.models import CallRequest
from groupsched.care.rules import Turn
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.questionnaires import queries as forms
from groupsched.questionnaires import service as writing
from groupsched.questionnaires.rules import Given
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite
NOW = datetime(2026, 11, 25, 20, 59, tzinfo=UTC)  # a Wednesday
SAID = "I would rather tell a person"


@kept(at=NOW, still=True)
def house(world):
    robin, pike, ivy = world.client(), world.facilitator("Pike", "Mockridge"), world.supervisor("Ivy")
    talk = {row.key: row for row in forms.questionnaires(world.program.id)}["first-talk"]
    writing.publish_draft(identity_of(ivy), talk)
    service.set_duty(identity_of(ivy), world.site, [Turn(pike.id, 2, 0, 1439)])
    row = writing.begin(identity_of(robin), robin, forms.newest_by_id(talk.id))
    for key, value in (("safety", "tell_a_person"), ("brings", "A long week")):
        writing.save_answer(identity_of(robin), row, row.published.form.item(key), Given(value))
    db.session.commit()
    return {
        "robin": robin, "pike": pike, "ivy": ivy, "row": row, "fern": world.facilitator("Fern", "Placeholder"),
        "finch": world.client("Finch", "Teacup"),
    }  # fmt: skip


def asks(house, *items):
    row = service.ask_for_call(identity_of(house["robin"]), "202 555 0111", house["row"], items)
    db.session.commit()
    return row


def test_the_page_offers_to_send_along_the_answer_that_was_urgent_and_no_other(house, client):
    robin, address = client.as_(house["robin"]), f"/forms/{house['row'].uid}"
    part = next(
        item.key for item in house["row"].published.form.items
        if item.type == "heading" and 'id="a-safety"' in robin.get(f"{address}/{item.key}").text
    )  # fmt: skip
    page = robin.get(f"{address}/{part}").text
    assert re.findall(r'name="share" value="(\w+)"', page) == ["safety"]
    assert not re.search(r'name="share"[^>]*checked', page), "nothing goes along unless it is ticked"
    sent = {"phone": "202 555 0111", "response": house["row"].uid, "share": "safety"}
    own = robin.post("/my/call", data=sent, follow_redirects=True).text
    assert "who was told of it can read what you answered to" in own
    call = db.session.scalars(select(CallRequest)).one()
    page = client.as_(house["pike"]).get(f"/calls-now/{call.uid}").text
    assert SAID in page
    assert "A long week" not in page
    read = db.session.scalars(select(AuditRow.actor_id).where(AuditRow.word == "response.read")).all()
    assert read == [house["pike"].id]


def test_without_the_tick_nothing_goes_along(house, client):
    sent = {"phone": "202 555 0111", "response": house["row"].uid}
    client.as_(house["robin"]).post("/my/call", data=sent)
    call = db.session.scalars(select(CallRequest)).one()
    assert call.response_id is None
    assert SAID not in client.as_(house["pike"]).get(f"/calls-now/{call.uid}").text


def test_what_is_not_urgent_never_goes_along(house):
    assert asks(house, "brings", "safety", "nothing").shared_items == ["safety"]


def test_who_was_not_told_reads_nothing_and_the_form_itself_stays_shut(house, client):
    call = asks(house, "safety")
    assert client.as_(house["fern"]).get(f"/calls-now/{call.uid}").status_code == 404
    assert client.as_(house["pike"]).get(f"/forms/{house['row'].uid}").status_code == 404


@pytest.mark.parametrize("ends", ["finish", "withdraw"])
def test_when_the_call_is_over_nobody_reads_it_any_more(house, client, ends):
    call = asks(house, "safety")
    if ends == "finish":
        service.take_call(identity_of(house["pike"]), call)
        service.finish_call(identity_of(house["pike"]), call, reached=True)
    else:
        service.withdraw_call(identity_of(house["robin"]), call)
    db.session.commit()
    assert queries.shared_answers(call) == []
    assert SAID not in client.as_(house["pike"]).get(f"/calls-now/{call.uid}").text


def test_an_answer_that_was_taken_back_or_forgotten_is_read_no_more(house):
    call = asks(house, "safety")
    item = house["row"].published.form.item("safety")
    writing.save_answer(identity_of(house["robin"]), house["row"], item, Given())
    assert queries.shared_answers(call) == []


def test_nobody_sends_along_what_somebody_else_said(house, client):
    finch = client.as_(house["finch"])
    sent = {"phone": "202 555 0111", "response": house["row"].uid, "share": "safety"}
    assert finch.post("/my/call", data=sent).status_code == 404
    with pytest.raises(NotFound):
        service.ask_for_call(identity_of(house["finch"]), "202 555 0111", house["row"], ["safety"])


def test_a_form_that_is_thrown_away_goes_along_with_the_call_no_more(house):
    call = asks(house, "safety")
    assert call.response_id is not None
    writing.throw_away(identity_of(house["robin"]), house["row"])
    db.session.commit()
    db.session.expire_all()
    assert (call.response_id, call.shared_items, call.waits) == (None, [], True)
