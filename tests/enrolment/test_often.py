"""Joining and leaving again and again moves lines and mails others: it is bounded per person and hour."""

from datetime import UTC, datetime, timedelta

import pytest

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import TooOften
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import BY_ONESELF
from groupsched.enrolment.service import can_come_again, cannot_come, enrol, leave, undo
from tests.conftest import identity_of
from tests.factories import tomorrow_at

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def join_and_leave(identity, group, person, times):
    for _ in range(times // 2):
        leave(identity, enrol(identity, group, person).enrolment)
    db.session.commit()


def test_after_many_changes_one_waits_and_loses_nothing(client, world):
    with clock.at(NOON):
        group, robin, holly = world.group(), world.client(), world.client("Holly", "Kettle")
        held = world.series(group, tomorrow_at(10))[0]
        join_and_leave(identity_of(robin), group, robin, BY_ONESELF)
    with clock.at(NOON + timedelta(minutes=10)):
        answer = client.as_(robin).post(f"/sessions/{group.uid}/join", data={"what": "whole"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3000")
        assert "All stays as it is now. Please go on in 50 minutes, or ask the desk." in answer.text
        assert enrol(identity_of(holly), group, holly).enrolment.state == "active"
        seat = enrol(identity_of(world.front_desk()), group, robin).enrolment
        db.session.commit()
        me = identity_of(robin)
        for act in (
            lambda: leave(me, live_of(group.id, robin.id)),
            lambda: cannot_come(me, held, robin),
            lambda: can_come_again(me, held, robin),
            lambda: undo(me, seat),
        ):
            with pytest.raises(TooOften):
                act()
    with clock.at(NOON + timedelta(hours=1, seconds=1)):
        assert client.as_(robin).post(f"/occurrences/{held.uid}/cannot-come").status_code == 303
