"""On a person's page: what they said of sessions, for those alone with whom they shared it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.care import service
from groupsched.care.rules import CareRole
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.questionnaires.rules import Audience, Given
from groupsched.questionnaires.service import share
from tests.conftest import identity_of
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite
SECTION = "How sessions were"


class House:
    """Robin was at two dates; Cora counsels them, Pia is their peer, Ivy supervises and is on no team."""

    def __init__(self, world):
        self.robin, self.ivy = world.client(), world.supervisor("Ivy")
        self.cora, self.pia = world.facilitator("Cora", "Counsel"), world.facilitator("Pia", "Peer")
        world.care_for(self.robin, self.cora)
        world.care_for(self.robin, self.pia, CareRole.PEER)
        self.dates = {}
        for title in ("Only mine", "For Cora"):
            group = world.group(title)
            self.dates[title] = world.soon(group, in_minutes=-200)
            world.enrol(group, self.robin, at=clock.now() - timedelta(days=2))

    def say(self, title, audience):
        by = identity_of(self.robin)
        row = service.reflect(by, self.dates[title], {"again": Given("would_not")}, audience)
        db.session.commit()
        return row.response

    def page(self, client, person):
        return client.as_(person).get(f"/people/{self.robin.uid}").text


@kept
def house(world):
    return House(world)


def test_each_reads_what_was_shared_with_them_and_nothing_else(house, client):
    house.say("Only mine", Audience.ONLY_ME)
    house.say("For Cora", Audience.MY_COUNSELOR)
    section = house.page(client, house.cora).split(SECTION)[1].split("</section>")[0]
    assert "For Cora" in section
    assert "Only mine" not in section
    assert "would" not in section, "what it says is read on its own page"
    for other in (house.pia, house.ivy):
        assert SECTION not in house.page(client, other)


def test_what_is_not_shared_any_more_is_not_there(house, client):
    said = house.say("For Cora", Audience.MY_COUNSELOR)
    assert SECTION in house.page(client, house.cora)
    share(identity_of(house.robin), said, Audience.ONLY_ME)
    db.session.commit()
    assert SECTION not in house.page(client, house.cora)


def test_reading_one_is_written_down(house, client):
    said = house.say("For Cora", Audience.MY_COUNSELOR)
    assert f"/forms/{said.uid}" in house.page(client, house.cora)
    reads = select(AuditRow.id).where(AuditRow.word == AuditAction.RESPONSE_READ.value)
    assert db.session.scalar(reads) is None
    assert client.as_(house.cora).get(f"/forms/{said.uid}").status_code == 200
    assert db.session.scalar(reads) is not None
