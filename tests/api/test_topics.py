"""Topics through the interface: what a group has, and what each date is about."""

from datetime import timedelta

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import add_topics, cancel_occurrence
from tests.conftest import identity_of
from tests.factories import ZONE, tomorrow_at


def test_a_group_says_its_topics_and_a_date_its_own(call, world):
    lead = world.facilitator()
    group = world.group("Skills", led_by=lead)
    first, *_rest = world.series(group, tomorrow_at(10), dates=3)
    sleep, help_ = add_topics(identity_of(lead), group, "Sleep: why it goes\nAsking for help")
    db.session.commit()
    said = {"id": sleep.uid, "name": "Sleep", "outline": "why it goes"}
    (shown,) = [one for one in call("GET", "/groups").json["items"] if one["id"] == group.uid]
    assert shown["topics"] == [said, {"id": help_.uid, "name": "Asking for help", "outline": ""}]
    assert call("GET", f"/groups/{group.uid}").json["topics"] == shown["topics"]
    assert call("GET", f"/occurrences/{first.uid}").json["topic"] == said
    cancel_occurrence(identity_of(lead), db.session.get_one(Occurrence, first.id), "Snow.")
    db.session.commit()
    dates = call("GET", f"/occurrences?group={group.uid}&to={clock.today(ZONE) + timedelta(days=20)}").json[
        "items"
    ]
    assert [one["topic"] and one["topic"]["name"] for one in dates][:2] == [None, "Sleep"]
