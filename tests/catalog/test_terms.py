"""Tags, audiences and languages: rows that an administrator keeps, offered in the form, named wherever a group says them."""

import gc
from dataclasses import replace

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from groupsched.access.identity import Role
from groupsched.access.models import Program
from groupsched.access.queries import first_program_id
from groupsched.accounts.service.founding import found_program
from groupsched.audit.models import AuditRow
from groupsched.catalog.forms import key_of_term
from groupsched.catalog.models import Modality, Term
from groupsched.catalog.queries import texts_of_terms
from groupsched.catalog.rules import GroupFields
from groupsched.catalog.service import create_group, load_default_terms, load_defaults, update_group
from groupsched.catalog.words import term_name
from groupsched.core.db import db
from tests.conftest import identity_of
from tests.factories import tomorrow_at

NEW = {"vocabulary": "audience", "name_en": "Night workers", "name_es": "Quienes trabajan de noche"}


@pytest.fixture
def admin(world, client):
    """A director's: what they keep shows in the form for a group, which only a supervisor's hat opens."""
    return client.as_(world.person("Ada", "Examplar", Role.ADMIN, Role.SUPERVISOR))


def row(vocabulary, key, world=None):
    query = select(Term).where(Term.vocabulary == vocabulary, Term.key == key).order_by(Term.id)
    query = query.where(Term.program_id == world.program.id) if world else query
    db.session.rollback()
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def test_the_defaults_come_once_and_stay_as_a_program_made_them(world):
    row("tag", "chair").texts = {"en": {"name": "Seated"}}
    db.session.commit()
    assert load_default_terms(db.session.get_one(Program, world.program.id)) == 0
    assert row("tag", "chair").texts == {"en": {"name": "Seated"}}
    assert row("language", "ase").texts["es"] == {"name": "Lengua de señas estadounidense"}
    assert {term.vocabulary for term in db.session.scalars(select(Term))} == {"tag", "audience", "language"}


def test_a_language_that_came_later_is_added_to_what_a_program_left_as_it_was(world):
    for key, name, version in (
        ("no-touch", "No touch", 1),
        ("chair", "Seated", 1),
        ("outdoors", "Outdoors", 2),
    ):
        found = row("tag", key)
        found.texts, found.version = {"en": {"name": name}}, version
        db.session.commit()
    before = db.session.get_one(Program, world.program.id).catalogue_revision
    load_defaults(db.session.get_one(Program, world.program.id))
    db.session.commit()
    assert row("tag", "no-touch").texts == {"en": {"name": "No touch"}, "es": {"name": "Sin contacto"}}
    assert [set(row("tag", key).texts) for key in ("chair", "outdoors")] == [{"en"}, {"en"}]
    assert db.session.get_one(Program, world.program.id).catalogue_revision > before


def test_a_program_begins_with_the_defaults(app):
    program = found_program("Harbor House", "America/New_York", "Lantern Street")
    assert texts_of_terms(program.id)["tag", "no-touch"]["es"] == {"name": "Sin contacto"}
    assert len(texts_of_terms(program.id)) == 30


def test_an_admin_adds_renames_takes_out_and_brings_back_an_audience(admin):
    assert admin.post("/catalog/labels/new", data=NEW).status_code == 303
    made = row("audience", "night-workers")
    assert made.texts == {
        "en": {"name": "Night workers"}, "es": {"name": "Quienes trabajan de noche"},
    }  # fmt: skip
    assert "Night workers" in admin.get("/groups/new?from=none").text
    assert 'value="Night workers"' in admin.get(f"/catalog/labels/{made.uid}").text
    renamed = {"name_en": "Shift workers", "name_es": "", "version": "1"}
    assert admin.post(f"/catalog/labels/{made.uid}", data=renamed).status_code == 303
    made = row("audience", "night-workers")
    assert (made.texts, made.version) == ({"en": {"name": "Shift workers"}}, 2)
    assert admin.post(f"/catalog/labels/{made.uid}/retire").status_code == 303
    assert row("audience", "night-workers").retired_at is not None
    assert "Shift workers" not in admin.get("/groups/new?from=none").text
    assert "Taken out" in admin.get("/catalog/labels").text
    admin.post(f"/catalog/labels/{made.uid}/retire", data={"back": "1"})
    assert "Shift workers" in admin.get("/groups/new?from=none").text
    acts = list(
        db.session.scalars(
            select(AuditRow.word).where(AuditRow.word.startswith("term.")).order_by(AuditRow.id)
        )
    )
    assert acts == ["term.created", "term.changed", "term.retired", "term.restored"]


def test_the_page_says_how_many_groups_carry_each(admin, world):
    world.group("One", tags=["chair"], languages=["en", "ru"])
    world.group("Two", tags=["chair"], languages=["en"], state="draft")
    world.group("Gone", tags=["chair"], state="retired")
    page = " ".join(admin.get("/catalog/labels").text.split()).replace("> <", "><")
    assert "Versión en silla</li><li>in 2 groups" in page
    assert "Ruso</li><li>in 1 group<" in page
    assert "Sin contacto</li><li>in no group" in page


@pytest.mark.parametrize(
    ("name", "key"), [("Tagalog", "tl"), ("Alemán", "de"), ("american sign language", "ase"), ("House talk", "house-talk")]
)  # fmt: skip
def test_a_language_has_the_code_that_listings_know_it_by(name, key):
    assert key_of_term("language", name) == key


def test_the_same_name_is_taken_in_its_list_only(admin):
    admin.post("/catalog/labels/new", data=NEW)
    for twin in (NEW, NEW | {"name_en": "NIGHT  workers"}):
        answer = admin.post("/catalog/labels/new", data=twin)
        assert answer.status_code == 422
        assert "already" in answer.text
        assert 'href="#name_en"' in answer.text
    assert admin.post("/catalog/labels/new", data=NEW | {"vocabulary": "tag"}).status_code == 303


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    "bad", [{"name_en": ""}, {"name_en": "\x00 "}, {"name_en": "x" * 41}, {"name_es": "x" * 41}, {"vocabulary": "mood"}]
)  # fmt: skip
def test_nonsense_is_said_beside_the_field_and_nothing_is_lost(admin, bad):
    answer = admin.post("/catalog/labels/new", data=NEW | {"name_es": "Se queda"} | bad)
    assert answer.status_code == 422
    assert "Everything you typed is still here." in answer.text
    assert (bad.get("name_es") or "Se queda") in answer.text


def test_a_name_without_latin_letters_gets_a_key_all_the_same(admin):
    assert admin.post("/catalog/labels/new", data=NEW | {"name_en": "夜勤"}).status_code == 303
    made = db.session.scalars(select(Term).order_by(Term.id.desc())).first()
    assert made.key == made.uid


def test_the_second_editor_is_told_and_keeps_their_words(admin):
    uid = row("tag", "outdoors").uid
    admin.post(f"/catalog/labels/{uid}", data={"version": "1", "name_en": "Outside"})
    answer = admin.post(f"/catalog/labels/{uid}", data={"version": "1", "name_en": "Open air"})
    assert answer.status_code == 409
    assert "Somebody else saved" in answer.text
    assert "Open air" in answer.text
    assert row("tag", "outdoors").texts["en"]["name"] == "Outside"


def test_staff_read_admins_write_and_nobody_else_finds_anything(world, client):
    uid = row("tag", "outdoors").uid
    for person in (world.facilitator(), world.front_desk(), world.supervisor()):
        theirs = client.as_(person)
        page = theirs.get("/catalog/labels")
        assert page.status_code == 200
        assert "Outdoors" in page.text
        assert "Take out" not in page.text
        assert theirs.get("/catalog/labels/new").status_code == 404
        assert theirs.post("/catalog/labels/new", data=NEW).status_code == 404
        assert theirs.get(f"/catalog/labels/{uid}").status_code == 404
        assert theirs.post(f"/catalog/labels/{uid}/retire").status_code == 404
    assert client.as_(world.client()).get("/catalog/labels").status_code == 404
    assert client.get("/catalog/labels").status_code == 303
    assert client.post(f"/catalog/labels/{uid}/retire").status_code == 404


def test_a_wrong_method_is_405_for_those_who_may_see_the_page(admin, world, client):
    uid = row("tag", "outdoors").uid
    assert admin.delete("/catalog/labels").status_code == 405
    assert admin.get(f"/catalog/labels/{uid}/retire").status_code == 405
    assert client.as_(world.client()).delete("/catalog/labels").status_code == 404


def test_another_program_has_its_own_and_sees_no_others(world, client, admin):
    other = world.another_program()
    theirs = client.as_(other.person("Ada", "Far", Role.ADMIN, Role.SUPERVISOR))
    uid = row("tag", "outdoors", world).uid
    assert theirs.get(f"/catalog/labels/{uid}").status_code == 404
    assert theirs.get("/catalog/labels/unknown").status_code == 404
    assert theirs.post(f"/catalog/labels/{uid}/retire").status_code == 404
    admin.post("/catalog/labels/new", data=NEW)
    admin.post(f"/catalog/labels/{uid}", data={"version": "1", "name_en": "Under the sky"})
    for page in ("/catalog/labels", "/groups/new?from=none"):
        text = theirs.get(page).text
        assert "Night workers" not in text
        assert "Under the sky" not in text
        assert "Outdoors" in text
    assert theirs.post("/catalog/labels/new", data=NEW).status_code == 303, "a key is its program's own"


def test_the_form_keeps_what_a_group_has_though_it_is_taken_out_or_unknown(admin, world):
    lead = world.facilitator()
    group = world.group(led_by=lead, state="draft", tags=["chair", "from-afar"], languages=["en"])
    admin.post(f"/catalog/labels/{row('tag', 'chair').uid}/retire")
    page = admin.get(f"/groups/{group.uid}/edit").text
    assert "Chair version" in page
    assert "From afar" in page
    assert "Chair version" not in admin.get("/groups/new?from=none").text
    assert "Chair version" not in admin.get("/groups/new").text


def test_a_verb_refuses_no_key_that_an_import_or_a_program_brings(world):
    lead = world.facilitator()
    fields = GroupFields(
        title="Tea and talk", modality="support-group", place=world.room.uid, facilitators=(lead.uid,),
        languages=("xx",), audience=("beekeepers",), tags=("from-afar",),
    )  # fmt: skip
    group = create_group(identity_of(lead), fields)
    update_group(identity_of(lead), group, replace(fields, tags=("chair", "nearby")), group.version)
    assert (group.languages, group.audience, group.tags) == (["xx"], ["beekeepers"], ["chair", "nearby"])


def test_a_new_name_is_read_at_once_on_cards_filters_and_the_page_of_a_group(admin, world, client):
    group = world.group(
        led_by=world.facilitator(), tags=["chair", "outdoors"], audience=["men"], languages=["en", "ru"]
    )
    world.series(group, tomorrow_at(10), dates=2)
    assert "Chair version" in client.get("/sessions").text
    for vocabulary, key, name in (
        ("tag", "chair", "Seated too"), ("tag", "outdoors", "Under the sky"), ("audience", "men", "Fathers"),
        ("language", "ru", "Russian, spoken slowly"),
    ):  # fmt: skip
        uid = row(vocabulary, key).uid
        admin.post(f"/catalog/labels/{uid}", data={"version": "1", "name_en": name})
    page = client.get("/sessions").text
    assert page.count("Seated too") == 2, "a filter and a card"
    assert "Chair version" not in page
    for name in ("Seated too", "Under the sky", "For whom: Fathers", "Russian, spoken slowly"):
        assert name in client.get(f"/sessions/{group.uid}").text
        assert name.removeprefix("For whom: ") in admin.get(f"/groups/{group.uid}").text
    asked = client.get("/sessions?audience=men&language=ru").text
    assert "Fathers" in asked
    assert "Russian, spoken slowly" in asked


def test_a_name_that_the_page_has_no_words_for_falls_back(world):
    program = first_program_id()
    with force_locale("es"):
        assert term_name(program, "tag", "chair") == "Versión en silla"
        assert term_name(program, "language", "de") == "Alemán", "a language that everybody knows"
        assert term_name(program, "audience", "people_of-afar") == "People of afar"
    assert term_name(program, "language", "xx-yy") == "Xx yy"
    assert term_name(None, "tag", "chair") == "Chair"


def test_names_are_read_once_for_a_revision_of_the_catalogue(world, statements):
    texts_of_terms(world.program.id)
    before = len(statements())
    assert texts_of_terms(world.program.id)["tag", "chair"]["en"] == {"name": "Chair version"}
    assert len(statements()) == before


@pytest.mark.on_sqlite
def test_many_labels_ask_no_more_of_the_database_than_one(world, client, statements):
    lead, asked = world.facilitator(), []
    few = world.group("Few", led_by=lead, languages=["en"])
    many = world.group(
        "Many",
        led_by=lead,
        languages=["en", "es", "fr"],
        audience=["men", "women"],
        tags=["chair", "outdoors"],
    )
    paths = [f"/sessions/{group.uid}" for group in (few, many)]
    world.series(few, tomorrow_at(10))
    world.series(many, tomorrow_at(14))
    client.get(paths[0])
    # As in a request of its own: nobody holds a row that was read before.
    vars(world).clear()
    del few, many, lead
    for path in paths:
        db.session.remove()
        gc.collect()
        before = len(statements())
        assert client.get(path).status_code == 200
        asked.append(len(statements()) - before)
    assert asked[0] == asked[1]


def test_a_renamed_kind_of_work_is_read_at_once_where_sessions_are_found(admin, world, client):
    world.series(world.group(), tomorrow_at(10), dates=2)
    world.series(world.group(modality=world.modality("yoga")), tomorrow_at(10), dates=2)
    assert "Gentle yoga" in client.get("/sessions").text
    kind = db.session.scalars(select(Modality).where(Modality.key == "yoga")).one()
    said = {"name_en": "Chair yoga", "category": "complementary", "kind": "movement", "setting": "group", "minutes": "45",
            "structure": "", "orientation": "", "version": "1"}  # fmt: skip
    assert admin.post(f"/catalog/kinds/{kind.uid}", data=said).status_code == 303
    assert "Chair yoga" in client.get("/sessions").text
