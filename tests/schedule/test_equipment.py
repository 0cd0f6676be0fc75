"""Mats and chairs are counted: what a room has is its own, what its site has is shared, and a lack is a conflict like others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group, Place
from groupsched.catalog.rules import GroupState
from groupsched.catalog.service import fields_of, save_row, update_group
from groupsched.core import clock
from groupsched.core.db import db, savepoint
from groupsched.schedule.models import Booking, EquipmentBooking, Occurrence
from groupsched.schedule.rules import ConflictKind, DateField, OccurrenceStatus
from groupsched.schedule.service import DatesTaken, WantedDate, change_occurrence
from tests.api.conftest import _caller as caller_of
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")


@kept(at=NOW, still=True)
def mats(world):
    """The house has 20 mats for its rooms. Tea takes 12 of them in the Oak Room, Thursdays 18:00 to 19:30; Walk, in the Studio
    at 19:00, needs none yet."""
    world.boss = identity_of(world.supervisor())
    save_row(world.system, world.site, {"equipment": {"mats": 20}}, world.site.version)
    world.studio = world.place("Studio", capacity=8)
    world.tea = world.group("Tea", led_by=world.facilitator(), needs={"mats": 12})
    world.pike = world.facilitator("Pike")
    world.walk = world.group("Walk", led_by=world.pike, place=world.studio)
    world.teas = world.series(world.tea, datetime(2026, 11, 26, 18), dates=2)
    world.walks = world.series(world.walk, datetime(2026, 11, 26, 19), dates=3)
    return world


def needing(mats, number):
    fields = replace(fields_of(mats.walk), needs={"mats": number} if number else {})
    return update_group(mats.boss, mats.walk, fields, mats.walk.version)


def taken(group):
    query = select(EquipmentBooking).join(EquipmentBooking.occurrence).where(Occurrence.group_id == group.id)
    return list(db.session.scalars(query.order_by(EquipmentBooking.start)))


def test_what_a_house_shares_is_added_up_over_dates_that_overlap(mats):
    assert [(one.thing, one.number) for one in taken(mats.tea)] == [("mats", 12)] * 2
    needing(mats, 8)
    assert len(taken(mats.walk)) == 3, "eight more are there"
    with pytest.raises(DatesTaken) as refused, savepoint():
        needing(mats, 12)
    first, second = refused.value.clashes
    assert (first.kind, first.there, first.needed) == (ConflictKind.EQUIPMENT, 20, 24)
    assert (first.start, first.end) == (mats.walks[0].start, mats.teas[0].end), "while both meet"
    assert second.wanted.date == mats.walks[1].id
    db.session.rollback()
    # What a room has itself is not shared.
    save_row(mats.system, mats.studio, {"equipment": {"mats": 10}}, mats.studio.version)
    with pytest.raises(DatesTaken) as refused, savepoint():
        needing(mats, 12)
    assert {(one.there, one.needed) for one in refused.value.clashes} == {(10, 12)}
    needing(mats, 9)
    assert {one.number for one in taken(mats.walk)} == {9}
    needing(mats, 0)
    assert taken(mats.walk) == []


def test_a_lack_is_said_before_and_kept_with_a_reason(mats):
    change_occurrence(mats.boss, mats.walks[0], WantedDate(start=mats.teas[0].end))
    change_occurrence(mats.boss, mats.teas[1], WantedDate(start=mats.walks[1].end))
    needing(mats, 8)
    date, back = mats.walks[0], WantedDate(start=mats.teas[0].start)
    needing_more = replace(fields_of(mats.tea), needs={"mats": 15})
    update_group(mats.boss, mats.tea, needing_more, mats.tea.version)
    db.session.commit()
    [dry] = change_occurrence(mats.boss, date, back, dry_run=True).clashes
    assert (dry.kind, dry.needed) == (ConflictKind.EQUIPMENT, 23)
    with pytest.raises(DatesTaken, match="not enough equipment"), savepoint():
        change_occurrence(mats.boss, date, back)
    db.session.rollback()
    change_occurrence(mats.boss, date, replace(back, keep="Some bring their own."))
    assert next((one.kept, one.reason) for one in taken(mats.walk)) == (True, "Some bring their own.")
    assert not any(one.kept for one in db.session.scalars(select(Booking))), (
        "the room is taken by nobody else"
    )
    off = WantedDate(status=OccurrenceStatus.CANCELLED, reason="Snow")
    change_occurrence(mats.boss, date, off)
    assert date.id not in {one.occurrence_id for one in taken(mats.walk)}


def test_the_form_the_interface_and_the_pages_of_rooms_name_it(app, mats, client, said):
    admin, browser = app.test_client().as_(mats.admin()), client.as_(mats.supervisor("Wilma"))
    page = f"/catalog/places/{mats.studio.uid}"
    form = {"name": "Studio", "mode": "room", "site": mats.site.uid, "version": mats.studio.version}
    refused = admin.post(page, data=form | {"equipment": "some mats"})
    assert refused.status_code == 422 and "how many first: 20 mats" in refused.text
    assert "some mats" in refused.text
    said |= {
        "place": mats.studio.uid,
        "starts_on": "2026-12-03",
        "weekdays": ["3"],
        "start_time": "18:30",
        "end_time": "19:00",
    }
    panel = browser.post("/groups/preview", data=said | {"needs": "12 Mats"}).text
    assert "20 mats here, 24 needed, 18:30–19:00" in panel
    assert "Keep it, and say why" in panel and "They share the room" not in panel, "no room is taken twice"
    assert "Counted here: mats" in browser.get("/groups/new?from=none").text
    assert browser.post("/groups/new?from=none", data=said | {"needs": "12 Mats"}).status_code == 409
    assert admin.post(page, data=form | {"equipment": "12 Mats\n4 tables"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Place, mats.studio.id).equipment == {"mats": 12, "tables": 4}
    assert browser.post("/groups/new?from=none", data=said | {"needs": "12 Mats"}).status_code == 303

    call = caller_of(mats, client)
    assert call("GET", "/sites").json["items"][0]["equipment"] == [{"thing": "mats", "number": 20}]
    path, three = f"/groups/{mats.walk.uid}", [{"thing": "mats", "number": 3}]
    into_oak = call("PATCH", path, {"place_id": mats.room.uid, "needs": [{"thing": "Mats", "number": 12}]})
    lacks = [one for one in into_oak.json["conflicts"] if one["kind"] == "equipment"]
    assert into_oak.status_code == 409
    assert {(one["thing"], one["there"], one["needed"], one["place_id"]) for one in lacks} == {
        ("mats", 20, 24, mats.room.uid)
    }
    assert lacks[0]["with_end"] == "2026-11-26T19:30:00-05:00"
    assert call("PATCH", path, {"needs": three}).json["needs"] == three


def test_of_two_who_add_up_at_once_one_is_refused(app, mats):
    """The second sees what the first took."""
    boss, groups = mats.supervisor("Wilma").id, []
    for name in ("Elm", "Ash"):
        fields = {"led_by": mats.facilitator(name), "place": mats.place(name), "state": "draft"}
        groups.append(mats.group(name, needs={"mats": 8}, **fields).uid)
        mats.series(
            db.session.scalars(select(Group).where(Group.uid == groups[-1])).one(),
            datetime(2026, 11, 26, 18),
            dates=1,
        )
    db.session.remove()
    start = Barrier(2)

    def one(uid):
        browser = app.test_client()
        browser.environ_base["test.person"] = boss
        start.wait(timeout=20)
        with clock.at(NOW):
            return browser.post(f"/groups/{uid}/publish").headers["Location"]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(one, groups))
    assert sorted(answer.endswith("/edit") for answer in answers) == [False, True]
    states = select(Group.state).where(Group.uid.in_(groups)).order_by(Group.state)
    assert list(db.session.scalars(states)) == [GroupState.DRAFT, GroupState.PUBLISHED]


def test_another_room_has_other_things(mats):
    save_row(mats.system, mats.studio, {"equipment": {"mats": 5}}, mats.studio.version)
    needing(mats, 5)
    loft = mats.place("Loft", site_id=None)
    with pytest.raises(DatesTaken) as refused:
        change_occurrence(mats.boss, mats.walks[2], WantedDate(values={DateField.PLACE: loft.id}))
    assert [(one.there, one.needed) for one in refused.value.clashes] == [(0, 5)], "nobody counts any there"
