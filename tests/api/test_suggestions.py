"""What is suggested to a person, through the interface."""

from datetime import datetime

import pytest
from sqlalchemy import select

from groupsched.audit.models import AuditRow
from groupsched.core import clock
from groupsched.core.db import db
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Robin is in Thursday's Circle; Friday's Tea is like it but relaxed, Monday's Prayer but faith-based."""
    world.robin = world.client()
    for name, day, said in (
        ("Circle", 26, {}),
        ("Tea", 27, {"structure": "relaxed"}),
        ("Prayer", 30, {"orientation": "faith"}),
    ):
        setattr(world, name.lower(), world.group(name, **said))
        world.series(getattr(world, name.lower()), datetime(2026, 11, day, 18), dates=3)
    world.enrol(world.circle, world.robin)
    return world


def test_the_scope_care_reads_what_is_suggested_and_why_page_by_page(house, caller):
    care, where = caller("care"), f"/people/{house.robin.uid}/suggestions"
    answer = care("GET", where)
    assert answer.status_code == 200
    tea, prayer = answer.json["items"]
    assert set(tea) == {"group_id", "title", "like_group_id", "rule", "because", "occurrence_id", "start"}
    assert (tea["group_id"], tea["like_group_id"], tea["rule"]) == (
        house.tea.uid,
        house.circle.uid,
        "relaxed",
    )
    assert tea["because"].startswith("Like Circle, but relaxed") and prayer["rule"] == "faith"
    assert tea["start"] < prayer["start"]
    first = care("GET", f"{where}?limit=1").json
    rest = care("GET", f"{where}?limit=1&cursor={first['next_cursor']}").json
    assert [*first["items"], *rest["items"]] == [tea, prayer]
    read = select(AuditRow).where(AuditRow.word == "person.read", AuditRow.object_uid == house.robin.uid)
    assert len(db.session.scalars(read).all()) == 3


@pytest.mark.on_sqlite
def test_no_other_scope_reads_it_and_of_no_stranger(house, caller):
    where = f"/people/{house.robin.uid}/suggestions"
    for scope in ("read", "people", "enrol", "schedule", "admin"):
        assert caller(scope)("GET", where).status_code in (403, 404)
    care = caller("care")
    assert care("GET", f"/people/{house.facilitator().uid}/suggestions").status_code == 404
    assert care("GET", f"/people/{house.another_program().client().uid}/suggestions").status_code == 404
    assert care("GET", f"{where}?cursor=nonsense").status_code == 422
