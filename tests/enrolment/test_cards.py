"""One button, and it names its result."""

import pytest

from groupsched.enrolment.rules import Card, Label, label_of, seats_free

PLAIN = {"access": "enrol", "setting": "group", "capacity": 12, "taken": 4}


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({}, Label.JOIN_DATE),
        ({"access": "open"}, Label.ADD_TO_WEEK),
        ({"taken": 12}, Label.JOIN_WAITING_LIST),
        ({"clashing": True}, Label.JOIN_AND_CHOOSE),
        ({"access": "referral"}, Label.ASK_TO_JOIN),
        ({"access": "closed"}, Label.ASK_COUNSELOR),
        ({"setting": "private"}, Label.ASK_COUNSELOR),
        ({"mine": "active", "taken": 12}, Label.SEE_OR_CHANGE),
        ({"mine": "waitlisted"}, Label.SEE_PLACE_IN_LINE),
        ({"mine": "requested"}, Label.SEE_REQUEST),
        ({"mine": "left"}, Label.JOIN_DATE),
        ({"may_join": False}, Label.SEE_DETAILS),
        ({"external": True}, Label.EXTERNAL),
        ({"cancelled": True, "mine": "active"}, Label.CANCELLED),
    ],
)
def test_the_button_follows_from_what_the_reader_can_do(more, label):
    assert label_of(Card(**{**PLAIN, **more})) is label


def test_a_date_without_limit_is_never_full():
    assert not Card(**{**PLAIN, "capacity": None, "taken": 400}).full
    assert seats_free(None, 400) is None


def test_more_people_than_seats_leave_no_seat_rather_than_less_than_none():
    assert seats_free(8, 9) == 0
