"""Two save one thing at the same moment: the second one has read it already, and waits for the first to have saved it."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from groupsched.access.identity import Role
from groupsched.core.db import db
from tests.conftest import read_html
from tests.schedule.test_pages import edit, made


@pytest.fixture
def second(app, client, world):
    """Post a form as one who has read the row and is about to lock it when another posts theirs and is answered first."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("On SQLite nobody reads while another is about to write.")
    boss = world.person("Ada", "Examplar", Role.ADMIN, Role.SUPERVISOR)
    own, other = client.as_(boss), client.as_(boss)

    def post(address, mine, theirs):
        first = []

        def lock(_connection, _cursor, asked, *_rest):
            if "FOR UPDATE" in asked and not first:
                first.append(0)
                with ThreadPoolExecutor(1) as pool:
                    first[0] = pool.submit(lambda: other.post(address, data=theirs).status_code).result()

        event.listen(db.engine, "before_cursor_execute", lock)
        db.session.commit()
        db.session.remove()
        answer = own.post(address, data=mine)
        event.remove(db.engine, "before_cursor_execute", lock)
        assert first == [303] and answer.status_code == 409
        again = own.post(address, data=mine | versions(answer.text) | {"differs": [], "whose-title": "mine"})
        return " ".join("".join(read_html(answer.text).itertext()).split()), again.status_code

    return post


def versions(page):
    return dict(re.findall(r'name="(version|series_version)"[^>]*value="(\d+)"', page))


def test_of_a_person_the_second_sees_what_the_first_has_saved(second, world):
    robin = world.client(phone="1")
    base = {
        "first_name": "Robin",
        "last_name": "Teacup",
        "email": "",
        "language": "en",
        "site_id": world.site.id,
    }
    base["version"] = robin.version
    page, again = second(f"/people/{robin.uid}/edit", base | {"phone": "222"}, base | {"phone": "333"})
    assert "333" in page and again == 303


def test_of_a_place_the_second_sees_what_the_first_has_saved(second, world):
    room = world.room
    base = {"name": room.name, "mode": "room", "site": world.site.uid, "version": str(room.version)}
    page, again = second(f"/catalog/places/{room.uid}", base | {"capacity": "22"}, base | {"capacity": "33"})
    assert "33" in page and again == 303


@pytest.mark.parametrize("changed", [{"title": "Their title"}, {"start_time": "18:30", "end_time": "19:30"}])
def test_of_a_group_the_second_sees_what_the_first_has_saved(second, browser, said, changed):
    group = made(browser, said)
    mine = edit(said, group, title="My title")
    page, again = second(f"/groups/{group.uid}/edit", mine, edit(said, group, **changed))
    assert changed.get("title", "18:30") in page
    assert again == 303
