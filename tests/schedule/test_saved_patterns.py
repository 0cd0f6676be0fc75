"""A program's own templates: a group saved as one fills the form of a new one, without its people."""

import re
from datetime import timedelta

from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, SavedPattern
from groupsched.schedule.queries import curriculum_of, topics_of
from groupsched.schedule.rules import TopicOrder
from groupsched.schedule.service import add_topics, order_topics
from tests.conftest import identity_of
from tests.factories import ZONE, tomorrow_at
from tests.schedule.test_scopes import sent


def test_a_group_becomes_a_template_and_a_template_another_group(world, client):
    lead = world.facilitator()
    group = world.group("Tea and talk", led_by=lead, description="A kettle and a circle.", capacity=7)
    world.series(group, tomorrow_at(18, 30) + timedelta(days=1), dates=5, minutes=45)
    add_topics(identity_of(lead), group, "Grounding: Feet on the floor.\nBreath")
    order_topics(identity_of(lead), group, TopicOrder.FIXED, clock.today(ZONE))
    db.session.commit()
    browser = client.as_(lead)
    page = f"/groups/{group.uid}/save-as-template"
    assert 'value="Tea and talk"' in browser.get(page).text
    refused = browser.post(page, data={"name": " "})
    assert refused.status_code == 422 and "Please fill this in." in refused.text
    done = browser.post(page, data={"name": "Evening circle"}, follow_redirects=True).text
    assert "Evening circle" in done and "Your templates" in done
    saved = db.session.query(SavedPattern).one()
    assert not {"lead", "others", "named_person"} & saved.said.keys()
    form = browser.get(f"/groups/new?saved={saved.uid}").text
    for said in ("Tea and talk", "A kettle and a circle.", 'value="7"', "18:30", "19:15", 'value="5"'):
        assert said in form, said
    assert db.session.query(Group).count() == 1, "nothing is made before it is saved"
    assert "From the template “Evening circle”. Its 2 topics come with it." in " ".join(form.split())
    [address] = re.findall(r'action="([^"]*saved=[^"]*)"', form)
    sent_form = sent(form) | {"title": "Second", "lead": lead.uid, "act": "draft"}
    made = browser.post(address.replace("&amp;", "&"), data=sent_form)
    assert made.status_code == 303
    second = db.session.scalars(select(Group).where(Group.plain_title == "Second")).one()
    assert [(one.name, one.outline) for one in topics_of(second)] == [
        ("Grounding", "Feet on the floor."),
        ("Breath", ""),
    ]
    first, *_rest = db.session.scalars(
        select(Occurrence).where(Occurrence.group_id == second.id).order_by(Occurrence.start)
    )
    assert first.topic.name == "Grounding" and curriculum_of(second).mode is TopicOrder.FIXED

    pike = client.as_(world.facilitator("Pike", "Mockridge"))
    assert "Evening circle" in pike.get("/groups/new").text
    assert pike.get(f"/groups/templates/{saved.uid}").status_code == 404, "whose it is not cannot rename it"
    assert pike.post(f"/groups/templates/{saved.uid}/remove").status_code == 404
    other = world.another_program().facilitator("Elsewhere", "Person")
    assert "Evening circle" not in client.as_(other).get("/groups/new").text
    assert client.as_(other).get(f"/groups/new?saved={saved.uid}").status_code == 404
    browser = client.as_(lead)
    assert browser.post(f"/groups/templates/{saved.uid}", data={"name": "Late circle"}).status_code == 303
    assert "Late circle" in browser.get("/groups/new").text
    browser.post(f"/groups/templates/{saved.uid}/remove", follow_redirects=True)
    assert "Late circle" not in browser.get("/groups/new").text
    acts = select(AuditRow.word).where(AuditRow.object_uid == saved.uid).order_by(AuditRow.id)
    assert list(db.session.scalars(acts)) == ["template.renamed", "template.removed"]
    read = client.as_(world.admin()).get("/audit").text
    for done in ("renamed", "took out"):
        assert f'{done} the template <span class="strong">Late circle' in read
