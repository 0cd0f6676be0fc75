"""Whoever is added with the name of somebody who is here already may be the same person: it is asked first."""

from sqlalchemy import func, select

from groupsched.accounts.models import Person
from groupsched.core.db import db

ROBIN = {"first_name": "robin", "last_name": "TEACUP", "email": "", "phone": "", "language": "en"}
SAID = "Somebody of this name is here already."


def robins():
    return db.session.scalar(select(func.count()).where(Person.folded == " robin teacup"))


def test_a_second_person_of_the_same_name_is_added_after_a_tick(client, world):
    robin, other = world.client("Robin", "Teacup"), world.client("Robin", "Teacups")
    desk, new = client.as_(world.front_desk()), {**ROBIN, "site_id": world.site.id, "roles": ["client"]}
    page = desk.post("/people/new", data=new)
    assert page.status_code == 422 and SAID in page.text
    assert f'href="/people/{robin.uid}"' in page.text and robin.record_number in page.text
    assert other.uid not in page.text
    assert robins() == 1
    assert desk.post("/people/new", data={**new, "another_person": "robin teacup"}).status_code == 303
    assert robins() == 2
    fern = {**new, "first_name": "Fern", "another_person": "robin teacup"}
    world.client("Fern", "Teacup")
    assert SAID in desk.post("/people/new", data=fern).text, "the tick was for another name"


def test_of_people_who_do_not_show_nothing_is_said(client, world):
    world.client("Robin", "Teacup")
    new = {**ROBIN, "site_id": 0, "roles": ["facilitator"]}
    assert client.as_(world.admin()).post("/people/new", data=new).status_code == 303
