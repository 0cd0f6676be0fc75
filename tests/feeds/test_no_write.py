"""A calendar is answered rightly while the database takes no writes: its file is only to be read, or somebody else keeps
it from being written."""

import gzip
import sqlite3
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from groupsched.core import clock, write_queue
from groupsched.core.db import db
from groupsched.enrolment.service import enrol
from groupsched.feeds.models import Feed
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of
from tests.feeds.setting import link_for, meets
from tests.feeds.test_fetching import NOW
from tests.kept import kept


@pytest.fixture(autouse=True)
def _held_time(monkeypatch):
    monkeypatch.setattr(write_queue, "BRIEF_PATIENCE", 0.2)
    with clock.at(NOW):
        yield


@contextmanager
def held_by_another():
    """Somebody else is in the middle of writing: to the file, or to every link."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        other = sqlite3.connect(db.engine.url.database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.close()
        return
    with db.engine.connect() as other:
        other.execute(text("LOCK TABLE feed IN EXCLUSIVE MODE"))
        yield


@contextmanager
def read_only():
    """Every connection refuses to write, as one to a file system does that is only to be read."""
    db.session.rollback()
    sqlite = db.engine.dialect.name == "sqlite"

    def refuse(connection, _record, _proxy):
        setting = "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"
        connection.cursor().execute(setting)
        None if sqlite else connection.commit()

    event.listen(db.engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", refuse)
        db.session.remove()
        db.engine.dispose()


HINDRANCES = [held_by_another, read_only]


@kept
def paths(world):
    """Robin's private link, never fetched, and the public calendar of the same group."""
    robin, leader = world.client(), world.facilitator()
    group = world.group(led_by=leader)
    meets(group, leader)
    enrol(identity_of(robin), group, robin)
    _feed, path = link_for(robin)
    return path, "/feeds/public.ics"


@pytest.mark.parametrize("hindered", HINDRANCES)
def test_a_calendar_that_was_never_rendered_is_sent(client, paths, hindered):
    with hindered():
        answers = [client.get(path) for path in paths]
    assert [(answer.status_code, answer.data.count(b"BEGIN:VEVENT")) for answer in answers] == [(200, 1)] * 2
    assert client.get(paths[0]).data == answers[0].data
    assert client.get(paths[0]).headers["ETag"] == answers[0].headers["ETag"]


@pytest.mark.parametrize("hindered", HINDRANCES)
def test_gzip_a_tag_and_head_are_answered_as_ever(client, paths, hindered):
    with hindered():
        whole = client.get(paths[0])
        zipped = client.get(paths[0], headers={"Accept-Encoding": "gzip"})
        same = client.get(paths[0], headers={"If-None-Match": whole.headers["ETag"]})
        head = client.head(paths[0])
    assert gzip.decompress(zipped.data) == whole.data
    assert (same.status_code, same.data) == (304, b"")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])


@pytest.mark.parametrize("hindered", HINDRANCES)
def test_a_calendar_that_nobody_noted_for_a_day_is_still_not_modified(client, paths, hindered):
    tag = client.get(paths[0]).headers["ETag"]
    noted = db.session.query(Feed.fetched_at).scalar()
    with clock.at(NOW + timedelta(hours=3)), hindered():
        assert client.get(paths[0], headers={"If-None-Match": tag}).status_code == 304
        assert client.get(paths[0], headers={"If-None-Match": '"other"'}).status_code == 200
    assert db.session.query(Feed.fetched_at).scalar() == noted


@pytest.mark.parametrize("hindered", HINDRANCES)
def test_what_changed_before_the_hindrance_is_in_what_is_sent(client, world, paths, hindered):
    before = client.get(paths[0])
    date = db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).first()
    with clock.at(NOW + timedelta(minutes=1)):
        cancel_occurrence(identity_of(world.supervisor()), date, "The heating is out.")
        db.session.commit()
        with hindered():
            during = client.get(paths[0], headers={"If-None-Match": before.headers["ETag"]})
        after = client.get(paths[0])
    assert b"STATUS:CANCELLED" in during.data
    assert (during.status_code, during.data) == (200, after.data)
