"""A program may look at a group before it is published: what its facilitators publish waits for a supervisor's yes."""

from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.access.identity import ApiToken, Scope
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.service import offer_group
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture
def draft(world, client):
    """A draft of Ossian's with a date, in a program that looks first."""
    with clock.at(NOW):
        world.lead, world.boss, world.admin_ = world.facilitator(), world.supervisor(), world.admin()
        world.draft = world.group("Tea", state="draft", led_by=world.lead)
        world.series(world.draft, datetime(2026, 12, 1, 9))
        world.browser = client
        yield world


def decide_first(world):
    browser = world.browser.as_(world.admin_)
    form = {"name": world.program.name, "region": "GB", "timezone": "America/New_York", "reviews_groups": "y"}
    answer = browser.post("/catalog/program", data={**form, "version": str(world.program.version)})
    assert answer.status_code == 303
    db.session.expire_all()


def publish(world, by):
    return world.browser.as_(by).post(f"/groups/{world.draft.uid}/publish", follow_redirects=True).text


def state(world):
    db.session.expire_all()
    group = db.session.scalars(select(Group).where(Group.id == world.draft.id)).one()
    return (group.state, group.waits_for_yes, group.sent_back)


def test_of_itself_nothing_waits(draft):
    publish(draft, draft.lead)
    assert state(draft) == ("published", False, "")


def test_what_a_facilitator_publishes_waits_and_a_supervisor_says_yes(draft):
    decide_first(draft)
    asks = draft.browser.as_(draft.lead)
    assert "Ask for a yes" in asks.get(f"/groups/{draft.draft.uid}").text
    form = asks.get(f"/groups/{draft.draft.uid}/edit").text
    assert '<span id="publish-words">Ask for a yes</span>' in form
    page = publish(draft, draft.lead)
    assert page.count("It waits for a supervisor’s yes.") == 1 and "Waits for a yes" in page
    assert f'action="/groups/{draft.draft.uid}/publish"' not in page
    assert state(draft) == ("draft", True, "")
    publish(draft, draft.lead)
    assert draft.browser.get(f"/sessions/{draft.draft.uid}").status_code == 404
    today = draft.browser.as_(draft.boss).get("/today").text
    assert "Waits for a yes" in today and f'href="/groups/{draft.draft.uid}"' in today
    assert "Waits for a yes" not in draft.browser.as_(draft.lead).get("/today").text
    publish(draft, draft.boss)
    assert state(draft) == ("published", False, "")
    assert "Waits for a yes" not in draft.browser.get("/today").text


def test_it_is_sent_back_with_a_word_that_who_leads_it_reads(draft):
    decide_first(draft)
    publish(draft, draft.lead)
    address = f"/groups/{draft.draft.uid}/send-back"
    assert draft.browser.as_(draft.lead).post(address, data={"words": "no"}).status_code == 404
    boss = draft.browser.as_(draft.boss)
    assert (
        "Please say what is missing." in boss.post(address, data={"words": " "}, follow_redirects=True).text
    )
    assert state(draft)[1]
    boss.post(address, data={"words": "Which room?"})
    assert state(draft) == ("draft", False, "Which room?")
    lead = draft.browser.as_(draft.lead)
    assert "Sent back: Which room?" in lead.get(f"/groups/{draft.draft.uid}").text
    assert "Which room?" in lead.get("/today").text
    publish(draft, draft.lead)
    assert state(draft) == ("draft", True, "")


def test_supervisors_and_tokens_publish_at_once(draft):
    decide_first(draft)
    token = ApiToken(program_id=draft.program.id, token_id=1, scopes=frozenset({Scope.SCHEDULE}))
    for number, identity in enumerate((identity_of(draft.boss), token)):
        group = draft.group(f"Group {number}", state="draft", led_by=draft.lead)
        draft.series(group, datetime(2026, 12, 1, 9 + 2 * number))
        assert offer_group(identity, group).published
