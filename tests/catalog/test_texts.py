"""A group says its words in several languages: every reader has their own, wherever it is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.catalog.rules import TITLE_LENGTH, GroupFields, Orientation, cleaned, problems
from groupsched.catalog.service import duplicate_group, fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError
from groupsched.core.i18n import force_locale

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SPANISH = {"title": "Té y charla", "tradition": "Budista", "description": "Una tetera.", "not_asked": "Nada."}


@pytest.fixture(autouse=True)
def _held(app):
    with clock.at(NOW):
        yield


@pytest.fixture
def tea(world):
    return world.group(
        "Tea and talk", orientation="faith", tradition="Buddhist", description="A kettle.", not_asked="Nothing.",
        texts={"es": SPANISH},
    )  # fmt: skip


# --- the rules ---


def test_texts_are_kept_clean_and_without_what_is_empty():
    fields = GroupFields(
        "Tea", "support-group", texts={"es": {"title": "  Té\x00 ", "tradition": " "}, "pt": {"title": ""}}
    )
    assert cleaned(fields).texts == {"es": {"title": "Té"}}


def test_a_text_is_as_long_as_the_first_words_may_be_and_a_tradition_goes_with_faith():
    fields = GroupFields(
        "Tea", "support-group", texts={"es": {"title": "é" * (TITLE_LENGTH + 1), "tradition": "Budista"}}
    )
    assert [(one.field, one.reason) for one in problems(fields)] == [
        ("title_es", "too-long"), ("tradition_es", "tradition-needs-faith"),
    ]  # fmt: skip
    fits = replace(
        fields, orientation=Orientation.FAITH, texts={"es": {"title": "é" * TITLE_LENGTH, "tradition": "B"}}
    )
    assert problems(fits) == []


# --- the row ---


def test_a_group_is_read_in_the_language_of_the_page_and_plain_where_it_has_no_text(tea):
    plain = ("Tea and talk", "Buddhist", "A kettle.", "Nothing.")
    assert (tea.title, tea.tradition, tea.description, tea.not_asked) == plain
    with force_locale("es"):
        assert (tea.title, tea.tradition, tea.description, tea.not_asked) == tuple(SPANISH.values())
        tea.texts = {"es": {"title": "Té"}}
        assert (tea.title, tea.tradition, tea.description, tea.not_asked) == ("Té", *plain[1:])


def test_lists_are_sorted_and_asked_for_by_what_they_show(world, tea):
    world.group("Sunrise")
    world.group("Alba", texts={"es": {"title": "Zorzal"}})
    titles = {"en": ["Alba", "Sunrise", "Tea and talk"], "es": ["Sunrise", "Té y charla", "Zorzal"]}
    for language, shown in titles.items():
        with force_locale(language):
            assert [
                row.title for row in db.session.execute(select(Group.title).order_by(Group.title))
            ] == shown
            assert db.session.scalar(select(Group).where(Group.title == shown[2])).title == shown[2]


def test_saying_the_same_again_in_spanish_changes_nothing(world, tea):
    with force_locale("es"):
        update_group(world.system, tea, fields_of(tea), tea.version)
    db.session.commit()
    assert (tea.version, tea.plain_title, tea.plain_description) == (2, "Tea and talk", "A kettle.")


def test_a_text_that_does_not_fit_is_refused_by_its_field(world, tea):
    fields = replace(fields_of(tea), texts={"es": {"description": "é" * 2001}})
    with pytest.raises(DomainError) as refused:
        update_group(world.system, tea, fields, tea.version)
    assert refused.value.field == "description_es"


def test_another_text_is_another_version_and_another_edition_of_the_catalogue(world, tea):
    revision, version = world.program.catalogue_revision, tea.version
    fields = replace(fields_of(tea), texts={"es": SPANISH | {"title": "Té y más té"}})
    update_group(world.system, tea, fields, version)
    db.session.commit()
    assert tea.version == version + 1
    db.session.refresh(world.program)
    assert world.program.catalogue_revision > revision


def test_a_copy_has_the_texts_and_says_in_each_language_that_it_is_one(world, tea):
    copy = duplicate_group(world.system, tea)
    assert copy.plain_title == "Tea and talk, copy"
    assert copy.texts == {"es": SPANISH | {"title": "Té y charla, copia"}}
    assert tea.texts == {"es": SPANISH}


def test_what_a_group_is_found_by_follows_its_texts(world, tea):
    assert tea.folded == " tea and talk buddhist a kettle te y charla budista una tetera"
    tea.texts = {"es": {"title": "Ñandú"}}
    db.session.commit()
    assert tea.folded == " tea and talk buddhist a kettle nandu"
