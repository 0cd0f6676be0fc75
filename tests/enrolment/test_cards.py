"""One button, and it names its result."""

import pytest

from groupsched.enrolment.rules import CardAction, CardFacts, label_of
from groupsched.schedule.rules import seats_free

PLAIN = {"access": "enrol", "setting": "group", "capacity": 12, "taken": 4}


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({}, CardAction.JOIN_DATE),
        ({"access": "open"}, CardAction.ADD_TO_WEEK),
        ({"taken": 12}, CardAction.JOIN_WAITING_LIST),
        ({"clashing": True}, CardAction.JOIN_AND_CHOOSE),
        ({"access": "referral"}, CardAction.ASK_TO_JOIN),
        ({"access": "closed"}, CardAction.ASK_COUNSELOR),
        ({"setting": "private"}, CardAction.ASK_COUNSELOR),
        ({"mine": "active", "taken": 12}, CardAction.SEE_OR_CHANGE),
        ({"mine": "waitlisted"}, CardAction.SEE_PLACE_IN_LINE),
        ({"mine": "requested"}, CardAction.SEE_REQUEST),
        ({"mine": "left"}, CardAction.JOIN_DATE),
        ({"may_join": False}, CardAction.SEE_DETAILS),
        ({"external": True}, CardAction.EXTERNAL),
        ({"cancelled": True, "mine": "active"}, CardAction.CANCELLED),
    ],
)
def test_the_button_follows_from_what_the_reader_can_do(more, label):
    assert label_of(CardFacts(**{**PLAIN, **more})) is label


def test_a_date_without_limit_is_never_full():
    assert not CardFacts(**{**PLAIN, "capacity": None, "taken": 400}).full
    assert seats_free(None, 400) is None


def test_more_people_than_seats_leave_no_seat_rather_than_less_than_none():
    assert seats_free(8, 9) == 0
