"""Who may walk in, who waits, who is next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.enrolment.rules import (
    EnrolmentMode,
    EntryMode,
    JoinRefused,
    RefusalReason,
    Requested,
    admit,
    door,
    promote,
    seated,
)

WHOLE, DATES = EnrolmentMode.WHOLE, EnrolmentMode.DATES


def ask(access="enrol", setting="group", *, by_staff=False, dates=1, **more):
    return admit(access, setting, by_staff=by_staff, dates=dates, **more)


def test_a_free_seat_on_every_date_is_a_seat_on_every_date():
    assert seated(WHOLE, {1: 1, 2: 5, 3: None}) == seated(DATES, {1: 1, 2: 5, 3: None}) == {1, 2, 3}


def test_one_full_date_among_many_makes_a_whole_enrolment_wait_for_all():
    assert seated(WHOLE, {1: 4, 2: 0, 3: 4}) == set()
    assert seated(DATES, {1: 4, 2: 0, 3: 4}) == {1, 3}


@pytest.mark.parametrize(
    ("access", "setting"), [("closed", "group"), ("enrol", "private"), ("referral", "private")]
)
def test_a_client_is_sent_to_the_counselor_and_staff_walk_in_for_them(access, setting):
    assert ask(access, setting) == JoinRefused(RefusalReason.ASK_COUNSELOR)
    assert ask(access, setting, by_staff=True) is None


def test_a_group_by_referral_takes_requests_from_clients_only():
    assert ask("referral") == Requested()
    assert ask("referral", by_staff=True) is None


def test_without_a_date_to_come_there_is_nothing_to_join():
    assert ask(dates=0) == JoinRefused(RefusalReason.NO_DATES)


def test_a_clash_is_a_choice_and_never_a_wall():
    assert ask(clashing=True) == JoinRefused(RefusalReason.CLASH)
    assert ask(clashing=True, accept_clash=True) is None


def test_drop_in_groups_need_nobodys_leave():
    assert door("open", "group", by_staff=False) is EntryMode.WALK_IN


def test_a_seat_free_on_every_date_goes_to_the_first_of_the_groups_line():
    moves = promote([7, 8], {1: [9]}, {1: 1, 2: 1})
    assert moves.whole == (7,)
    assert moves.single == ()


def test_a_seat_free_on_one_date_only_goes_to_that_dates_line():
    moves = promote([7], {1: [9], 2: [5]}, {1: 1, 2: 0})
    assert moves.whole == ()
    assert moves.single == ((9, 1),)


def test_without_a_limit_everybody_who_waits_comes_in():
    assert promote([7, 8], {1: [9, 4]}, {1: None}) == promote([7, 8], {1: [9, 4]}, {1: 4})


def test_nobody_moves_where_no_date_is_left():
    assert promote([7], {1: [9]}, {}).whole == ()
    assert promote([7], {1: [9]}, {}).single == ()


def test_a_date_over_its_limit_hands_out_nothing():
    assert promote([7], {1: [9]}, {1: -2}) == promote([], {}, {})


SEATS = st.dictionaries(st.integers(1, 6), st.none() | st.integers(-1, 5), min_size=1)
LINE = st.lists(st.integers(1, 40), unique=True, max_size=6)


@given(LINE, st.dictionaries(st.integers(1, 6), LINE), SEATS)
def test_no_date_ever_gets_more_people_than_it_has_seats_and_lines_keep_their_order(line, date_lines, free):
    moves = promote(line, date_lines, free)
    assert list(moves.whole) == line[: len(moves.whole)]
    for date, seats in free.items():
        came = [enrolment for enrolment, when in moves.single if when == date]
        assert came == date_lines.get(date, [])[: len(came)]
        if seats is not None:
            assert len(moves.whole) + len(came) <= max(0, seats)
            assert len(moves.whole) + len(came) == max(0, seats) or came == date_lines.get(date, [])


@given(LINE, SEATS)
def test_the_groups_line_stops_only_where_some_date_is_full(line, free):
    moves = promote(line, {}, free)
    after = [seats - len(moves.whole) for seats in free.values() if seats is not None]
    assert len(moves.whole) == len(line) or min(after) <= 0
