"""Kinds of sessions and places: an administrator keeps them, other staff read them, nobody else sees them."""

import re

import pytest
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.access.models import Program
from groupsched.catalog.models import Modality, Place, Term
from groupsched.catalog.service import load_default_modalities
from groupsched.core.db import db

pytestmark = pytest.mark.on_sqlite

KIND = {
    "name_en": "Chess hour", "summary_en": "Boards and tea.", "category": "complementary", "kind": "quiet",
    "setting": "group", "minutes": "45", "capacity": "8", "structure": "", "orientation": "",
}  # fmt: skip
PLACE = {"name": "Garden Room", "mode": "room", "site": "", "capacity": "9", "step_free": "y"}


@pytest.fixture
def admin(world, client):
    """A director's: what they keep shows in the form for a group, which only a supervisor's hat opens."""
    return client.as_(world.person("Ada", "Examplar", Role.ADMIN, Role.SUPERVISOR))


def rows(table):
    db.session.rollback()
    return list(
        db.session.scalars(select(table).execution_options(populate_existing=True).order_by(table.id))
    )


def test_the_default_kinds_have_the_promised_keys_and_come_once(world):
    program = db.session.get_one(Program, world.program.id)
    keys = set(db.session.scalars(select(Modality.key)))
    assert len(keys) > 20, "a program is founded with them"
    assert load_default_modalities(program) == 0
    assert keys >= {
        "support-group", "art-therapy", "cbt", "family-therapy", "motivational-therapy", "meditation", "yoga",
        "qigong", "acupuncture", "massage", "medication-management", "individual-counseling", "relapse-prevention",
        "psychoeducation", "skills", "music", "exercise", "aftercare-checkin",
    }  # fmt: skip
    faith = db.session.scalars(select(Modality).where(Modality.key == "faith-support")).one()
    assert (faith.orientation, faith.capacity, faith.texts["es"]["name"]) == (
        "faith", 20, "Grupo de apoyo basado en la fe",
    )  # fmt: skip
    peer = db.session.scalars(select(Modality).where(Modality.key == "peer-coaching")).one()
    assert (peer.orientation, peer.setting) == (None, "private")


def test_an_admin_adds_changes_and_retires_a_kind_of_work(admin):
    assert admin.post("/catalog/kinds/new", data=KIND).status_code == 303
    made = rows(Modality)[-1]
    assert (made.key, made.minutes, made.texts) == (
        "chess-hour",
        45,
        {"en": {"name": "Chess hour", "summary": "Boards and tea."}},
    )
    page = admin.get(f"/catalog/kinds/{made.uid}")
    assert "Chess hour" in page.text
    answer = admin.post(f"/catalog/kinds/{made.uid}", data=KIND | {"name_en": "Chess club", "version": "1"})
    assert answer.status_code == 303
    assert admin.post(f"/catalog/kinds/{made.uid}/retire").status_code == 303
    assert rows(Modality)[-1].retired_at is not None
    assert "Chess club" not in admin.get("/groups/new").text
    admin.post(f"/catalog/kinds/{made.uid}/retire", data={"back": "1"})
    assert "Chess club" in admin.get("/groups/new").text


def test_an_admin_adds_changes_and_retires_a_place(admin, world):
    assert admin.post("/catalog/places/new", data=PLACE | {"site": world.site.uid}).status_code == 303
    made = rows(Place)[-1]
    assert (made.key, made.capacity, made.step_free, made.site_id) == ("garden-room", 9, True, world.site.id)
    assert (
        admin.post(f"/catalog/places/{made.uid}", data=PLACE | {"version": "1", "capacity": ""}).status_code
        == 303
    )
    assert rows(Place)[-1].capacity is None
    admin.post(f"/catalog/places/{made.uid}/retire")
    assert "Garden Room" not in admin.get("/groups/new?from=none").text


def test_a_name_that_is_there_already_is_said_beside_the_field(admin, world):
    admin.post("/catalog/kinds/new", data=KIND)
    for twin in (KIND, KIND | {"name_en": "CHESS  hour"}):
        answer = admin.post("/catalog/kinds/new", data=twin)
        assert answer.status_code == 422
        assert 'href="#name_en"' in answer.text
    made = rows(Modality)[-1]
    admin.post(f"/catalog/kinds/{made.uid}", data=KIND | {"name_en": "Chess club", "version": "1"})
    assert 'href="#name_en"' in admin.post("/catalog/kinds/new", data=KIND).text, "its key is still taken"
    here = PLACE | {"site": world.site.uid}
    world.room.name, world.room.key = here["name"], "another-key"
    db.session.commit()
    assert 'href="#name"' in admin.post("/catalog/places/new", data=here).text
    assert admin.post("/catalog/places/new", data=PLACE | {"site": ""}).status_code == 303, (
        "elsewhere is another one"
    )
    assert admin.post(f"/catalog/places/{world.room.uid}", data=here | {"version": "1"}).status_code == 303


def test_the_second_editor_is_told_and_keeps_their_words(admin):
    admin.post("/catalog/kinds/new", data=KIND)
    uid = rows(Modality)[-1].uid
    admin.post(f"/catalog/kinds/{uid}", data=KIND | {"version": "1", "name_en": "First"})
    answer = admin.post(f"/catalog/kinds/{uid}", data=KIND | {"version": "1", "name_en": "Second"})
    assert answer.status_code == 409
    assert "Somebody else saved" in answer.text
    assert "Second" in answer.text
    assert rows(Modality)[-1].texts["en"]["name"] == "First"


def test_the_second_editor_reads_who_saved_it_and_when(client, world):
    """Of every kind of row: a place, a site, a kind of session, a label, the program."""
    ada, ben = (client.as_(world.admin(name)) for name in ("Ada", "Ben"))
    label, site = rows(Term)[0], world.site
    said = {
        f"/catalog/places/{world.room.uid}": PLACE | {"site": site.uid},
        f"/catalog/houses/{site.uid}": {"name": "Pier", "timezone": site.timezone},
        f"/catalog/kinds/{world.support.uid}": KIND,
        f"/catalog/labels/{label.uid}": {"name_en": "Loud", "vocabulary": label.vocabulary},
        "/catalog/program": {"name": "Quay", "region": "GB", "timezone": "America/New_York"},
    }
    versions = (world.room, site, world.support, label, world.program)
    for (address, form), row in zip(said.items(), versions, strict=True):
        first = form | {"version": str(row.version)}
        assert ada.post(address, data=first).status_code == 303, address
        other = {name: "Otherwise" for name in form if name in ("name", "name_en")}
        page = ben.post(address, data=first | other)
        assert page.status_code == 409
        assert re.search(r"Ada E\. saved it today \d\d:\d\d\.", page.text), address


@pytest.mark.parametrize(
    "bad",
    [
        {"name_en": ""}, {"name_en": "\x00 "}, {"name_en": "x" * 81}, {"minutes": "soon"}, {"minutes": "0"},
        {"minutes": "9" * 5000}, {"capacity": "-1"}, {"capacity": "501"}, {"category": "magic"}, {"kind": ""},
        {"setting": "crowd"}, {"structure": "loose"}, {"orientation": "x"}, {"happens_en": "x" * 2001},
    ],
)  # fmt: skip
def test_nonsense_is_said_beside_the_field_and_nothing_is_lost(admin, bad):
    answer = admin.post("/catalog/kinds/new", data=KIND | bad)
    assert answer.status_code == 422
    assert "Everything you typed is still here." in answer.text
    assert "Boards and tea." in answer.text


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"capacity": "x"}, {"mode": "moon"}, {"online_link": "javascript:x"}, {"site": "?"}]
)
def test_nonsense_about_a_place_is_refused(admin, bad):
    assert admin.post("/catalog/places/new", data=PLACE | bad).status_code == 422


def test_a_name_that_is_taken_is_said(admin):
    admin.post("/catalog/kinds/new", data=KIND)
    answer = admin.post("/catalog/kinds/new", data=KIND)
    assert answer.status_code == 422
    assert "already" in answer.text


def test_staff_read_and_only_admins_write(world, client):
    for person in (world.facilitator(), world.front_desk(), world.supervisor()):
        theirs = client.as_(person)
        assert theirs.get("/catalog").status_code == 200
        assert theirs.get("/catalog/places").status_code == 200
        assert theirs.get("/catalog/kinds/new").status_code == 404
        assert theirs.post("/catalog/kinds/new", data=KIND).status_code == 404
        assert theirs.post(f"/catalog/places/{world.room.uid}/retire").status_code == 404


def test_clients_find_nothing_and_visitors_are_asked_to_sign_in(world, client):
    assert client.as_(world.client()).get("/catalog").status_code == 404
    assert client.get("/catalog").status_code == 303
    assert client.post("/catalog/kinds/new", data=KIND).status_code == 404


def test_another_program_and_the_unknown_are_the_same(world, client):
    other = world.another_program()
    theirs = client.as_(other.admin())
    assert theirs.get(f"/catalog/places/{world.room.uid}").status_code == 404
    assert theirs.get("/catalog/places/unknown").status_code == 404
    assert theirs.get(f"/catalog/kinds/{world.support.uid}").status_code == 404


def test_a_wrong_method_is_405_for_those_who_may_see_the_page(admin, world, client):
    assert admin.delete("/catalog").status_code == 405
    assert admin.get(f"/catalog/places/{world.room.uid}/retire").status_code == 405
    assert client.as_(world.client()).delete("/catalog").status_code == 404
