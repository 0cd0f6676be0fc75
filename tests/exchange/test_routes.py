"""The page of listings to review: who sees it, what it settles, and what it says to bad input."""

import json

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.models import Group
from groupsched.core.db import db
from groupsched.exchange.service import import_listings
from tests.conftest import Client
from tests.exchange.test_rules import row
from tests.factories import World
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

PAGE = "/import/review"
NOTHING = {"orientation": "", "structure": "", "access": "", "ends": "", "scope": "ticked"}


@kept
def listings(world: World) -> dict[str, Group]:
    """Two listings of "north": one says nothing, one says all but its structure."""
    feed = [row(), row(slug="full", name="Full house", types=["A", "O"])]
    import_listings(
        System(),
        world.program,
        json.dumps(feed),
        source="north",
        fellowship="aa",
        timezone="America/New_York",
    )
    db.session.commit()
    return {str(group.source_slug): group for group in db.session.scalars(select(Group))}


def read(slug: str) -> Group:
    db.session.expire_all()
    return db.session.scalars(select(Group).where(Group.source_slug == slug)).one()


def test_a_supervisor_sees_what_is_not_said(client: Client, world: World, listings: dict[str, Group]) -> None:
    page = client.as_(world.supervisor()).get(PAGE).text
    assert "2 listings have open questions" in page
    assert "Full house" in page
    assert "Every Monday 19:00–20:00" in page
    assert "All 2 that match, on every page" in page


def test_the_list_can_be_narrowed(client: Client, world: World, listings: dict[str, Group]) -> None:
    browser = client.as_(world.supervisor())
    assert "Full house" not in browser.get(f"{PAGE}?missing=orientation").text
    assert "Monday evening" not in browser.get(f"{PAGE}?q=FULL").text
    assert "No listing matches" in browser.get(f"{PAGE}?source=south").text
    assert "open questions" in browser.get(f"{PAGE}?after=nonsense&missing=nonsense").text


def test_the_ticked_listings_are_settled(client: Client, world: World, listings: dict[str, Group]) -> None:
    data = NOTHING | {"orientation": "faith", "scope": "ticked", "listing": [listings["monday"].uid]}
    answer = client.as_(world.supervisor()).post(PAGE, data=data, follow_redirects=True)
    assert "1 listing is settled." in answer.text
    assert (read("monday").orientation, read("monday").review) == ("faith", ["structure", "access"])
    assert read("full").orientation == "secular"


def test_all_that_match_can_be_settled_at_once(
    client: Client, world: World, listings: dict[str, Group]
) -> None:
    answer = client.as_(world.admin()).post(
        f"{PAGE}?q=full", data=NOTHING | {"structure": "relaxed", "scope": "all"}
    )
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?q=full")
    assert (read("full").structure, read("monday").structure) == ("relaxed", None)


def test_a_listing_that_can_be_joined_by_phone_alone_says_so_to_staff(client: Client, world: World) -> None:
    feed = [
        row(slug="phone", name="Phone circle", conference_phone="+12025550100", types=["O", "ONL"], attendance_option="online"),
        row(slug="call", name="Call circle", conference_url="https://meet.example.org/j/1", types=["O", "ONL"]),
    ]  # fmt: skip
    import_listings(System(), world.program, json.dumps(feed), source="north", timezone="America/New_York")
    db.session.commit()
    browser = client.as_(world.admin())
    phone, call = (browser.get(f"/groups/{read(slug).uid}").text for slug in ("phone", "call"))
    assert "By phone" in phone
    assert "By phone" not in call
    listed = browser.get("/groups?state=listings").text
    assert listed.count("By phone") == (1 if "Phone circle" in listed else 0)


def test_what_a_listing_says_already_is_no_question(
    client: Client, world: World, listings: dict[str, Group]
) -> None:
    data = NOTHING | {"access": "closed", "listing": [listings["full"].uid]}
    answer = client.as_(world.supervisor()).post(PAGE, data=data, follow_redirects=True)
    assert "Nothing was open there" in answer.text
    assert read("full").access == "open"


def test_a_question_can_be_closed_without_an_answer(
    client: Client, world: World, listings: dict[str, Group]
) -> None:
    client.as_(world.supervisor()).post(PAGE, data=NOTHING | {"structure": "nobody", "scope": "all"})
    assert (read("full").structure, read("full").review) == (None, [])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"scope": "all"}, "Choose what to set"),
        ({"orientation": "faith", "scope": "ticked"}, "Tick at least one listing"),
        ({"orientation": "pastafarian", "scope": "all"}, "Not a valid choice"),
        ({"orientation": "faith", "scope": "none"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_said_and_what_was_chosen_is_kept(
    client: Client, world: World, listings: dict[str, Group], data: dict[str, str], words: str
) -> None:
    answer = client.as_(world.supervisor()).post(PAGE, data=NOTHING | data)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Something needs a second look" in answer.text
    assert read("monday").orientation is None


def test_listings_of_another_program_are_not_reached(
    client: Client, world: World, listings: dict[str, Group]
) -> None:
    stranger = client.as_(world.another_program().supervisor())
    assert "Nothing to review" in stranger.get(PAGE).text
    data = NOTHING | {"orientation": "faith", "scope": "ticked", "listing": [listings["monday"].uid]}
    stranger.post(PAGE, data=data)
    assert read("monday").orientation is None


def test_who_does_not_review_finds_nothing(client: Client, world: World) -> None:
    for person in (world.client(), world.facilitator(), world.front_desk()):
        assert client.as_(person).get(PAGE).status_code == 404
        assert client.as_(person).post(PAGE).status_code == 404
    assert client.get(PAGE).location.startswith("/sign-in?next=")
    assert client.as_(world.supervisor()).delete(PAGE).status_code == 405


def test_a_supervisor_says_how_long_a_listing_lasts(
    client: Client, world: World, listings: dict[str, Group]
) -> None:
    feed = json.dumps([row(slug="odd", name="Odd hours", end_time="18:00")])
    import_listings(System(), world.program, feed, source="south", timezone="America/New_York")
    db.session.commit()
    browser = client.as_(world.supervisor())
    page = browser.get(f"{PAGE}?missing=ends").text
    assert "Odd hours" in page
    assert "Full house" not in page
    assert "Its source says 19:00 to 18:00" in page
    browser.post(f"{PAGE}?missing=ends", data=NOTHING | {"ends": "90", "scope": "all"})
    assert "19:00–20:30" in client.get(f"/sessions/{read('odd').uid}").text
