"""A right that ends while its holder's change is on its way: the change is not kept, and whoever ends it waits for none that is."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from groupsched.access.identity import Role, System
from groupsched.api.service import create_token
from groupsched.audit.models import AuditRow
from groupsched.catalog.models import Group, Place
from groupsched.catalog.service.filling import set_leaders
from groupsched.core.db import db
from tests.accounts.test_signing_in import give_password, sign_in

DONE = 303


@pytest.fixture
def meanwhile(app):
    """What another does when it is known who asks, and before the view begins."""
    acts = []

    def run():
        with ThreadPoolExecutor(1) as other:
            while acts:
                assert other.submit(acts.pop()).result() == DONE

    app.before_request_funcs[None].append(run)
    yield acts.append
    app.before_request_funcs[None].remove(run)


def another(app, person, address, **data):
    browser = app.test_client().as_(person)
    return lambda: browser.post(address, data=data).status_code


@pytest.mark.parametrize("ending", ["role", "account", "sign-in"])
def test_an_administrator_whose_right_ends_writes_nothing_after_it(app, client, world, meanwhile, ending):
    ada, eve = world.admin("Ada"), give_password(world.person("Eve", "Egg", Role.ADMIN), "eve")
    room = world.room.uid
    db.session.commit()
    assert sign_in(client, "eve").status_code == DONE
    ends = {
        "role": f"/people/{eve.uid}/roles/{eve.grants[0].id}/end",
        "account": f"/people/{eve.uid}/disable",
        "sign-in": f"/people/{eve.uid}/sign-out",
    }
    meanwhile(another(app, ada, ends[ending]))
    db.session.remove()
    assert client.post(f"/catalog/places/{room}/retire").status_code == 404
    assert db.session.query(Place).filter_by(uid=room).one().retired_at is None
    assert db.session.query(AuditRow).filter_by(word="place.retired").count() == 0


def test_a_token_that_is_revoked_writes_nothing_after_it(app, client, world, meanwhile):
    token, value = create_token(System(), world.program, "writer", ["schedule"])
    group = world.group("Tea")
    db.session.commit()
    meanwhile(another(app, world.admin(), f"/tokens/{token.uid}/end"))
    uid, headers = group.uid, {"Authorization": f"Bearer {value}"}
    db.session.remove()
    address = f"/api/v1/groups/{uid}"
    assert client.patch(address, json={"title": "Coffee"}, headers=headers).status_code == 404
    assert db.session.query(Group).filter_by(uid=uid).one().title == "Tea"


@pytest.fixture
def on_postgresql(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("On SQLite one transaction writes at a time.")


@pytest.mark.usefixtures("on_postgresql")
def test_who_leads_no_more_writes_nothing_after_it(app, world):
    group = world.group("Tea", led_by=world.facilitator())
    successor = world.facilitator("Fern")
    lead, uid = group.facilitators[0].person, group.uid
    db.session.commit()
    retire = another(app, lead, f"/groups/{uid}/retire")
    others, number = [successor.id], group.id
    db.session.remove()

    def let_another_lead():
        with app.app_context():
            set_leaders(db.session.get_one(Group, number), others)
            db.session.commit()
        return DONE

    def lock(_connection, _cursor, asked, *_rest):
        """The leader was let to put the group away, and is about to lock it."""
        if not left and "group_offered.version" in asked and "FOR UPDATE" in asked:
            with ThreadPoolExecutor(1) as other:
                left.append(other.submit(let_another_lead).result())

    left = []
    event.listen(db.engine, "before_cursor_execute", lock)
    answer = retire()
    event.remove(db.engine, "before_cursor_execute", lock)
    assert (answer, left) == (404, [DONE])
    assert db.session.get_one(Group, number).retired_at is None


@pytest.mark.usefixtures("on_postgresql")
def test_whoever_ends_a_right_waits_for_what_was_done_by_it(app, world):
    ada, eve = world.admin("Ada"), world.person("Eve", "Egg", Role.ADMIN)
    retire = another(app, eve, f"/catalog/places/{world.room.uid}/retire")
    end = another(app, ada, f"/people/{eve.uid}/roles/{eve.grants[0].id}/end")
    db.session.commit()
    db.session.remove()
    looked, go_on = Event(), Event()

    def pause(session):
        """Eve's change is about to be kept."""
        if not looked.is_set():
            looked.set()
            go_on.wait(10)

    event.listen(Session, "before_commit", pause)
    with ThreadPoolExecutor(2) as pool:
        retired = pool.submit(retire)
        assert looked.wait(10)
        ended = pool.submit(end)
        waited = not wait([ended], timeout=0.5).done
        go_on.set()
        assert [retired.result(), ended.result(), waited] == [DONE, DONE, True]
    event.remove(Session, "before_commit", pause)
