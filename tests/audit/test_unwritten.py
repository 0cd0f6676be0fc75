"""A look at a record that cannot be written down is not given."""

import pytest
from sqlalchemy import text

from groupsched.core.db import db


@pytest.fixture
def no_audit(world):
    """The table of the audit is out of reach, as on a full disk."""
    robin, desk = world.client("Robin", "Teacup"), world.front_desk()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_row RENAME TO audit_row_away"))
    yield robin, desk
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_row_away RENAME TO audit_row"))


@pytest.mark.parametrize("page", ["/people/{uid}", "/people"])
def test_a_record_is_not_shown_when_the_look_cannot_be_written_down(client, no_audit, page):
    robin, desk = no_audit
    answer = client.as_(desk).get(page.format(uid=robin.uid))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Teacup" not in answer.text
