"""A program that calls the interface, and what every answer it gets has to be: described."""

import uuid

import pytest

from groupsched.access.identity import System
from groupsched.api.service import create_token
from groupsched.core import clock
from groupsched.core.db import db
from tests.api.description import undescribed
from tests.kept import kept

ALL = ["read", "people", "feeds", "schedule", "enrol", "attend", "care", "admin"]


class Caller:
    """A program with a token, which gets no answer that the description does not tell of."""

    def __init__(self, client, token):
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def __call__(self, method, path, body=None, **headers):
        where = f"/api/v1{path}"
        answer = self.client.open(where, method=method, json=body, headers={**self.headers, **headers})
        assert undescribed(self.client.application, method, where.partition("?")[0], answer) == []
        return answer


@pytest.fixture
def caller(world, client):
    """Makes callers with the scopes that are named; with all of them where none is."""

    return lambda *scopes: _caller(world, client, *scopes)


@kept
def call(world, client):
    """A program that may do everything."""
    return _caller(world, client)


def _caller(world, client, *scopes):
    _row, value = create_token(System(), world.program, " ".join(scopes) or "tests", list(scopes or ALL))
    db.session.commit()
    return Caller(client, value)


def operation(attendee, **change):
    """A mark as a device sends it."""
    return {
        "op_id": str(uuid.uuid4()),
        "attendee_id": attendee,
        "status": "present",
        "time_in": None,
        "time_out": None,
        "observed_at": clock.now().isoformat(),
        "base_version": 0,
        "device": "tablet-1",
        "seq": 1,
        **change,
    }
