"""The words of acts: those that earlier versions wrote mean what they meant, and stay apart from those of today."""

import pytest

from groupsched.audit.rules import (
    LOOKS,
    RENAMED,
    AuditAction,
    AuditEffect,
    AuditObject,
    AuditTopic,
    action_of,
    words_of,
)

# Every word that was ever written and is not today's: rows that carry it stay for ever.
WRITTEN_BEFORE = {
    "people.list",
    "people.listed",
    "person.settings",
    "person.feeds",
    "privacy.seen",
    "invitation.mail",
    "invitation.slip",
    "credential.password",
    "sign_in.began",
    "sign_in.hat",
    "group.people",
    "enrolment.join",
    "enrolment.wait",
    "enrolment.request",
    "enrolment.decline",
    "enrolment.leave",
    "enrolment.dates",
    "enrolment.cannot_come",
    "enrolment.can_come",
    "sheet.row",
    "sheet.search",
    "sheet.walk_in",
    "sheet.reason",
    "sheet.did_not_meet",
    "attendance.note",
    "feed.words",
    "listings.import",
    "listings.settle",
    "token.create",
    "token.revoke",
}


def test_every_word_that_was_ever_written_still_means_something():
    assert set(RENAMED) == WRITTEN_BEFORE
    assert not set(RENAMED) & set(AuditAction)


@pytest.mark.parametrize("action", AuditAction)
def test_a_word_of_today_means_itself(action):
    assert action_of(action.value) is action


def test_a_word_of_before_means_the_act_of_today():
    assert action_of("enrolment.join") is AuditAction.ENROLMENT_JOINED
    assert action_of("people.list") is action_of("people.listed") is AuditAction.PERSON_LISTED


def test_a_word_of_a_later_version_means_nothing_yet():
    assert action_of("moon.landed") is None


def test_to_filter_one_asks_for_the_words_of_every_version():
    assert sorted(words_of([AuditAction.PERSON_LISTED, AuditAction.GROUP_CREATED])) == [
        "group.created",
        "people.list",
        "people.listed",
        "person.listed",
    ]
    assert sorted(words_of(AuditAction)) == sorted(WRITTEN_BEFORE.union(AuditAction))


@pytest.mark.parametrize("action", AuditAction)
def test_every_act_is_of_a_kind_and_done_to_something(action):
    assert action.topic in AuditTopic and action.object in AuditObject
    assert (action.effect is AuditEffect.LOOK) == (action in LOOKS)


@pytest.mark.parametrize("of", [AuditTopic, AuditObject])
def test_no_kind_is_idle(of):
    assert {action.topic for action in AuditAction} | {action.object for action in AuditAction} >= set(of)
