"""Who may write on a sheet, and until when; ids that are known beforehand."""

from datetime import UTC, datetime, timedelta

import pytest

from groupsched.attendance.rules.marks import attendee_uid, told_op_id
from groupsched.attendance.rules.sheet import SheetRight, sheet_right

END = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("leads", "at_the_desk", "oversees", "later", "allowed"),
    [
        (True, False, False, timedelta(0), SheetRight.FREE),
        (False, True, False, WEEK - timedelta(seconds=1), SheetRight.FREE),
        (True, False, False, WEEK, SheetRight.REASON),
        (False, True, False, WEEK, SheetRight.NONE),
        (False, True, True, timedelta(0), SheetRight.FREE),
        (False, True, True, WEEK, SheetRight.REASON),
        (False, False, True, timedelta(0), SheetRight.REASON),
        (False, False, True, timedelta(days=400), SheetRight.REASON),
        (False, False, False, timedelta(0), SheetRight.NONE),
    ],
)
def test_the_door_writes_for_a_week_and_later_who_led_or_oversees_with_a_reason(
    leads, at_the_desk, oversees, later, allowed
):
    right = sheet_right(leads=leads, at_the_desk=at_the_desk, oversees=oversees, end=END, now=END + later)
    assert right is allowed


def test_a_row_has_its_id_before_it_is_stored():
    assert attendee_uid("occurrence", "person") == attendee_uid("occurrence", "person")
    assert attendee_uid("occurrence", "person") != attendee_uid("occurrence", "other")
    assert len(attendee_uid("occurrence", "person")) == 14


def test_a_word_given_once_is_one_operation():
    assert told_op_id("row", END) == told_op_id("row", END)
    assert told_op_id("row", END) != told_op_id("row", END + WEEK)
