"""What a group may be, without a database."""

from dataclasses import replace

import pytest

from groupsched.catalog.rules import (
    AttendanceMode,
    GroupFields,
    Orientation,
    Setting,
    cleaned,
    is_link,
    problems,
    publishing_problems,
)

GOOD = GroupFields(title="Tea and talk", modality="support-group", facilitators=("a",), place="b")


def with_(**fields):
    return GroupFields(**{**GOOD.__dict__, **fields})


def test_a_plain_group_has_no_problem():
    assert problems(GOOD) == []
    assert publishing_problems(GOOD) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"), ({"title": "x" * 121}, "title"), ({"description": "x" * 2001}, "description"),
        ({"not_asked": "x" * 2001}, "not_asked"), ({"online_link": "ftp://x"}, "online_link"),
        ({"online_link": "https://" + "x" * 500}, "online_link"), ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"), ({"capacity": 5, "min_to_run": 6}, "min_to_run"),
        ({"min_to_run": 0}, "min_to_run"), ({"tradition": "Zen"}, "tradition"), ({"languages": ()}, "languages"),
        ({"languages": tuple(map(str, range(21)))}, "languages"), ({"audience": ("x" * 41,)}, "audience"),
        ({"tags": ("",)}, "tags"), ({"facilitators": tuple("abcdefghi")}, "facilitators"),
    ],
)  # fmt: skip
def test_what_does_not_fit_names_its_field(fields, field):
    assert problems(with_(**fields))[0].field == field


def test_a_tradition_goes_with_a_faith_based_group():
    assert problems(with_(orientation=Orientation.FAITH, tradition="Zen")) == []


def test_publishing_needs_a_leader_and_a_place_unless_it_is_online():
    bare = with_(facilitators=(), place=None)
    assert [problem.field for problem in publishing_problems(bare)] == ["facilitators", "place"]
    online = with_(place=None, attendance_mode=AttendanceMode.ONLINE)
    assert [problem.field for problem in publishing_problems(online)] == ["online_link"]
    assert publishing_problems(online, linked=True) == []
    assert publishing_problems(replace(online, online_link="https://meet.example.org/tea")) == []
    hybrid = with_(attendance_mode=AttendanceMode.HYBRID)
    assert [problem.field for problem in publishing_problems(hybrid)] == ["online_link"]


def test_one_to_one_is_one_seat():
    for capacity, reason in ((1, []), (5, ["one-to-one-seats"]), (None, ["one-to-one-seats"])):
        found = publishing_problems(with_(setting=Setting.PRIVATE, capacity=capacity))
        assert [problem.reason for problem in found] == reason


@pytest.mark.parametrize("link", ["https://example.org/a?b=c", "http://example.org"])
def test_links_are_web_addresses(link):
    assert is_link(link)


@pytest.mark.parametrize(
    "text", ["", "example.org", "javascript:alert(1)", "https://", "https://a b", "http://[::1", "data:x"]
)
def test_other_texts_are_no_links(text):
    assert not is_link(text)


def test_lists_lose_empty_words_and_repeats_but_keep_their_order():
    assert cleaned(with_(tags=("b", " ", "a", "b"))).tags == ("b", "a")
