"""What a listing does not say stays unsaid: on its page, its card, in the calendar and in the interface."""

from typing import Any

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.catalog.models import Group, Modality
from groupsched.core.db import db
from tests.conftest import Client
from tests.exchange.test_rules import row
from tests.exchange.test_service import bring, dates, listing
from tests.factories import World
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

OURS = {
    "summary": "Ours: people tell how it is going.",
    "happens": "Ours: we sit in a circle.",
    "not_asked": "Ours: you need not speak.",
    "bring": "Ours: a cup.",
    "good_to_know": "Ours: tea is there.",
}


@kept
def silent(world: World) -> Group:
    """A listing that says no more than when and where it meets, of a kind of session that says much of itself."""
    for kind in db.session.scalars(select(Modality)):
        kind.texts = {**kind.texts, "en": {**kind.texts.get("en", {}), **OURS}}
    bring(world, row(location="Hall"))
    return listing()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text.replace("\r\n ", "")


@pytest.mark.parametrize(
    "address", ["/sessions/{uid}", "/sessions?external=1", "/sessions?external=1&view=days", "/feeds/public.ics?external=1"]
)  # fmt: skip
def test_our_words_about_a_kind_of_work_are_not_said_of_other_peoples_meetings(
    client: Client, world: World, silent: Group, address: str
) -> None:
    text = read(client, address.format(uid=silent.uid))
    assert "Monday evening" in text
    assert "Ours" not in text


def test_the_calendar_of_one_date_has_none_of_our_words(client: Client, world: World, silent: Group) -> None:
    text = read(client, f"/calendar/dates/{dates(silent)[0].uid}.ics")
    assert "Monday evening" in text
    assert "Ours" not in text


def test_who_may_come_is_not_said_where_the_source_does_not_say_it(world: World, silent: Group) -> None:
    assert (silent.access, silent.review) == (None, ["orientation", "structure", "access"])


@pytest.mark.parametrize(
    "address", ["/sessions/{uid}", "/sessions?external=1", "/feeds/public.ics?external=1"]
)
def test_no_page_says_who_may_come_where_the_source_does_not(
    client: Client, world: World, silent: Group, address: str
) -> None:
    text = read(client, address.format(uid=silent.uid))
    main = text.partition("<main")[2] or text
    for words in ("Just go", "own members", "Drop in", "Closed group"):
        assert words not in main.partition('id="filters"')[0], words


def test_the_filter_of_how_to_join_does_not_find_what_says_nothing(
    client: Client, world: World, silent: Group
) -> None:
    for access in ("open", "enrol", "closed", "referral"):
        assert "Monday evening" not in client.get(f"/sessions?external=1&access={access}").text


def test_the_interface_leaves_it_empty(client: Client, world: World, silent: Group) -> None:
    _row, token = create_token(System(), world.program, "tests", ["read", "people"])
    db.session.commit()
    answer = client.get(f"/api/v1/groups/{silent.uid}", headers={"Authorization": f"Bearer {token}"})
    found: dict[str, Any] = answer.get_json()
    assert (found["access"], found["description"], found["not_asked"]) == (None, "", "")


def test_a_page_says_what_the_source_says(client: Client, world: World) -> None:
    bring(world, row(types=["O"]), row(slug="shut", name="Shut", types=["C"]))
    assert "Just go. Nobody needs to sign up." in client.get(f"/sessions/{listing().uid}").text
    assert "for its own members" in client.get(f"/sessions/{listing('shut').uid}").text


def test_staff_read_no_seats_and_no_leaders_of_a_listing(client: Client, world: World, silent: Group) -> None:
    page = client.as_(world.supervisor()).get(f"/groups/{silent.uid}").text
    assert "No limit" not in page
    assert "Nobody yet" not in page


# --- how to come in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("+15555550100,,123#", "By phone: +15555550100. If it asks for a code, ask the group."),
        ("ask Ann", "By phone. Ask the group for the number."),
    ],
)
def test_a_meeting_by_phone_alone_says_so(client: Client, world: World, phone: str, words: str) -> None:
    bring(world, row(conference_phone=phone, approximate="yes"))
    page = client.get(f"/sessions/{listing().uid}").text
    assert words in page
    assert "123#" not in page
    card = client.get("/sessions?external=1").text
    assert "By phone" in card
    assert ">Online<" not in card.partition('class="occ"')[2]
    assert "LOCATION:By phone" in read(client, "/feeds/public.ics?external=1")


def test_an_online_meeting_without_a_way_in_says_whom_to_ask(client: Client, world: World) -> None:
    bring(world, row(attendance_option="online"))
    assert "Online. Ask the group for the way in." in client.get(f"/sessions/{listing().uid}").text


def test_a_listing_that_does_not_meet_for_now_still_says_where(client: Client, world: World) -> None:
    bring(world, row(types=["TC"], location="Old Hall"))
    page = client.get(f"/sessions/{listing().uid}").text
    assert "There are no coming dates" in page
    assert "1 Example St, Anytown" in page
