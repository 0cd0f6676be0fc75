"""What a curious reader of the catalogue tried to learn."""

import pytest

from groupsched.core.db import db


@pytest.mark.parametrize("kept_back", [{"hidden": True}, {"setting": "private", "access": "referral"}])
def test_a_faith_based_group_does_not_name_a_secular_one_that_is_not_listed(client, world, kept_back):
    secret = world.group("Wednesday circle", **kept_back)
    faith = world.group("Chapel", orientation="faith", access="open", secular_pair=secret)
    for group in (secret, faith):
        world.soon(group, in_minutes=60)
    db.session.commit()
    for page in ("/sessions", f"/sessions/{faith.uid}"):
        answer = client.get(page)
        assert "Chapel" in answer.text
        assert "Wednesday circle" not in answer.text
