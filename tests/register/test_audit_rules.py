"""What an address asks of the audit, and the hours of a day at a place."""

from datetime import UTC, date, datetime

import pytest

from groupsched.audit.rules import AuditAction, AuditEffect, AuditTopic
from groupsched.register.rules import AuditQuestion, hours_of, place_in_act, read_question


def test_an_address_asks_what_it_was_made_from():
    question = AuditQuestion("7.1", "abc", "def", AuditTopic.SIGNING_IN, AuditEffect.LOOK, date(2026, 3, 8))
    assert read_question(question.address()) == question


def test_an_empty_question_has_an_empty_address():
    assert AuditQuestion().address() == {}
    assert AuditQuestion(group="def").address(group="", staff="abc") == {"staff": "abc"}


@pytest.mark.parametrize(
    "given", [{"kind": "moon"}, {"did": "sing"}, {"day": "tomorrow"}, {"day": "9999-12-31"}, {"day": ""}]
)
def test_what_there_is_not_asks_nothing(given):
    assert read_question(given) == AuditQuestion()


def test_a_kind_and_an_effect_are_the_acts_of_both():
    assert AuditQuestion().actions is None
    looks = AuditQuestion(did=AuditEffect.LOOK).actions
    assert AuditAction.SHEET_READ in looks and AuditAction.SHEET_FINISHED not in looks
    both = AuditQuestion(kind=AuditTopic.JOINING, did=AuditEffect.LOOK).actions
    assert both == [AuditAction.ROSTER_OPENED]


@pytest.mark.parametrize(
    ("key", "place"), [("17.2", (17, 2)), ("1.0", (1, 0)), ("17", None), ("1.x", None), ("٣.1", None), ("9999999999.1", None)]
)  # fmt: skip
def test_a_client_stands_by_a_place_in_an_act(key, place):
    assert place_in_act(key) == place


def test_a_day_of_a_place_may_have_23_or_25_hours():
    first, end = hours_of(date(2026, 3, 8), "America/New_York")
    assert (first, end) == (datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, 4, tzinfo=UTC))
    first, end = hours_of(date(2026, 11, 1), "America/New_York")
    assert (end - first).total_seconds() == 25 * 3600
