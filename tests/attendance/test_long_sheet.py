"""A sheet longer than a screen: letters to jump by, and a list of rows instead of tiles."""

import re

import pytest

from groupsched.attendance.words import letters_of
from tests.attendance.conftest import Morning

pytestmark = pytest.mark.on_sqlite

NAMES = ["Alder", "Ávila", "Birch", "Bryony", "Cedar", "Dahlia", "Elm", "Fern", "Ñandú", "Олена"]


@pytest.fixture
def long_sheet(world):
    """Forty people on a sheet whose names begin with some letters of the alphabet, one of them with none of it."""
    people = [world.client(NAMES[n % len(NAMES)], f"Number {n:02}") for n in range(36)]
    found = Morning(world, capacity=None)
    found.enrol(*people)
    return found


def test_a_long_sheet_has_letters_that_lead_to_its_people_and_a_short_one_none(long_sheet, morning, client):
    page = client.as_(long_sheet.ossian).get(f"/sheet/{long_sheet.occurrence.uid}").text
    (strip,) = re.findall(r'<nav class="letters".*?</nav>', page, re.S)
    linked = dict(re.findall(r'<a href="#r([\w-]+)"[^>]*>(.)</a>', strip))
    assert sorted(linked.values()) == sorted("ABCDEFJN#"), "Á is an A, Ñ is an N"
    greyed = " ".join(re.findall(r'<span aria-hidden="true">(.*?)</span>', strip)).split()
    assert sorted([*linked.values(), *greyed]) == sorted("ABCDEFGHIJKLMNOPQRSTUVWXYZ#")
    assert page.index("Ávila") < page.index("Birch") and page.index("Ñandú") < page.index("Олена"), (
        "accents aside"
    )
    items = re.findall(r'<li id="r([\w-]+)"', page)
    assert set(linked) <= set(items)
    by_last = client.as_(long_sheet.ossian).get(f"/sheet/{long_sheet.occurrence.uid}?sort=last").text
    assert set(re.findall(r'<a href="#r[\w-]+"[^>]*>(.)</a>', by_last)) == set("CDMN")
    assert 'id="letters"' not in client.as_(morning.ossian).get(f"/sheet/{morning.occurrence.uid}").text


def test_who_came_lately_begins_a_run_of_their_own():
    class Row:
        def __init__(self, uid, label):
            self.attendee_id, self.label, self.person = uid, label, None

    rows = [Row(str(n), label) for n, label in enumerate(["Ash"] * 20 + ["Basil"] * 5 + ["Aster"] * 9)]
    found = {one.letter: one.rows for one in letters_of(rows, "")}
    assert (found["A"], found["B"], found["C D E F G H I J K L M N O P Q R S T U V W X Y Z"]) == (
        ("0", "25"),
        ("20",),
        (),
    )
    assert letters_of(rows[:28], "") == []


def test_a_browser_keeps_whether_it_shows_tiles_or_rows(morning, client):
    address = f"/sheet/{morning.occurrence.uid}"
    desk = client.as_(morning.ossian)
    assert "people-list" not in desk.get(address).text
    assert "people-list" in desk.get(f"{address}?as=list").text
    assert "people-list" in desk.get(address).text, "kept in this browser"
    assert "people-list" not in desk.get(f"{address}?as=tiles").text
    assert "people-list" not in desk.get(f"{address}?as=table").text
