"""The form that defines a group asks for its words in every language, and every page says them in its reader's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from tests.core.test_two_editors import Sent

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SPANISH = {
    "title_es": "Té y charla", "description_es": "Una tetera y un círculo.", "not_asked_es": "Puedes callar.",
}  # fmt: skip
WORDS = {"title": "Té y charla", "description": "Una tetera y un círculo.", "not_asked": "Puedes callar."}


@pytest.fixture(autouse=True)
def _held(app):
    with clock.at(NOW):
        yield


def last_group():
    db.session.rollback()
    query = select(Group).order_by(Group.id.desc()).execution_options(populate_existing=True)
    return db.session.scalars(query).first()


def is_open(page):
    """Whether the fold of the other language stands open."""
    before = page[: page.index("The same in Spanish")]
    return " open" in before[before.rindex("<details") :].partition(">")[0]


def test_a_new_form_has_a_closed_fold_for_the_same_in_spanish(browser):
    page = browser.get("/groups/new?from=none").text
    assert not is_open(page)
    assert "Title, in Spanish" in page and 'lang="es"' in page


@pytest.mark.parametrize("act", ["publish", "draft"])
def test_what_is_said_in_spanish_is_kept_and_shown_again(browser, said, act):
    assert browser.post("/groups/new?from=none", data=said | SPANISH | {"act": act}).status_code == 303
    group = last_group()
    assert group.texts == {"es": WORDS} and group.plain_title == "Tea and talk"
    page = browser.get(f"/groups/{group.uid}/edit").text
    assert is_open(page)
    assert 'value="Té y charla"' in page and "Una tetera y un círculo.</textarea>" in page


def test_a_mistake_stands_beside_its_field_and_nothing_is_lost(browser, said):
    answer = browser.post("/groups/new?from=none", data=said | SPANISH | {"title_es": "é" * 121})
    assert answer.status_code == 422
    assert 'id="title_es-error"' in answer.text and f'value="{"é" * 121}"' in answer.text
    assert "Una tetera y un círculo.</textarea>" in answer.text and is_open(answer.text)
    assert last_group() is None


def test_a_tradition_of_a_group_that_is_not_faith_based_is_not_kept_in_any_language(browser, said):
    faith = {"orientation": "faith", "tradition": "Buddhist", "tradition_es": "Budista"}
    browser.post("/groups/new?from=none", data=said | faith)
    group = last_group()
    assert (group.plain_tradition, group.texts) == ("Buddhist", {"es": {"tradition": "Budista"}})
    form = Sent(browser.get(f"/groups/{group.uid}/edit"))
    browser.post(f"/groups/{group.uid}/edit", data=form.plus(orientation=["secular"], act=["save"]))
    assert (last_group().plain_tradition, last_group().texts) == ("", {})


def test_of_two_editors_each_sees_what_the_other_said_in_spanish(browser, said, world):
    browser.post("/groups/new?from=none", data=said | SPANISH)
    group = last_group()
    mine = Sent(browser.get(f"/groups/{group.uid}/edit"))
    theirs = replace(fields_of(group), texts={"es": WORDS | {"title": "Su té"}})
    update_group(world.system, group, theirs, group.version)
    db.session.commit()
    late = Sent(browser.post(f"/groups/{group.uid}/edit", data=mine.plus(title_es=["Mi té"], act=["save"])))
    assert late.status == 409
    assert late.choices == {"Title, in Spanish": ["Theirs: Su té", "Yours: Mi té"]}
    chosen = late.plus(**{"whose-title_es": ["theirs"], "act": ["save"]})
    assert browser.post(f"/groups/{group.uid}/edit", data=chosen).status_code == 303
    assert last_group().texts == {"es": WORDS | {"title": "Su té"}}


def test_a_copy_of_a_group_has_its_texts_in_the_form(browser, said):
    browser.post("/groups/new?from=none", data=said | SPANISH)
    answer = browser.post(f"/groups/{last_group().uid}/duplicate")
    assert answer.status_code == 303
    assert 'value="Té y charla, copia"' in browser.get(answer.location).text


def test_who_edits_on_a_spanish_page_writes_the_same_fields(browser, said):
    """The first field is the first words there too: a page in another language would swap the two, and save them so."""
    browser.post("/groups/new?from=none", data=said | SPANISH)
    group, spanish = last_group(), {"Accept-Language": "es"}
    form = Sent(browser.get(f"/groups/{group.uid}/edit", headers=spanish))
    assert (form.data["title"], form.data["title_es"]) == (["Tea and talk"], ["Té y charla"])
    browser.post(f"/groups/{group.uid}/edit", data=form.plus(act=["save"]), headers=spanish)
    assert (last_group().version, last_group().plain_title) == (group.version, "Tea and talk")
