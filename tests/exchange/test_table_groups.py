"""Groups from a table: known by their keys, with their dates, written by the verbs of the pages."""

import re
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.exchange.service.table_groups import uid_of
from groupsched.schedule.models import Occurrence
from groupsched.schedule.queries import coming, current_series
from tests.exchange.uploading import send, yes

PAGE = "/import/groups"
NOW = datetime.fromisoformat("2026-11-24T14:00:00+00:00")
HEAD = (
    "key,title,kind,repeats,days,first_date,starts,ends,place,seats,access,style,languages,leaders,publish\n"
)


@pytest.fixture(autouse=True)
def _held_time():
    with clock.at(NOW):
        yield


@pytest.fixture
def browser(client, world):
    """A supervisor's, in a program with a facilitator."""
    world.leader = world.facilitator()
    return client.as_(world.supervisor())


def line(world, **changes):
    said = {
        "key": "tea", "title": "Tea and talk", "kind": world.support.key, "repeats": "weekly", "days": "Tue",
        "first_date": "2026-12-01", "starts": "18:00", "ends": "7:30 pm", "place": world.room.name, "seats": "12",
        "access": "open", "style": "relaxed", "languages": "en", "leaders": world.leader.name, "publish": "yes",
    }  # fmt: skip
    return ",".join({**said, **changes}.values()) + "\n"


def group_of(world, key="tea"):
    db.session.expire_all()
    return db.session.scalar(select(Group).where(Group.uid == uid_of(world.program.uid, key)))


def days_of(group, most=3):
    return [row.local_date for row in coming(group, clock.now(), most)]


def test_a_group_comes_with_its_dates_its_place_and_who_leads_it(browser, world):
    page = send(browser, PAGE, HEAD + line(world))
    assert re.search(r"<b>1</b>\s*would be new", page.text)
    assert group_of(world) is None
    yes(browser, PAGE, page)
    group = group_of(world)
    assert (group.title, group.capacity, group.access, group.structure) == (
        "Tea and talk",
        12,
        "open",
        "relaxed",
    )
    assert (group.state, group.place_id) == ("published", world.room.id)
    assert [row.person_id for row in group.facilitators] == [world.leader.id]
    rule = current_series(group).rule
    assert (f"{rule.start_time:%H:%M}", rule.duration_minutes, rule.timezone) == (
        "18:00",
        90,
        "America/New_York",
    )
    assert days_of(group) == [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)]


@pytest.mark.parametrize("later", [0, 3, 20], ids=["today", "in three days", "in three weeks"])
def test_the_same_file_again_changes_nothing_whenever_it_comes(browser, world, later):
    file = (
        HEAD
        + line(world)
        + line(world, key="old", title="Old", first_date="2026-09-02", days="Wed", repeats="biweekly")
    )
    yes(browser, PAGE, send(browser, PAGE, file))
    before = [
        (one.version, current_series(one).version, days_of(one))
        for one in map(group_of, [world] * 2, ["tea", "old"])
    ]
    dates = db.session.scalars(select(Occurrence.id).order_by(Occurrence.id)).all()
    with clock.at(NOW + timedelta(days=later)):
        page = send(browser, PAGE, file)
        assert re.search(r"<b>2</b>\s*are here already", page.text), page.text
        yes(browser, PAGE, page)
    after = [
        (one.version, current_series(one).version, days_of(one))
        for one in map(group_of, [world] * 2, ["tea", "old"])
    ]
    assert after == before
    assert db.session.scalars(select(Occurrence.id).order_by(Occurrence.id)).all() == dates


def test_a_group_that_began_long_ago_keeps_its_rhythm(browser, world):
    yes(
        browser,
        PAGE,
        send(browser, PAGE, HEAD + line(world, first_date="2026-09-01", repeats="every 2 weeks")),
    )
    assert days_of(group_of(world)) == [date(2026, 11, 24), date(2026, 12, 8), date(2026, 12, 22)]


def test_a_changed_row_changes_its_group_and_an_empty_cell_changes_nothing(browser, world):
    yes(browser, PAGE, send(browser, PAGE, HEAD + line(world)))
    short = f"key,title,kind,seats,style\ntea,Tea,{world.support.key},8,\n"
    page = send(browser, PAGE, short)
    assert re.search(r"<b>1</b>\s*would change", page.text)
    yes(browser, PAGE, page)
    group = group_of(world)
    assert (group.title, group.capacity, group.structure) == ("Tea", 8, "relaxed")
    assert days_of(group)[0] == date(2026, 12, 1)


def test_another_time_moves_the_dates_that_are_there(browser, world):
    yes(browser, PAGE, send(browser, PAGE, HEAD + line(world)))
    numbers = [row.id for row in coming(group_of(world), NOW, None)]
    yes(browser, PAGE, send(browser, PAGE, HEAD + line(world, starts="17:00", ends="18:00")))
    rows = coming(group_of(world), NOW, None)
    assert [row.id for row in rows] == numbers
    assert {row.local_minute for row in rows} == {17 * 60}


@pytest.mark.on_sqlite
def test_a_row_without_times_is_a_draft_until_it_has_some(browser, world):
    row = line(world, repeats="", days="", first_date="", starts="", ends="", publish="no")
    yes(browser, PAGE, send(browser, PAGE, HEAD + row))
    assert (group_of(world).state, current_series(group_of(world))) == ("draft", None)
    yes(browser, PAGE, send(browser, PAGE, HEAD + line(world)))
    assert group_of(world).state == "published"


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "suport group"}, "kind suport group There is no such name here."),
        ({"first_date": "31/11/2026"}, "first_date 31/11/2026 There is no such day."),
        ({"starts": "late"}, "starts late This is no time"),
        ({"ends": "18:00"}, "ends 18:00 This is no time"),
        ({"seats": "many"}, "seats many This is no whole number."),
        ({"seats": "0"}, "seats 0 "),
        ({"access": "secret"}, "access secret This can be: open, enrol, closed, referral."),
        ({"days": "Someday"}, "days Someday This can be: Mon, Tue,"),
        ({"days": "S/T"}, "days S This can be: Mon, Tue,"),
        ({"first_date": "2026-12-01 soon"}, "first_date 2026-12-01 soon There is no such day."),
        ({"leaders": "Nobody"}, "leaders Nobody There is no such name here."),
        ({"ends": ""}, "ends This cell is empty."),
        (
            {"first_date": "", "starts": "", "ends": ""},
            "first_date This cell is empty. It is needed where a row says when",
        ),
        ({"repeats": "monthly", "days": "Wed"}, "days Wed A group that meets so has no use for this."),
        ({"leaders": "", "publish": "yes"}, "leaders "),
        ({"publish": "perhaps"}, "publish perhaps This can be: yes, no."),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(browser, world, changes, words):
    page = send(browser, PAGE, HEAD + line(world, **changes))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert f"2 {words}" in text
    assert "Nothing to bring in" in text


@pytest.mark.on_sqlite
@pytest.mark.parametrize(("region", "first"), [("US", "12/1/2026"), ("GB", "01/12/26"), ("US", "1.12.2026")])
def test_dates_and_days_are_read_as_the_spreadsheets_of_the_region_write_them(browser, world, region, first):
    world.program.region = region
    db.session.commit()
    row = line(world, first_date=first, days="martes", starts="18:00:00", seats="12.0")
    yes(browser, PAGE, send(browser, PAGE, HEAD + row))
    assert days_of(group_of(world), 1) == [date(2026, 12, 1)]


@pytest.mark.on_sqlite
@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"days": "Tues"}, "BYDAY=TU 18:00 90"),
        ({"days": "M/W/F"}, "BYDAY=MO,WE,FR 18:00 90"),
        ({"days": "Tuesday and Thursday"}, "BYDAY=TU,TH 18:00 90"),
        ({"days": "Mondays & Weds."}, "BYDAY=MO,WE 18:00 90"),
        ({"days": "martes y sábado"}, "BYDAY=TU,SA 18:00 90"),
        ({"first_date": "1/12/2026 0:00", "starts": "noon", "ends": "1 pm"}, "BYDAY=TU 12:00 60"),
        ({"first_date": "2026-12-01T00:00:00", "starts": "6:00:00 PM"}, "BYDAY=TU 18:00 90"),
    ],
)
def test_days_dates_and_times_are_read_as_people_write_them(browser, world, said, rule):
    yes(browser, PAGE, send(browser, PAGE, HEAD + line(world, **said)))
    found = current_series(group_of(world)).rule
    assert f"{found.rrule[12:]} {found.start_time:%H:%M} {found.duration_minutes}" == rule
    assert found.starts_on >= date(2026, 12, 1)


@pytest.mark.on_sqlite
def test_a_name_that_is_nearly_right_is_offered(browser, world):
    page = send(browser, PAGE, HEAD + line(world, place=world.room.name[:-1] + "n"))
    assert f"Meant: {world.room.name.casefold()}?" in page.text


@pytest.mark.on_sqlite
def test_who_may_not_bring_groups_sees_no_page(client, world):
    for person in (world.facilitator(), world.client(), world.front_desk()):
        assert client.as_(person).get(PAGE).status_code == 404
    assert client.as_(world.supervisor()).get(PAGE).status_code == 200
