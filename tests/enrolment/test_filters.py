"""The question that an address asks."""

from datetime import date, time
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.enrolment.rules import CHOICES, FindFilters
from groupsched.enrolment.rules.filters import DIMENSIONS, NAMED, part_of_day

TODAY = date(2026, 11, 25)


def read(address):
    return FindFilters.parse(parse_qs(address))


def test_repeated_values_stand_side_by_side_in_the_order_of_the_page():
    assert read("day=we&day=mo").values == {"day": ("mo", "we")}


def test_days_of_two_centuries_and_words_of_a_line_are_taken():
    assert read("from=2000-01-01").first == date(2000, 1, 1)
    assert read("from=2199-12-31").first == date(2199, 12, 31)
    assert read("from=1999-12-31&to=2200-01-01") == FindFilters()
    assert read(f"q={'a' * 200}").q == "a" * 80


@pytest.mark.parametrize(
    "asked", ["after=5-1&q=tea", "day=mo&free=1&external=1&from=2026-12-01&to=2026-12-05&view=week"]
)
def test_the_address_of_a_question_asks_it_again(asked):
    assert read(read(asked).query()) == read(asked)


def test_a_sign_that_cannot_be_seen_is_no_part_of_a_word():
    assert read("q=a%00b").q == "ab"


def test_unknown_words_and_unknown_names_are_left_out():
    assert read("day=someday&orientation=pagan&colour=red&view=chart") == FindFilters()


def test_seven_days_from_today_where_nothing_is_said():
    assert read("").window(TODAY) == (TODAY, date(2026, 12, 1))


def test_from_alone_shows_seven_days_from_there():
    assert read("from=2026-12-05").window(TODAY) == (date(2026, 12, 5), date(2026, 12, 11))


def test_to_is_part_of_the_window():
    assert read("from=2026-12-05&to=2026-12-05").window(TODAY) == (date(2026, 12, 5), date(2026, 12, 5))


def test_to_alone_starts_today():
    assert read("to=2026-12-24").window(TODAY) == (TODAY, date(2026, 12, 24))


@pytest.mark.parametrize("bad", ["from=yesterday", "from=2026-02-30", "from=9999-01-01", "from=%00", "from="])
def test_a_date_that_is_none_falls_back_to_the_coming_week(bad):
    assert read(bad).window(TODAY) == (TODAY, date(2026, 12, 1))


@pytest.mark.parametrize("day", ["20261203", "2026-W49-4", "2026-13-01", "1999-12-31"])
def test_a_day_has_one_way_to_be_written(day):
    assert FindFilters.parse({"from": [day]}).first is None


def test_an_end_before_the_start_or_years_later_is_left_out():
    assert read("from=2026-12-05&to=2026-12-01").last is None
    assert read("from=2026-12-05&to=2036-12-01").last is None


def test_the_next_week_is_the_same_question_seven_days_later():
    later = read("day=mo&from=2026-12-05").shifted(TODAY, 7)
    assert later.query() == "day=mo&from=2026-12-12&to=2026-12-18"


def test_one_value_can_be_taken_out_again():
    filters = read("time=evening&time=morning&q=tea&view=groups&after=5-6")
    assert filters.without("time", "evening").query() == "time=morning&q=tea"
    assert filters.without("time").query() == "q=tea"


def test_dates_and_view_alone_do_not_narrow():
    assert not read("from=2026-12-05&view=week").narrowed
    assert read("free=1").narrowed


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (time(0), "morning"),
        (time(11, 59), "morning"),
        (time(12), "afternoon"),
        (time(16, 59), "afternoon"),
        (time(17), "evening"),
        (time(23, 59), "evening"),
    ],
)
def test_noon_begins_the_afternoon_and_five_begins_the_evening(start, part):
    assert part_of_day(start) == part


QUESTION = st.dictionaries(
    st.sampled_from([*DIMENSIONS, "q", "from", "to", "free", "external", "view", "after"]),
    st.lists(
        st.text(max_size=12)
        | st.sampled_from([*sum(CHOICES.values(), ()), "1", "week", "2026-12-05", "3-4"]),
        max_size=4,
    ),
)


@given(QUESTION)
def test_any_question_can_be_written_to_an_address_and_read_back(question):
    filters = FindFilters.parse(question)
    assert read(filters.query()) == filters


@given(QUESTION)
def test_any_question_has_a_window_that_does_not_end_before_it_begins(question):
    first, last = FindFilters.parse(question).window(TODAY)
    assert first <= last


def test_a_program_names_its_own_kinds():
    assert read("modality=sand-play&kind=art").values == {"kind": ("art",), "modality": ("sand-play",)}
    assert set(NAMED) <= set(DIMENSIONS)
