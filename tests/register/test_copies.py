"""A copy to take away: a client's own with their word on their guests, and a guest's of what is kept of them."""

import json

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment.rules import GuestRelation
from groupsched.enrolment.service import GuestWish, ask_for_guest, confirm_guest, into_own_week
from groupsched.schedule.queries import coming
from tests.conftest import identity_of
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite


class House:
    """Robin brings Ana to the first date of a family evening; another client brings somebody too."""

    def __init__(self, world):
        self.robin, self.kim = world.client(email="robin@example.org"), world.client("Kim", "Notatall")
        self.ivy, self.desk = world.supervisor("Ivy"), world.front_desk()
        self.group = world.group("Family evening")
        world.guests(self.group)
        self.dates = world.series(self.group, tomorrow_at(18), dates=2)
        world.enrol(self.group, self.robin, self.kim)
        self.ana = self.brings(self.robin, "Ana")
        self.brings(self.kim, "Otto")
        self.meeting = world.listing()

    def brings(self, host, name):
        wish = GuestWish(name, GuestRelation.FRIEND, self.dates[:1], word=True, adult=True)
        guest = ask_for_guest(identity_of(host), self.group, host, wish)
        confirm_guest(identity_of(self.ivy), guest, asked_alone=True, agreed=True)
        db.session.commit()
        return guest.person


@kept
def house(world):
    return House(world)


def test_a_client_takes_away_what_is_kept_with_the_name_group_and_dates_of_their_guests(house, client):
    answer = client.as_(house.robin).get("/my/record.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="copy.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    kept_of = json.loads(answer.text)
    assert kept_of["person"]["email"] == "robin@example.org"
    assert [one["title"] for one in kept_of["groups"]] == ["Family evening"]
    [guest] = kept_of["guests"]
    assert (guest["name"], guest["group"], guest["relation"]) == ("Ana", "Family evening", "friend")
    assert [one["start"] for one in guest["dates"]] == [house.dates[0].start.isoformat()]
    assert guest["your_words"] == "I want my guest to come with me and to know this much."
    assert "agreed_to_confidentiality_at" not in guest, "what Ana said is hers"
    assert "Otto" not in answer.text
    assert "Kim" not in answer.text


def test_meetings_of_others_are_in_it_only_where_one_took_them_into_ones_week(house, client):
    me = client.as_(house.robin)
    assert json.loads(me.get("/my/record.json").text)["meetings_of_others"] == []

    date = next(one for one in coming(house.meeting, clock.now()) if one.start > clock.now())
    into_own_week(identity_of(house.robin), date, house.robin)
    db.session.commit()
    told = json.loads(me.get("/my/record.json").text)["meetings_of_others"]
    assert [one["title"] for one in told] == ["Church hall meeting"]


def test_a_guest_gets_a_copy_by_a_supervisor_that_does_not_say_whose_guest_they_are(house, client):
    address = f"/people/{house.ana.uid}/record.json"
    answer = client.as_(house.ivy).get(address)
    [came] = json.loads(answer.text)["came_as_guest"]
    assert (came["group"], came["state"]) == ("Family evening", "comes")
    assert came["agreed_to_confidentiality_at"]
    assert len(came["dates"]) == 1
    assert "Robin" not in answer.text
    assert "Teacup" not in answer.text
    acts = [row.action for row in db.session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert acts.count(AuditAction.PERSON_EXPORTED) == 1


def test_nobody_else_takes_a_copy_of_anybody(house, client):
    ana, robin = (f"/people/{one.uid}/record.json" for one in (house.ana, house.robin))
    assert client.as_(house.desk).get(ana).status_code in (403, 404)
    assert client.as_(house.ivy).get(robin).status_code == 404, "a client takes their own"
    assert client.as_(house.kim).get(ana).status_code in (403, 404)
    page = client.as_(house.ivy).get(f"/people/{house.ana.uid}").text
    assert ana in page
    assert "/my/record.json" in client.as_(house.robin).get("/account").text
