"""The page of tokens: what each may do, and its end; only for administrators."""

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.core.db import db


def test_an_administrator_reads_what_each_token_may_do_and_ends_one(world, client, app):
    row, value = create_token(System(), world.program, "Website", ["read", "enrol"])
    elsewhere = world.another_program()
    theirs, _secret = create_token(System(), elsewhere.program, "Theirs", ["admin"])
    db.session.commit()
    ada = client.as_(world.admin())
    page = ada.get("/tokens").text
    assert "Website" in page and "see groups, dates and the catalogue" in page and value not in page
    assert "see people" not in page and "Theirs" not in page
    assert ada.post(f"/tokens/{theirs.uid}/end").status_code == 404
    assert f'href="/tokens/{row.uid}/end"' in ada.get("/tokens").text
    assert "It cannot be brought back" in ada.get(f"/tokens/{row.uid}/end").text
    ended = ada.post(f"/tokens/{row.uid}/end", follow_redirects=True).text
    assert "“Website” cannot call in any more." in ended and "No program calls in" in ended
    headers = {"Authorization": f"Bearer {value}"}
    assert app.test_client().get("/api/v1/groups", headers=headers).status_code == 401
    assert ada.post(f"/tokens/{row.uid}/end").status_code == 404


def test_nobody_else_sees_that_there_are_tokens(world, client):
    for person in (None, world.client(), world.facilitator(), world.front_desk(), world.supervisor()):
        assert client.as_(person).get("/tokens").status_code in (303, 404)


def test_a_token_of_before_says_that_it_keeps_what_it_could(world, client):
    row, _value = create_token(System(), world.program, "Roster", ["read", "people"])
    row.keeps_people = True
    db.session.commit()
    assert "Made when read meant people too." in client.as_(world.admin()).get("/tokens").text
