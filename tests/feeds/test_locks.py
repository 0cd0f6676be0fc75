"""A link that is marked twice at once is rendered for both: its revision is counted by the database."""

import pytest
from sqlalchemy import update

from groupsched.core.db import db
from groupsched.feeds.models import Feed
from groupsched.feeds.service import create_feed, update_feed
from tests.conftest import identity_of


def test_other_titles_and_other_dates_are_two_changes(world, database):
    if database.startswith("sqlite"):
        pytest.skip("SQLite has one writer")
    robin = world.client("Robin")
    me = identity_of(robin)
    feed, _url = create_feed(me, robin, "My phone", "private", "mine")
    db.session.commit()
    db.session.refresh(feed)
    before = feed.revision
    with db.engine.begin() as other:
        other.execute(update(Feed).values(revision=Feed.revision + 1))
    update_feed(me, feed, "My phone", "full")
    db.session.commit()
    db.session.refresh(feed)
    assert feed.revision == before + 2
