"""Whatever page shows staff the name of a client has the cover, and a way to it."""

import pytest

from tests.house.test_statements import NO_PAGES, Busy


@pytest.mark.on_sqlite
def test_every_page_with_a_name_of_a_client_can_be_covered_and_covers_itself(app, world):
    busy = Busy(world, 2)
    names = [person.first_name for person in (busy.robin, *busy.others)]
    pages = [where for endpoint, where in busy.addresses(app) if endpoint not in NO_PAGES]
    open_to_eyes, covered = [], set()
    for role in ("desk", "supervisor"):
        browser = app.test_client().as_(busy.roles[role])
        for where in pages:
            answer = browser.get(where)
            page = answer.text if answer.status_code == 200 and answer.mimetype == "text/html" else ""
            if "<html" not in page or not any(name in page for name in names):
                continue
            parts = ('id="cover"', " data-staff", "data-hide-screen", "js/covered.js")
            if all(part in page for part in parts):
                covered.add(where.split("/")[1])
            else:
                open_to_eyes.append((role, where))
    assert not open_to_eyes
    assert {"sheet", "people", "groups", "today", "house"} <= covered
