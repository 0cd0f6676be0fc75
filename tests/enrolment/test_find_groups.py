"""/sessions as groups: one card each, the soonest free seat first, with the count of groups beside every choice."""

import re
from datetime import datetime, timedelta

import pytest

from groupsched.access.identity import Anonymous
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import find_groups
from groupsched.enrolment.rules import FindFilters
from tests.conftest import identity_of, read_html
from tests.factories import tomorrow_at
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """A full group on Wednesday, one on Thursday and Monday that is relaxed, a faith-based one every second Sunday."""
    world.art = world.group(
        "Open studio", modality=world.modality("art-therapy", kind="art"), capacity=1, orientation=None
    )
    world.full = world.series(world.art, datetime(2026, 11, 25, 14), dates=6)
    world.fill(world.art)
    world.tea = world.group("Tea and talk", structure="relaxed", orientation="secular")
    world.series(world.tea, datetime(2026, 11, 26, 18), dates=6)
    world.circle = world.group("Sunday circle", orientation="faith", tradition="Christian", structure=None)
    world.series(world.circle, datetime(2026, 11, 29, 17), dates=3, every_days=14)
    return world


def shown(page):
    return [
        " ".join("".join(node.itertext()).split())
        for body in read_html(page).iter("div")
        if body.get("class") == "occ-body"
        for node in body.findall("h2")
    ]


def found(house, **asked):
    return find_groups(
        Anonymous(house.program.id), FindFilters.parse({k: v.split() for k, v in asked.items()})
    )


def test_a_group_is_one_card_with_its_rhythm_and_its_next_free_date(house, client):
    page = " ".join(client.get("/sessions").text.split())
    assert shown(page) == ["Tea and talk", "Sunday circle", "Open studio"]
    assert "3 groups. Soonest free seat first." in page
    assert "Every Thursday<small>18:00–19:30</small>" in page
    assert "Every 14 days<small>17:00–18:30</small>" in page
    assert "Next free:</span> <b>tomorrow</b>" in page
    assert page.count("Next:</span> <b>today</b>") == 1, "the full one has a next date and no free one"


def test_a_seat_given_back_brings_its_group_to_the_front(house, client):
    assert shown(client.get("/sessions").text)[-1] == "Open studio"
    house.full[0].taken = 0
    db.session.commit()
    assert shown(client.get("/sessions").text)[0] == "Open studio"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("orientation=secular", ["Tea and talk"]),
        ("orientation=unset", ["Open studio"]),
        ("orientation=secular&orientation=unset", ["Tea and talk", "Open studio"]),
        ("structure=unset", ["Sunday circle"]),
        ("day=su", ["Sunday circle"]),
        ("day=th&time=morning", []),
        ("free=1", ["Tea and talk", "Sunday circle"]),
        ("q=christian", ["Sunday circle"]),
        ("from=2026-11-25&to=2026-11-26", ["Tea and talk", "Open studio"]),
        ("from=2026-12-06&to=2026-12-06", []),
    ],
)
def test_the_address_is_the_question(house, client, question, names):
    assert shown(client.get(f"/sessions?{question}").text) == names


def test_counts_count_groups_and_each_is_what_choosing_it_lists(house, client):
    counts = found(house).counts
    assert counts["orientation"] == {"secular": 1, "faith": 1, "unset": 1}
    assert counts["day"] == {"we": 1, "th": 1, "su": 1}
    for name in ("orientation", "structure", "day", "time", "kind", "language"):
        for value, count in counts[name].items():
            page = client.get(f"/sessions?{name}={value}").text
            assert len(shown(page)) == count, (name, value)


def test_style_is_asked_in_plain_words_and_choosing_one_says_how_many_it_hides(house, client):
    page = " ".join(client.get("/sessions").text.split())
    assert "Is faith part of it?" in page and "How does it go?" in page
    assert "no religion" in page and "same outline each time" in page and "open talk" in page
    chosen = " ".join(client.get("/sessions?orientation=secular").text.split())
    assert "1 group do not say if faith is part." not in chosen
    assert "1 group does not say if faith is part." in chosen
    assert 'href="/sessions?orientation=secular&amp;orientation=unset"' in chosen
    both = client.get("/sessions?orientation=secular&orientation=unset").text
    assert "say if faith is part" not in both


def test_groups_i_am_in_come_last_in_one_line(house, client):
    robin = house.client()
    service.enrol(identity_of(robin), house.tea, robin)
    service.enrol(identity_of(robin), house.art, robin)
    db.session.commit()
    page = client.as_(robin).get("/sessions").text
    assert shown(page) == ["Sunday circle"]
    mine = page[page.index("You are already in these") :]
    assert mine.index("Open studio") < mine.index("Tea and talk")
    assert "On the waiting list, number 1" in mine and "You’re in" in mine
    assert "3 groups." in page, "they are counted: the page lists them"
    assert "You are already in these" not in client.as_(robin).get("/sessions?day=su").text


def test_a_group_that_begins_in_two_months_is_found_with_its_first_date(house, client):
    later = house.group("Winter course", access="referral")
    house.series(later, datetime(2027, 2, 2, 10), dates=4)
    page = client.get("/sessions?day=tu").text
    assert shown(page) == ["Winter course"]
    assert "2 Feb" in page


def test_a_single_date_besides_does_not_hide_the_rhythm(house, client):
    house.series(house.tea, datetime(2026, 11, 27, 11), dates=1)
    page = " ".join(client.get("/sessions?q=tea").text.split())
    assert "Every Thursday<small>18:00–19:30</small>" in page


def test_private_hidden_and_draft_groups_and_those_of_another_program_are_not_found(house, client):
    for title, fields in {
        "One-to-one": {"setting": "private"}, "Quiet": {"hidden": True}, "Later": {"state": "draft"},
    }.items():  # fmt: skip
        house.series(house.group(title, **fields), datetime(2026, 11, 27, 10))
        house.series(house.group(f"{title}, far", **fields), datetime(2027, 2, 2, 10))
    quay = house.another_program()
    quay.series(quay.group("Quay circle"), datetime(2026, 11, 27, 10))
    assert found(house).total == 3


def test_meetings_of_others_are_found_when_asked_for_and_named_where_nothing_else_is(house, client):
    group = house.listing("Church basement")
    assert "Church basement" not in client.get("/sessions").text
    page = client.get("/sessions?external=1").text
    assert "Church basement" in shown(page)
    assert "Run by others. Source: Church basement directory" in page
    none = " ".join(client.get("/sessions?q=basement").text.split())
    assert "1 meeting elsewhere" in none
    assert 'href="/sessions?external=1&amp;q=basement"' in none
    assert client.get(f"/sessions/{group.uid}").status_code == 200


def test_nothing_says_what_each_filter_left_out_would_bring(house, client):
    page = " ".join(client.get("/sessions?orientation=faith&structure=relaxed&day=th").text.split())
    assert "Nothing is all of this together" in page
    assert "Without “Faith-based”: 1 group" in page
    assert 'href="/sessions?structure=relaxed&amp;day=th"' in page
    assert "Without “Relaxed”" not in page, "that would bring nothing"
    assert "Show all 3 groups" in page


def test_many_groups_are_shown_by_kind_and_one_kind_in_pages(house, client):
    for number in range(23):
        one = house.group(f"Support {number:02}", place=house.place(f"Room {number}"))
        house.series(one, datetime(2026, 11, 27, 8) + timedelta(minutes=number), dates=2)
    page = client.get("/sessions").text
    assert "26 groups, by kind" in page
    assert shown(page) == []
    lines = re.findall(r'<span class="strong">((?:Support|Tea|Open|Sunday)[^<]*)</span>', page)
    assert lines == ["Tea and talk", *(f"Support {n:02}" for n in range(4)), "Open studio"]
    assert 'href="/sessions?kind=support"' in page and "20 more" in page
    first = client.get("/sessions?kind=support").text
    assert len(shown(first)) == 20
    onward = re.search(r'href="(/sessions\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    second = client.get(onward).text
    assert len(shown(second)) == 5
    assert not set(shown(first)) & set(shown(second))


def test_an_address_of_a_place_in_the_list_still_leads_into_the_list(house, client):
    assert "dayrail" in client.get("/sessions?after=1-1").text


def test_groups_of_faith_and_secular_ones_point_to_each_other(house, client):
    like = house.group("Evening reading", orientation="faith")
    house.series(like, datetime(2026, 11, 27, 18), dates=3)
    page = " ".join(client.get("/sessions").text.split())
    assert re.search(r"Like this, faith-based: <a [^>]*>Evening reading, Fri 18:00</a>", page)
    assert re.search(r"Like this, secular: <a [^>]*>Tea and talk, Thu 18:00</a>", page)
    spared = find_groups(Anonymous(house.program.id), FindFilters(), no_faith=True)
    assert house.tea.id not in spared.like and like.id in spared.like


def test_what_is_paired_by_hand_comes_before_what_is_like_it(house, client):
    named = house.group("Circle at noon", orientation="secular")
    house.series(named, datetime(2026, 11, 29, 12), dates=3)
    house.circle.secular_pair = named
    db.session.commit()
    page = " ".join(client.get("/sessions?q=christian").text.split())
    assert re.search(r"Like this, secular: <a [^>]*>Circle at noon, Sun 12:00</a>", page)


def test_a_full_group_is_no_group_like_this(house):
    assert found(house).like == {}
    noon = house.group("Full circle", orientation="secular", capacity=1)
    house.series(noon, datetime(2026, 11, 28, 18), dates=3)
    assert house.circle.id in found(house).like
    house.fill(noon)
    assert house.circle.id not in found(house).like


def test_the_page_asks_the_database_at_most_twelve_times(house, client, statements):
    robin = house.client()
    service.enrol(identity_of(robin), house.tea, robin)
    db.session.commit()
    browser = client.as_(robin)
    browser.get("/sessions")
    before = len(statements())
    browser.get("/sessions")
    assert len(statements()) - before <= 12


def test_groups_that_stay_open_after_the_program_are_found_by_that(world, client):
    for title, stays in (("Alumni circle", True), ("Closed circle", False)):
        group = world.group(title, stays_open=stays)
        world.series(group, tomorrow_at(10), dates=3)
    db.session.commit()
    text = client.get("/sessions?stays=open").get_data(as_text=True)
    assert "Alumni circle" in text and "Closed circle" not in text
    assert "After the program" in text and "Stays open to me" in text
    assert "Closed circle" in client.get("/sessions").get_data(as_text=True)
    dates = client.get("/sessions?view=list&stays=open").get_data(as_text=True)
    assert "Alumni circle" in dates and "Closed circle" not in dates
