"""What comes with the product: minutes add up, both languages, and a program has it as rows of its own."""

import pytest
from sqlalchemy import func, select

from groupsched.core.db import db
from groupsched.core.i18n import LANGUAGES
from groupsched.core.resources import content
from groupsched.facilitation.models import LibraryAgreement, LibraryPrompt, RunSheetTemplate
from groupsched.facilitation.queries import library_rows, ready_library, ready_sheets
from groupsched.facilitation.rules import (
    PromptList,
    RunSheetKind,
    sheet_faults,
    wants_break,
)
from groupsched.facilitation.service import load_ready_sheets
from tests.factories import World

SHEETS = ready_sheets()


def test_twelve_sheets_come_with_the_product_one_for_open_talk_and_one_for_two():
    assert len(SHEETS) == 12
    kinds = [one.kind for one in SHEETS.values()]
    assert kinds.count(RunSheetKind.OPEN) == kinds.count(RunSheetKind.ONE_TO_ONE) == 1


@pytest.mark.parametrize("key", SHEETS)
def test_minutes_of_a_sheet_add_up_and_nothing_is_wrong_with_it(key):
    sheet = SHEETS[key]
    assert sheet.total.used == sheet.minutes
    assert not sheet_faults(sheet)
    assert not wants_break(sheet) or key == "massage-rotation", "it offers a break of its own"


@pytest.mark.parametrize("key", SHEETS)
def test_a_sheet_says_the_same_in_every_language(key):
    sheet = SHEETS[key]
    for code in LANGUAGES:
        assert sheet.name[code] and sheet.intro[code] and sheet.before[code] and sheet.after[code]
        for phase in sheet.phases:
            said, first = phase.texts[code], phase.texts["en"]
            assert said.name and said.purpose and said.how
            assert len(said.prompts) == len(first.prompts) and len(said.materials) == len(first.materials)


def test_kinds_of_sessions_and_ready_groups_name_sheets_that_there_are():
    for name, rows in (("modalities", "modalities"), ("templates_of_groups", "templates")):
        assert {row["run_sheet"] for row in content(name)[rows]} - {None} <= SHEETS.keys()


def test_prompts_and_agreements_stand_in_every_language():
    prompts, agreements = ready_library()
    assert {one.deck for one, _texts in prompts} == set(PromptList)
    assert len({one.key for one, _texts in prompts}) == len(prompts)
    for _one, texts in prompts:
        assert all(texts[code] for code in LANGUAGES)
    for _one, said in agreements:
        assert all(said[code]["text"] and said[code]["reason"] for code in LANGUAGES)


def test_a_new_program_has_them_and_loading_again_brings_back_what_is_missing_alone(app):
    world = World()
    count = {table: db_count(table) for table in (RunSheetTemplate, LibraryPrompt, LibraryAgreement)}
    assert [row.key for row in library_rows(world.program.id)] == list(SHEETS)
    assert count[LibraryPrompt] == len(ready_library()[0]) and count[LibraryAgreement] == len(
        ready_library()[1]
    )
    load_ready_sheets(world.program)
    assert {table: db_count(table) for table in count} == count


def db_count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))
