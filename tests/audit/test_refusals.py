"""What is refused is counted, and an hour later one row of the audit; every row says by which token and from where it came."""

import json
import logging
from contextlib import suppress
from datetime import timedelta

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.audit.models import AuditRow, RefusalCount
from groupsched.audit.queries import prove_seals
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import join_refusals, record
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from tests.accounts.test_signing_in import give_password, sign_in
from tests.audit.test_sealing import later
from tests.conftest import identity_of

OUTSIDE = {"REMOTE_ADDR": "203.0.114.5"}


def rows(*words):
    db.session.rollback()
    return list(db.session.query(AuditRow).filter(AuditRow.word.in_(words)).order_by(AuditRow.id))


def an_hour_later():
    with clock.at(clock.now() + timedelta(hours=1)):
        done = join_refusals(clock.now())
        db.session.commit()
    return done


def test_sign_ins_that_fail_are_one_row_of_whose_account_it_was(client, world):
    robin = give_password(world.client())
    for _try in range(3):
        assert sign_in(client, password="no such password").status_code == 422
    assert sign_in(client, "nobody", "no such password").status_code == 422
    assert sign_in(client).status_code == 303
    failed = AuditAction.SIGN_IN_FAILED
    assert rows(failed) == [] and join_refusals(clock.now()) == 0, "the hour is not over"
    assert an_hour_later() == 2
    of_robin, of_nobody = sorted(rows(failed), key=lambda row: -row.detail["times"])
    assert (of_robin.detail["times"], of_nobody.detail["times"]) == (3, 1)
    assert [one.person_id for one in of_robin.subjects] == [robin.id] and not of_nobody.subjects
    assert (of_robin.actor_id, of_robin.actor_kind, of_robin.program_id) == (
        None,
        "anonymous",
        world.program.id,
    )
    assert of_robin.detail["route"] == "accounts.sign_in" and of_robin.came_from == "loopback"
    assert db.session.query(RefusalCount).count() == 0
    assert later(80) and not prove_seals().broken


def test_who_is_held_back_and_who_asks_for_what_is_not_theirs_is_one_row_each(client, world):
    give_password(world.client())
    for _try in range(7):
        last = sign_in(client, password="no such password")
    assert last.status_code == 429
    lead = world.facilitator()
    browser, stranger = client.as_(lead), client.as_(None)
    for address in ("/people/unknown", f"/people/{world.client('Ash').uid}", "/no/such/page"):
        assert browser.get(address).status_code == 404
    stranger.get("/sessions/unknown")
    an_hour_later()
    (held,) = rows(AuditAction.LIMIT_REACHED)
    (refused,) = rows(AuditAction.PAGE_REFUSED)
    assert held.detail["times"] == 2
    assert (refused.detail["times"], refused.detail["route"], refused.actor_id) == (
        2,
        "register.person",
        lead.id,
    )
    assert refused.object_uid == "" and refused.subjects == [], "nobody is told which records there are"
    page = client.as_(world.supervisor()).get("/audit").text
    assert "asked for what is not there or not theirs to see, 2 times in the hour from" in " ".join(
        page.split()
    )


def test_a_row_says_which_token_and_where_it_came_from(client, world):
    token, value = create_token(System(), world.program, "Front door", ["people", "admin"])
    robin, sup = world.client(), world.supervisor()
    db.session.commit()
    headers = {"Authorization": f"Bearer {value}"}
    address = f"/api/v1/people/{robin.uid}"
    assert client.patch(address, json={}, headers=headers, environ_overrides=OUTSIDE).status_code == 200
    assert client.get("/api/v1/people/unknown", headers=headers).status_code == 404
    an_hour_later()
    (read,), (refused,) = rows(AuditAction.PERSON_READ), rows(AuditAction.PAGE_REFUSED)
    assert (read.token_uid, read.came_from) == (token.uid, "outside")
    assert (refused.token_uid, refused.came_from) == (token.uid, "loopback")
    page = client.as_(sup).get("/audit").text
    assert "The token Front door" in page and "from outside" in page
    (made,) = rows(AuditAction.TOKEN_CREATED)
    assert (made.token_uid, made.came_from) == (None, None), "no request wrote it"


def test_a_wrong_token_counts_once_a_minute(client, world):
    with clock.at(clock.now() + timedelta(days=3)):  # a minute in which no other test was refused
        for _try in range(3):
            assert client.get("/api/v1/groups", headers={"Authorization": "Bearer gs_no"}).status_code == 401
        assert client.get("/api/v1/groups").status_code == 401
    db.session.rollback()
    assert [one.times for one in db.session.query(RefusalCount)] == [1]


def test_pages_that_show_names_are_looks(client, world):
    robin, sup, desk = world.client(), world.supervisor(), world.front_desk()
    address = f"/people/{robin.uid}/edit"
    client.as_(desk).get(address)
    assert client.as_(desk).post(address, data={"first_name": ""}).status_code == 422
    assert [row.actor_id for row in rows(AuditAction.PERSON_OPENED)] == [desk.id] * 2
    client.as_(world.admin()).get("/audit")
    client.as_(sup).get("/audit")
    (read,) = rows(AuditAction.AUDIT_READ)
    assert read.actor_id == sup.id and [one.person_id for one in read.subjects] == [robin.id]


def test_what_is_kept_is_a_line_for_a_collector_and_names_nobody(client, world, caplog):
    robin, sup = world.client("Robinetta", "Teacup"), identity_of(world.supervisor())
    db.session.commit()
    log = logging.getLogger("groupsched.audit")
    log.addHandler(caplog.handler)
    caplog.set_level(logging.INFO, "groupsched.audit")
    record(sup, AuditAction.PERSON_OPENED, robin, [robin], reason="Robinetta called")
    db.session.rollback()
    with suppress(ValueError), savepoint():
        record(sup, AuditAction.PERSON_OPENED, robin)
        raise ValueError
    record(sup, AuditAction.PERSON_READ, robin, [robin], reason="Robinetta called")
    assert not caplog.messages
    db.session.commit()
    log.removeHandler(caplog.handler)
    (line,) = map(json.loads, caplog.messages)
    (row,) = rows(AuditAction.PERSON_READ)
    assert line == {
        "id": row.id, "at": row.at.isoformat(), "program": world.program.id, "action": "person.read", "actor_kind": "person",
        "actor": sup.person, "object": f"person {robin.uid}", "subjects": 1,
    }  # fmt: skip
