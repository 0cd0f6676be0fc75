"""What people are called on a sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.accounts.rules import CalledName, labels, record_end


def called(*names):
    people = [CalledName(str(number), *name) for number, name in enumerate(names)]
    return list(labels(people).values())


def test_a_first_name_and_an_initial_are_enough():
    assert called(("Ash", "Doorbell"), ("Basil", "Cardigan")) == ["Ash D.", "Basil C."]


def test_the_initial_grows_only_as_far_as_two_people_need():
    assert called(("Jo", "Marmalade"), ("Jo", "Matchbox"), ("Jo", "Teacup")) == [
        "Jo Mar.",
        "Jo Mat.",
        "Jo T.",
    ]


def test_case_makes_no_difference():
    assert called(("jo", "marmalade"), ("Jo", "Matchbox")) == ["jo mar.", "Jo Mat."]


def test_a_name_that_begins_another_is_written_out():
    assert called(("Jo", "Mar"), ("Jo", "Marmalade")) == ["Jo Mar", "Jo Marm."]


def test_people_of_the_same_name_are_told_apart_by_the_end_of_their_record_number():
    assert called(("Jo", "Ma", "R-1041"), ("Jo", "Ma", "R-1077")) == ["Jo Ma 041", "Jo Ma 077"]


def test_an_accent_tells_nobody_apart_at_a_door():
    assert called(("Jose", "Alba"), ("José", "Álvarez")) == ["Jose Alb.", "José Álv."]
    assert called(("Łuk", "Ža", "R-1041"), ("Luk", "Za", "R-1077")) == ["Łuk Ža 041", "Luk Za 077"]


def test_a_single_name_stands_alone():
    assert called(("Robin",), ("Robin", "Teacup")) == ["Robin", "Robin T."]


def test_record_numbers_of_letters_tell_people_apart_too():
    """Many that the product gives have one figure or none."""
    assert called(("Jo", "Ma", "XKWQZHBT"), ("Jo", "Ma", "XK7QZHBN")) == ["Jo Ma HBT", "Jo Ma HBN"]


@pytest.mark.parametrize(
    ("number", "end"), [("R-1041", "041"), (" 7- ", "7-"), ("", ""), ("K7QX2MBT", "MBT")]
)
def test_the_end_of_a_record_number(number, end):
    assert record_end(number) == end


LAST = st.text(alphabet="abÄé", min_size=1, max_size=5)


@given(st.lists(st.tuples(st.sampled_from(["Jo", "Ash"]), LAST), unique_by=lambda n: (n[0], n[1].casefold())))
def test_two_people_with_different_names_never_read_the_same(names):
    made = called(*names)
    assert len({label.casefold() for label in made}) == len(names)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_of_cancelling_tells_namesakes_apart(world, client):
    lead = world.facilitator()
    group = world.group(led_by=lead)
    date = world.soon(group, in_minutes=300)
    people = [world.client("Jo", last) for last in ("Marmalade", "Matchbox", "Matchbox")]
    world.enrol(group, *people)
    page = client.as_(lead).get(f"/occurrences/{date.uid}/cancel").text
    for name in (
        "Jo Mar.",
        f"Jo Matchbox {record_end(people[1].record_number)}",
        f"Jo Matchbox {record_end(people[2].record_number)}",
    ):
        assert name in page
    assert "Jo M." not in page
