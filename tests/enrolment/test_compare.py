"""Two or three groups side by side: what differs, what is the same, and nothing that is recommended."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core import clock
from groupsched.enrolment.rules import ComparedAnswer, ComparedQuestion, chosen, differing, differs_in
from tests.conftest import read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house
WORDS = st.sampled_from(["a", "b", ""])


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """A structured secular group, a relaxed one and a faith-based one, all in one room."""
    lead = world.facilitator("Marigold")
    world.plain = world.group("Structured support", led_by=lead, capacity=12, not_asked="To speak.")
    world.tea = world.group("Tea and talk", structure="relaxed", led_by=lead, capacity=12)
    world.faith = world.group(
        "Reflection", orientation="faith", tradition="Christian", led_by=lead, capacity=8
    )
    for number, group in enumerate((world.plain, world.tea, world.faith)):
        world.series(group, datetime(2026, 11, 26 + number, 18), dates=4)
    return world


def page_of(client, *groups):
    return client.get("/sessions/compare?" + "&".join(f"with={one.uid}" for one in groups))


def rows(page):
    """What stands in each row, by its question."""
    found = {}
    for row in read_html(page).iter("tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row]
        found[cells[0]] = cells[1:]
    return found


def test_three_groups_stand_side_by_side_what_differs_first(house, client):
    page = page_of(client, house.plain, house.tea, house.faith).text
    found = rows(page)
    assert "3 groups, side by side" in page
    assert [cell[2:] for cell in found["How does it go?"]] == [
        "Structured support: Structured. The same outline each time.",
        "Tea and talk: Relaxed. Open talk, no fixed program.",
        "Reflection: Structured. The same outline each time.",
    ]
    assert "Reflection: Yes, faith-based. Christian" in found["Is faith part of it?"][2]
    assert "Up to 8 people. 8 seats free next time." in found["How many"][2]
    assert "To speak." in found["Not asked of you"][0]
    assert "Oak Room" in found["The same in all"][0] and "Marigold" in found["The same in all"][0]
    assert "Differs in form" in page and "Differs in faith" in page
    order = list(found)
    assert order.index("The same in all") == len(order) - 1


def test_a_fourth_that_was_ticked_is_not_left_out_without_a_word(house, world, client):
    fourth = world.group("Painting")
    world.series(fourth, datetime(2026, 11, 30, 18), dates=2)
    said = "You ticked more than three groups. These are the first three."
    assert said not in page_of(client, house.plain, house.tea, house.faith).text
    page = page_of(client, house.plain, house.tea, house.faith, fourth).text
    assert said in page and "Painting" not in page


def test_none_is_recommended(house, client):
    page = page_of(client, house.plain, house.faith).text
    assert "btn-primary" not in page.split("<table")[1].split("</table>")[0]


def test_meetings_of_others_are_compared_and_nothing_of_ours_is_said_of_them(house, client):
    theirs = house.listing("Church basement")
    found = rows(page_of(client, house.plain, theirs).text)
    assert "Church basement directory" in found["Who leads"][1]
    assert found["How many"][1].endswith("–")
    assert found["What happens"][1].endswith("–")


def test_what_cannot_be_found_cannot_be_compared(house, client):
    hidden = house.group("Hidden", hidden=True)
    private = house.group("One-to-one", setting="private")
    draft = house.group("Draft", state="draft")
    quay = house.another_program()
    theirs = quay.group("Quay circle")
    for world, group in ((house, hidden), (house, private), (house, draft), (quay, theirs)):
        world.series(group, datetime(2026, 11, 27, 10), dates=3)
        page = page_of(client, house.plain, house.tea, group).text
        assert "2 groups, side by side" in page and group.title not in page


@pytest.mark.parametrize("asked", ["", "with=", "with=nobody", "with=%00&with=%27", "with=a" * 40])
def test_with_fewer_than_two_the_page_says_how_to_choose(house, client, asked):
    page = client.get(f"/sessions/compare?{asked}")
    assert page.status_code == 200
    assert "Tick two or three groups" in page.text and "<table" not in page.text


def test_a_card_has_a_box_that_belongs_to_the_form_of_comparing(house, client):
    tree = read_html(client.get("/sessions").text)
    boxes = [one for one in tree.iter("input") if one.get("name") == "with"]
    assert {one.get("form") for one in boxes} == {"compare"}
    assert {one.get("value") for one in boxes} == {house.plain.uid, house.tea.uid, house.faith.uid}
    form = next(one for one in tree.iter("form") if one.get("id") == "compare")
    assert (form.get("action"), form.get("method")) == ("/sessions/compare", "get")


def test_the_page_asks_the_database_at_most_twelve_times(house, client, statements):
    browser = client.as_(house.client())
    address = "/sessions/compare?" + "&".join(
        f"with={one.uid}" for one in (house.plain, house.tea, house.faith)
    )
    browser.get(address)
    before = len(statements())
    browser.get(address)
    assert len(statements()) - before <= 12


@given(st.lists(st.lists(WORDS, min_size=3, max_size=3), max_size=6))
def test_every_answered_question_stands_in_one_part_and_differs_or_not(answers):
    asked = [
        ComparedQuestion(str(number), tuple(ComparedAnswer(word) for word in words))
        for number, words in enumerate(answers)
    ]
    different, same = differing(asked)
    answered = {one.name for one in asked if any(answer.word for answer in one.answers)}
    assert {one.name for one in (*different, *same)} == answered
    assert all(len({a.word for a in one.answers}) > 1 for one in different)
    assert all(len({a.word for a in one.answers}) == 1 for one in same)
    alone = differs_in(asked, 1)
    others = [one.name for one in asked if one.answers[1] != one.answers[0]]
    assert alone == (others[0] if len(others) == 1 else "")


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "é", "", "x y"])))
def test_three_groups_are_compared_at_most_each_once(uids):
    found = chosen(uids)
    assert len(found) == len(set(found)) <= 3
    assert found == [one for one in dict.fromkeys(uids) if one in "abcd" and one][:3]
