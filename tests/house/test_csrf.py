"""No page changes anything for a form that this program did not make."""

import re

import pytest
from sqlalchemy import text

from groupsched.core.config import load
from groupsched.core.db import db
from groupsched.core.web import API_PREFIX
from tests.conftest import SECRET, build


@pytest.fixture
def strict(app, world, database, instance_folder):
    """The application with its form secrets on, over the same database."""
    people = [world.supervisor(), world.client(), world.admin()]
    strict = build(
        load(instance=instance_folder, database_url=database, secret_key=SECRET), WTF_CSRF_ENABLED=True
    )
    yield strict, people
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


def unsafe_addresses(app):
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(API_PREFIX):
            yield re.sub(r"<[^>]+>", "x", re.sub(r"<int[^>]*>", "1", rule.rule))


@pytest.mark.on_sqlite
def test_every_form_without_its_secret_is_refused_and_changes_nothing(strict):
    app, people = strict
    addresses = sorted(set(unsafe_addresses(app)))
    assert len(addresses) > 30
    with app.app_context():
        before = db.session.execute(text("SELECT count(*) FROM audit_row")).scalar()
        db.session.remove()
    for person in people:
        browser = app.test_client().as_(person)
        for address in addresses:
            answer = browser.post(address, data={"title": "Mine"})
            assert answer.status_code == 400, address
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM audit_row")).scalar() == before
