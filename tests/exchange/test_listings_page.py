"""The page for listings of others: a file, what would happen in sentences, yes; and the settings of its source."""

import json
import re

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.audit.models import AuditRow
from groupsched.audit.rules import AuditAction
from groupsched.catalog.models import Group, ListingSource
from groupsched.core.db import db
from groupsched.exchange.service import import_listings
from tests.exchange.test_rules import row
from tests.exchange.uploading import send, yes
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

PAGE = "/import/listings"
ASKED = {"name": "north", "fellowship": "aa", "timezone": "America/New_York"}


def feed(*slugs, **changes):
    return json.dumps([row(slug=slug, name=f"Meeting {slug}", **changes) for slug in slugs])


def names():
    db.session.expire_all()
    query = select(Group.title).where(Group.source_id.is_not(None), Group.state == "published")
    return list(db.session.scalars(query.order_by(Group.title)))


def count(page, words):
    return int(re.search(rf"<b>(\d+)</b>\s*{words}", page.text)[1])


@pytest.fixture
def browser(client, world):
    """An administrator's."""
    return client.as_(world.admin())


@kept
def north(world):
    """A source with four listings."""
    text = feed("a", "b", "c", "d")
    import_listings(
        System(), world.program, text, source="north", fellowship="aa", timezone="America/New_York"
    )
    db.session.commit()
    return db.session.scalar(select(ListingSource))


def test_a_file_is_tried_then_written(browser):
    page = send(browser, PAGE, feed("a", "b"), **ASKED)
    assert (count(page, "would come"), count(page, "would change"), count(page, "cannot be taken")) == (
        2,
        0,
        0,
    )
    assert "2 of the new ones leave something unsaid" in page.text
    assert names() == []
    answer = yes(browser, PAGE, page)
    assert "2 listings are different now." in answer.text
    assert names() == ["Meeting a", "Meeting b"]
    source = db.session.scalar(select(ListingSource))
    assert (source.name, source.fellowship, source.timezone) == ("north", "aa", "America/New_York")


def test_what_would_come_change_go_and_is_refused_stands_in_numbers_with_names(browser, north):
    text = json.dumps(
        [row(slug="a", name="New name"), *json.loads(feed("b", "c", "e")), row(slug="late", time="late")]
    )
    page = send(browser, PAGE, text, **ASKED)
    told = ("would come", "would change", "would be taken out", "stay as they are", "cannot be taken")
    assert [count(page, words) for words in told] == [1, 1, 1, 2, 1]
    assert "1 × Its time cannot be read." in page.text
    assert "New name" in page.text
    yes(browser, PAGE, page)
    assert names() == ["Meeting b", "Meeting c", "Meeting e", "New name"]


@pytest.mark.parametrize(
    ("slugs", "words"), [((), "This feed has no meetings"), (("a",), "3 of the 4 meetings")]
)
def test_an_empty_or_much_smaller_file_is_refused_unless_it_is_meant(browser, north, slugs, words):
    page = send(browser, PAGE, feed(*slugs), **ASKED)
    assert words in page.text
    assert "Yes, bring them in" not in page.text
    assert names() == ["Meeting a", "Meeting b", "Meeting c", "Meeting d"]
    meant = yes(browser, PAGE, page, button="meant")
    assert count(meant, "would be taken out") == 4 - len(slugs)
    yes(browser, PAGE, meant)
    assert names() == [f"Meeting {slug}" for slug in slugs]


def test_a_yes_to_a_refused_file_writes_nothing(browser, north):
    page = send(browser, PAGE, feed("a"), **ASKED)
    answer = yes(browser, PAGE, page)
    assert answer.status_code in (409, 422)
    assert len(names()) == 4


def test_a_yes_to_what_changed_meanwhile_shows_it_once_more(browser, north):
    page = send(browser, PAGE, feed("a", "b", "c", "d", "e"), **ASKED)
    yes(browser, PAGE, send(browser, PAGE, feed("a", "b", "c", "d", "f"), **ASKED))
    answer = yes(browser, PAGE, page)
    assert answer.status_code == 409
    assert "Meeting f" in names()


@pytest.mark.parametrize(
    ("data", "fields", "words"),
    [
        (b"", ASKED, "Choose a file."),
        (b"{", ASKED, "This is not JSON: line 1"),
        (b"\xff[]", ASKED, "This is not a text in UTF-8: byte 1"),
        (b"[]", {**ASKED, "name": ""}, "Please fill this in."),
        (b"[]", {**ASKED, "name": "NORTH"}, "There is a source “north” already"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence_beside_its_field(browser, north, data, fields, words):
    page = send(browser, PAGE, data, **fields)
    assert page.status_code == 422
    assert words in page.text


def test_the_settings_of_a_source_are_changed_and_count_from_the_next_file(browser, north):
    assert 'value="north"' in browser.get(f"{PAGE}?source={north.uid}").text
    address = f"/import/sources/{north.uid}"
    answer = browser.post(
        address, data={"name": "North side", "fellowship": "na", "timezone": "America/Chicago"}
    )
    assert answer.status_code == 303
    db.session.refresh(north)
    assert (north.name, north.fellowship, north.timezone) == ("North side", "na", "America/Chicago")
    acts = select(AuditRow).where(AuditRow.word == AuditAction.LISTING_SOURCE_CHANGED)
    assert db.session.scalars(acts).one().detail["changed"] == ["fellowship", "name", "timezone"]
    assert "America/Chicago" in browser.get(f"{PAGE}?source={north.uid}").text
    browser.post(address, data={"name": "North side", "fellowship": "na", "timezone": "America/Chicago"})
    assert len(db.session.scalars(acts).all()) == 1


def test_two_sources_never_have_one_name(browser, north):
    yes(browser, PAGE, send(browser, PAGE, feed("x"), **{**ASKED, "name": "south"}))
    answer = browser.post(f"/import/sources/{north.uid}", data={**ASKED, "name": "South"})
    assert answer.status_code == 422
    assert "There is a source “south” already" in answer.text


def test_only_an_administrator_brings_listings_and_of_their_own_program(client, world, north):
    for person in (world.supervisor(), world.facilitator(), world.client()):
        assert client.as_(person).get(PAGE).status_code == 404
    stranger = client.as_(world.another_program().admin())
    assert stranger.get(f"/import/sources/{north.uid}").status_code == 404
    assert "north" not in stranger.get(PAGE).text


def test_the_page_speaks_spanish(browser, north):
    browser.set_cookie("language", "es")
    page = send(
        browser,
        PAGE,
        json.dumps([row(slug="late", time="late"), *json.loads(feed("a", "b", "c", "d"))]),
        **ASKED,
    )
    assert "Its time cannot be read" not in page.text
