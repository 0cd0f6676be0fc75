"""What a calendar gives away is what the person chose, and a text stays a text."""

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.core.text import clean_line, clean_prose
from groupsched.feeds.ics import write
from groupsched.feeds.rules import CalendarFile, GroupFacts, NeutralWords, TitleMode, words_for
from groupsched.feeds.rules.model import Event, EventText
from tests.feeds.linting import lint, unfold
from tests.feeds.test_masters import CHANGED, NOW

FACTS = GroupFacts(
    title="Morning group", room="Oak Room", site="Harbor House", address="12 Quay Street", description="We sit in a circle.",
    bring="A cup", link="https://meet.example.org/oak", url="https://sessions.example.org/sessions/abc",
)  # fmt: skip


def test_private_says_appointment_and_nothing_else():
    assert words_for(TitleMode.PRIVATE, FACTS, NeutralWords()) == EventText("Appointment")


def test_short_says_group_and_the_room():
    assert words_for(TitleMode.SHORT, FACTS, NeutralWords()) == EventText("Group", place="Oak Room")


def test_full_says_title_place_and_what_to_bring():
    full = words_for(TitleMode.FULL, FACTS, NeutralWords())
    assert full.title == "Morning group"
    assert full.place == "Oak Room, Harbor House, 12 Quay Street"
    assert full.url
    assert full.description == "We sit in a circle.\n\nBring: A cup\n\nOnline: https://meet.example.org/oak"


@pytest.mark.parametrize("titles", TitleMode)
def test_own_words_replace_the_title_and_add_nothing(titles):
    own = words_for(titles, FACTS, NeutralWords(), "Choir")
    plain = words_for(titles, FACTS, NeutralWords())
    assert own.title == "Choir"
    assert (own.place, own.description, own.url) == (plain.place, plain.description, plain.url)


def test_an_online_group_says_its_link_where_the_place_would_stand():
    assert (
        words_for(TitleMode.FULL, GroupFacts("Calm", link="https://meet.example.org"), NeutralWords()).place
        == "https://meet.example.org"
    )


@given(st.text(alphabet=st.characters(exclude_categories=())), st.text(max_size=3000))
def test_no_text_can_become_anything_but_a_text(title, description):
    words = EventText(clean_line(title) or "x", clean_line(description), clean_prose(description))
    ics = write(CalendarFile((Event("uid", NOW, NOW, words, CHANGED),), name=words.title))
    assert lint(ics) == []
    read = icalendar.Calendar.from_ical(ics).walk("VEVENT")[0]
    assert str(read["SUMMARY"]) == words.title
    assert str(read.get("LOCATION", "")) == words.place
    assert str(read.get("DESCRIPTION", "")) == words.description


@pytest.mark.parametrize(
    "title",
    ["x\r\nATTENDEE:mailto:a@example.org", "x\nEND:VEVENT", "x\u2028BEGIN:VALARM", "\ud800x", "a\x00b\x07"],
)
def test_a_title_cannot_bring_a_property_with_it(title):
    ics = write(CalendarFile((Event("uid", NOW, NOW, EventText(clean_line(title)), CHANGED),)))
    names = {name.split(":")[0] for name in unfold(ics)}
    assert lint(ics) == []
    assert names == {
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DTSTAMP",
        "LAST-MODIFIED",
        "UID",
        "SEQUENCE",
        "CLASS",
        "STATUS",
        "TRANSP",
    }
    assert unfold(ics).count("BEGIN:VEVENT") == unfold(ics).count("END:VEVENT") == 1


def test_braces_in_a_title_are_only_braces():
    event = Event("uid", NOW, NOW, EventText("{title} {0} {x.y}"), CHANGED, cancelled=True)
    assert b"SUMMARY:Cancelled: {title} {0} {x.y}" in write(CalendarFile((event,)))
