"""Deleting a draft: what was never offered can go, and nothing else."""

import pytest
from sqlalchemy import func, select

from groupsched.catalog.models import Facilitator, Group
from groupsched.catalog.service import publish_group, retire_group
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series


@pytest.fixture
def draft(world):
    world.lead = world.facilitator()
    world.draft = world.group("Not yet", state="draft", led_by=world.lead)
    return world


def counts():
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(table))
        for table in (Group, Series, Occurrence, Facilitator)
    ]


def test_a_draft_with_its_dates_is_asked_for_once_and_gone(draft, client):
    draft.soon(draft.draft, in_minutes=60, dates=3)
    draft.group("Faith", orientation="faith", secular_pair=draft.draft)
    browser, address = client.as_(draft.lead), f"/groups/{draft.draft.uid}/delete"
    assert f'href="{address}"' in browser.get(f"/groups/{draft.draft.uid}").text
    assert "It cannot be brought back." in browser.get(address).text
    assert counts()[0] == 2
    answer = browser.post(address, follow_redirects=True)
    assert "“Not yet” is deleted." in answer.text
    assert counts() == [1, 0, 0, 1]
    assert browser.get(f"/groups/{draft.draft.uid}").status_code == 404


def test_asking_costs_few_statements(draft, client, statements):
    draft.soon(draft.draft, in_minutes=60, dates=30)
    browser, address = client.as_(draft.lead), f"/groups/{draft.draft.uid}/delete"
    db.session.close()
    before = len(statements())
    assert browser.get(address).status_code == 200
    assert len(statements()) - before <= 12


def test_a_deleted_draft_is_in_the_audit_without_its_row(draft, client):
    client.as_(draft.lead).post(f"/groups/{draft.draft.uid}/delete")
    assert "deleted a draft" in client.as_(draft.supervisor()).get("/audit").text


def test_dates_of_a_draft_that_have_passed_go_with_it(draft, client):
    draft.soon(draft.draft, in_minutes=-300, minutes=30)
    assert client.as_(draft.lead).post(f"/groups/{draft.draft.uid}/delete").status_code == 303
    assert counts() == [0, 0, 0, 0]


def test_what_was_offered_once_stays(draft, client):
    group = draft.group("Tea", led_by=draft.lead)
    browser = client.as_(draft.lead)
    assert browser.post(f"/groups/{group.uid}/delete").status_code == 409
    retire_group(draft.system, group)
    db.session.commit()
    assert browser.get(f"/groups/{group.uid}/delete").status_code == 409
    assert "/delete" not in browser.get(f"/groups/{group.uid}").text


def test_a_draft_that_was_put_away_can_be_deleted_too(draft, client):
    retire_group(draft.system, draft.draft)
    db.session.commit()
    assert client.as_(draft.lead).post(f"/groups/{draft.draft.uid}/delete").status_code == 303


def test_who_may_not_change_a_draft_does_not_delete_it(draft, client):
    for person in (draft.facilitator("Juniper"), draft.front_desk(), draft.client()):
        assert client.as_(person).post(f"/groups/{draft.draft.uid}/delete").status_code == 404
    publish_group(draft.system, draft.draft)
    db.session.rollback()
    assert counts()[0] == 1
