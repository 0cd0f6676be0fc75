"""Who cares for whom, by date: who sees a person because of it, and what stays told when it changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groupsched.access.policy import Permission, can
from groupsched.audit.models import AuditRow
from groupsched.care import queries
from groupsched.care.rules import CareRole, CareSpan, MemberRefusal, on_team, refusal_to_join
from groupsched.care.service import hand_over, join_team, leave_team, return_to_team, take_back_hand_over
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.enrolment.queries import client_facts, findable_clients
from tests.conftest import identity_of
from tests.factories import ZONE

MONDAY = date(2026, 11, 30)


def sees(member, client):
    identity = identity_of(member)
    found = set(db.session.scalars(findable_clients(identity)))
    allowed = can(identity, Permission.CLIENT_READ, client_facts(client))
    assert (client in found) is allowed
    return allowed


@given(st.integers(-3, 3), st.one_of(st.none(), st.integers(0, 4)), st.integers(-5, 8))
def test_somebody_is_on_a_team_from_their_first_day_to_the_day_before_their_end(start, length, day):
    until = None if length is None else MONDAY + timedelta(days=start + length)
    span = CareSpan(1, MONDAY + timedelta(days=start), until)
    inside = start <= day and (length is None or day < start + length)
    assert (1 in on_team([span], MONDAY + timedelta(days=day))) is inside


def test_nobody_is_on_a_team_twice_or_on_their_own():
    spans = [
        CareSpan(1, MONDAY, None),
        CareSpan(2, MONDAY, MONDAY + timedelta(days=7)),
        CareSpan(3, MONDAY, MONDAY),
    ]
    assert refusal_to_join(9, spans, 9, MONDAY) is MemberRefusal.THEMSELVES
    assert refusal_to_join(9, spans, 1, MONDAY + timedelta(days=90)) is MemberRefusal.ALREADY
    assert refusal_to_join(9, spans, 2, MONDAY + timedelta(days=6)) is MemberRefusal.ALREADY
    assert refusal_to_join(9, spans, 2, MONDAY + timedelta(days=7)) is None
    assert refusal_to_join(9, spans, 3, MONDAY) is None, "what was a mistake is in nobody's way"


def test_a_colleague_sees_a_person_as_long_as_they_are_on_their_team_and_no_day_longer(world):
    client, pike = world.client(), world.facilitator("Pike", "Mockridge")
    assert not sees(pike, client)
    row = world.care_for(client, pike, days=1)
    assert not sees(pike, client)
    with clock.at(clock.now() + timedelta(days=1)):
        assert sees(pike, client)
        leave_team(world.system, row, clock.today(ZONE) + timedelta(days=2))
        assert sees(pike, client)
    with clock.at(clock.now() + timedelta(days=3)):
        assert not sees(pike, client)


def test_a_hand_over_keeps_who_cared_before_and_each_in_their_role(world):
    robin, holly = world.client(), world.client("Holly", "Kettle")
    pike, fern = world.facilitator("Pike", "Mockridge"), world.facilitator("Fern", "Placeholder")
    rows = [
        world.care_for(robin, pike, CareRole.PRESCRIBER, days=-30),
        world.care_for(holly, pike, CareRole.COUNSELOR, days=-30),
    ]
    world.care_for(holly, fern, CareRole.PEER, days=-3)
    today = clock.today(ZONE)
    [begun] = hand_over(world.system, rows, fern, today)
    assert (begun.client, begun.role, begun.took_over_from) == (robin, CareRole.PRESCRIBER, rows[0])
    assert [row.member for row in queries.team_on(robin, today)] == [fern]
    assert [row.member for row in queries.team_on(robin, today - timedelta(days=1))] == [pike]
    assert [row.role for row in queries.team_on(holly, today)] == [CareRole.PEER], (
        "who is there already keeps their role"
    )
    assert sees(fern, robin)
    assert not sees(pike, robin)
    words = [
        row.word
        for row in db.session.query(AuditRow).order_by(AuditRow.id)
        if row.word.startswith("care_team")
    ]
    assert words[-3:] == ["care_team.left", "care_team.joined", "care_team.left"]


def test_a_hand_over_is_taken_back_as_it_was_until_its_day_is_past(world):
    robin, pike, fern = (
        world.client(),
        world.facilitator("Pike", "Mockridge"),
        world.facilitator("Fern", "Placeholder"),
    )
    row = world.care_for(robin, pike, days=-30)
    [begun] = hand_over(world.system, [row], fern, clock.today(ZONE))
    db.session.commit()
    take_back_hand_over(world.system, [begun])
    assert (row.until_day, begun.span.is_mistake) == (None, True)
    assert sees(pike, robin)
    assert not sees(fern, robin)
    [again] = hand_over(world.system, [row], fern, clock.today(ZONE))
    with clock.at(clock.now() + timedelta(days=1)), pytest.raises(Conflict):
        take_back_hand_over(world.system, [again])


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(world):
    robin, pike, ivy = world.client(), world.facilitator("Pike", "Mockridge"), world.supervisor("Ivy")
    row, today = world.care_for(robin, pike), clock.today(ZONE)
    for member, day, field in ((pike, today, "colleague"), (ivy, today + timedelta(days=400), "from_day")):
        with pytest.raises(DomainError) as refused:
            join_team(world.system, robin, member, CareRole.PEER, day)
        assert refused.value.field == field
    for verb in (
        lambda: join_team(world.system, robin, world.client("Holly", "Kettle"), CareRole.PEER, today),
        lambda: join_team(identity_of(world.front_desk()), robin, ivy, CareRole.PEER, today),
        lambda: join_team(identity_of(robin), robin, ivy, CareRole.PEER, today),
        lambda: leave_team(identity_of(world.facilitator("Fern", "Placeholder")), row, today),
    ):
        with pytest.raises(NotFound):
            verb()
    with pytest.raises(DomainError):
        leave_team(world.system, row, row.from_day - timedelta(days=1))
    with pytest.raises(DomainError):
        hand_over(world.system, [], ivy, today)
    leave_team(world.system, row, today)
    with pytest.raises(Conflict):
        leave_team(world.system, row, today)
    return_to_team(identity_of(ivy), row)
    assert [one.member for one in queries.team_on(robin, today)] == [pike]


def test_a_peer_says_not_who_else_is_on_the_team_and_nobody_joins_by_themselves(world):
    robin, marigold, pike, fern = (
        world.client(), world.supervisor(), world.facilitator("Pike", "Mockridge"), world.facilitator("Fern", "Mock"),
    )  # fmt: skip
    counselor = world.care_for(robin, fern)
    join_team(identity_of(fern), robin, pike, CareRole.PEER, clock.today(ZONE))
    juniper = world.facilitator("Juniper", "Mock")
    for verb in (
        lambda: join_team(identity_of(pike), robin, juniper, CareRole.COUNSELOR, clock.today(ZONE)),
        lambda: leave_team(identity_of(pike), counselor, clock.today(ZONE)),
        lambda: hand_over(identity_of(pike), [counselor], juniper, clock.today(ZONE)),
        lambda: join_team(identity_of(marigold), robin, marigold, CareRole.OTHER, clock.today(ZONE)),
    ):
        with pytest.raises(Conflict):
            verb()
