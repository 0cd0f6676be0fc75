"""What a group says of itself is read in the language of its reader: no page and no view prints the first words by themselves."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.core.resources import folder
from tests.house.test_statements import NO_PAGES, Busy

PACKAGE = Path(__file__).parents[2] / "groupsched"
FIRST_WORDS = re.compile(r"plain_(title|tradition|description|not_asked)\b|\bplain_\{")
# Who may: the room that keeps them, the interface that gives them as they are, and who asks by a value that is one for all languages.
MAY = {
    "api/routes/shapes.py", "catalog/models.py", "catalog/service/filling.py", "catalog/service/groups.py",
    "core/texts.py", "exchange/service/table_seats.py", "enrolment/queries/searched.py", "enrolment/queries/understood.py", "register/queries/asked.py",
}  # fmt: skip
# The form shows the first words and those of each language, each in its own field.
FORM = "schedule.edit_group"
SHOWN = {
    "attendance.did_not_meet", "attendance.sheet", "audit.looks", "audit.rows", "enrolment.bring",
    "enrolment.date_page", "enrolment.find", "enrolment.gone", "enrolment.group_page", "enrolment.mine",
    "enrolment.roster", "feeds.calendar", "feeds.link", "feeds.own", "home.my", "home.today", "register.person",
    "schedule.bring_back", "schedule.cancel_occurrence", "schedule.edit_date", "schedule.end_series", "schedule.group",
    "schedule.groups", "schedule.new_series", "schedule.retire",
}  # fmt: skip


def test_no_template_and_no_view_names_the_column_of_the_first_words():
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    naming = {name for name, path in files.items() if FIRST_WORDS.search(path.read_text(encoding="utf-8"))}
    templates = [
        path.name for path in folder("templates").rglob("*.html") if "plain_" in path.read_text("utf-8")
    ]
    assert naming == MAY
    assert templates == []


@pytest.fixture
def spanish(world):
    """A busy program, each group of which says in Spanish what it is called."""
    busy = Busy(world, 1)
    for number, group in enumerate(db.session.scalars(select(Group))):
        group.plain_title, group.plain_description = f"Firstwords {number}", "Firstwords of it."
        group.texts = {"es": {"title": f"Dicho {number}", "description": "Dicho así."}}
    for person in filter(None, busy.roles.values()):
        person.language = "es"
    db.session.commit()
    return busy


# Words are the same whatever keeps them; that every page answers on both is asked in tests/house/test_statements.py.
@pytest.mark.on_sqlite
def test_every_page_for_every_role_says_it_in_the_language_of_the_page(app, spanish):
    wrong, said = [], set()
    for role, person in spanish.roles.items():
        browser = app.test_client().as_(person)
        for endpoint, where in spanish.addresses(app):
            if endpoint in NO_PAGES or endpoint == FORM:
                continue
            page = browser.get(where, headers={"Accept-Language": "es"}).text
            wrong += [(role, endpoint, where)] if "Firstwords" in page else []
            said |= {endpoint} if "Dicho" in page else set()
    assert wrong == []
    assert said >= SHOWN, SHOWN - said
