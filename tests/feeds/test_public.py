"""The public calendar: what is published, narrowed by the filters of the list of sessions."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from groupsched.access.identity import Role
from groupsched.catalog.service import fields_of, retire_group, retire_row, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.exchange.service import settle
from groupsched.feeds.service import public
from groupsched.schedule.models import Occurrence
from groupsched.schedule.service import cancel_occurrence, skip_date
from tests.conftest import identity_of, read_html
from tests.feeds.linting import lint, unfold
from tests.feeds.readers import python_reads, thunderbird_reads
from tests.feeds.setting import meets

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONTH = NOW, datetime(2026, 4, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _held_time():
    public._kept.clear()
    with clock.at(NOW):
        yield


def titles(client, query=""):
    answer = client.get(f"/feeds/public.ics{query}")
    assert answer.status_code == 200, answer.text
    assert lint(answer.data) == []
    return [line.removeprefix("SUMMARY:") for line in unfold(answer.data) if line.startswith("SUMMARY")]


def test_drafts_private_and_hidden_groups_and_those_of_another_program_are_not_in_it(client, world):
    leader = world.facilitator()
    for title, fields in (
        ("Morning group", {}), ("Draft", {"state": "draft"}), ("One to one", {"setting": "private"}),
        ("Hidden", {"hidden": True}),
    ):  # fmt: skip
        meets(world.group(title, led_by=leader, **fields), leader)
    far = world.another_program()
    boss = far.facilitator()
    meets(far.group("Elsewhere", led_by=boss), boss)
    assert titles(client) == ["Morning group"]


def test_filters_choose_groups(client, world):
    leader = world.facilitator()
    meets(world.group("Secular", led_by=leader), leader)
    meets(world.group("Faith", led_by=leader, orientation="faith"), leader)
    assert titles(client, "?orientation=faith") == ["Faith"]
    assert sorted(titles(client, "?orientation=faith&orientation=secular")) == ["Faith", "Secular"]


def test_a_day_of_a_group_that_meets_on_several_gives_those_dates_alone(client, world):
    leader = world.facilitator()
    meets(world.group(led_by=leader), leader, rrule="FREQ=WEEKLY;BYDAY=MO,TH", starts_on=date(2026, 1, 5))
    ics = client.get("/feeds/public.ics?day=th").data
    assert b"RRULE:FREQ=WEEKLY" not in ics
    days = {seen.start.weekday() for seen in python_reads(ics, *MONTH)}
    assert days == {3}


def test_listings_of_others_come_only_when_asked_for_and_read_in_both_readers(client, world):
    world.listing()
    settle(world.system, [world.listing("Second meeting")], {"orientation": "faith"})
    db.session.commit()
    assert titles(client) == []
    assert sorted(titles(client, "?external=1")) == ["Church hall meeting", "Second meeting"]
    ics = client.get("/feeds/public.ics?external=1&orientation=faith").data
    rows = db.session.query(Occurrence).join(Occurrence.group).filter_by(title="Second meeting").all()
    expected = sorted((one.start, one.end) for one in rows if NOW < one.start < MONTH[1])
    assert [(seen.start, seen.end) for seen in python_reads(ics, *MONTH)] == expected
    [seen] = thunderbird_reads((ics, *MONTH))
    assert [(one.start, one.end) for one in seen] == expected


def test_more_than_a_calendar_can_take_is_a_sentence_worked_out_once(client, world, monkeypatch, statements):
    monkeypatch.setattr(public, "MOST_EVENTS", 1)
    leader = world.facilitator()
    for title in ("Morning group", "Evening group"):
        meets(world.group(title, led_by=leader), leader)
    answer = client.get("/feeds/public.ics")
    assert answer.status_code == 422
    assert answer.mimetype == "text/plain"
    assert "Narrow the filter" in answer.text
    sent = len(statements())
    assert client.get("/feeds/public.ics").status_code == 422
    assert len(statements()) == sent + 2
    assert client.get("/feeds/public.ics?q=evening").status_code == 200


def test_a_second_fetch_reads_only_the_edition_and_a_change_is_a_new_one(client, world, statements):
    leader = world.facilitator()
    group = world.group(led_by=leader)
    series = meets(group, leader)
    first = client.get("/feeds/public.ics")
    before = len(statements())
    tag = first.headers["ETag"]
    assert client.get("/feeds/public.ics", headers={"If-None-Match": tag}).status_code == 304
    assert len(statements()) == before + 2
    dates = db.session.query(Occurrence).filter(Occurrence.start > NOW).order_by(Occurrence.start).all()
    skip_date(identity_of(leader), series, dates[1].start.date(), series.version)
    db.session.commit()
    assert b"EXDATE" in client.get("/feeds/public.ics", headers={"If-None-Match": tag}).data
    cancel_occurrence(identity_of(leader), dates[3], "The heating is out.")
    db.session.commit()
    assert b"Cancelled: Morning group" in client.get("/feeds/public.ics").data


def test_the_public_calendar_is_marked_public_and_says_no_link_into_a_room(client, world):
    leader = world.facilitator()
    meets(world.group(led_by=leader, online_link="https://meet.example.org/secret"), leader)
    answer = client.get("/feeds/public.ics")
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert b"CLASS" not in answer.data
    assert b"meet.example.org" not in answer.data


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-13-45", "from"), ("to=x", "to"), ("day=xx", "mo, tu, we"), ("day=mo&day=monday", "monday"),
        ("time=%00", "time"), ("mode=in_person", "room, online"), ("access=foo", "foo"), ("kind=tea", "kind"),
        ("status=cancelled", "status"), ("foo=bar", "foo"), ("free=yes", "free"), ("view=cloud", "view"),
        ("from=2026-03-02&to=2026-03-01", "The last day comes before the first."), ("from=2026-01-01&to=2029-01-01", "400 days"),
        ("to=2029-01-01", "400 days"), ("from=1999-12-31", "from"), ("q=%E2%80%8B", "q"), ("q=" + "x" * 81, "80"),
        ("free=1&free=0", "free"), ("modality=nothing", "nothing"), ("modality=support-group&modality=nothing", "nothing"),
        ("place=nowhere", "nowhere"), ("language=xx", "xx"), ("audience=martians", "martians"), ("tradition=Tea", "Tea"),
        ("after=soon", "after"), ("&".join(f"tradition=x{n}" for n in range(31)), "30"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_understood_is_told_so_and_gets_no_calendar_of_everything(
    client, world, query, words
):
    meets(world.group(led_by=(leader := world.facilitator())), leader)
    answer = client.get(f"/feeds/public.ics?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert words in answer.text
    assert client.get(f"/sessions?{query}").status_code == 200


def test_the_address_of_a_page_of_sessions_makes_a_calendar_with_its_empty_and_page_parts(client, world):
    meets(world.group(led_by=(leader := world.facilitator())), leader)
    assert titles(client, "?q=&from=&to=&day=&view=week&after=9-9&free=0") == ["Morning group"]


def test_a_calendar_of_what_was_retired_goes_on_with_what_is_left(client, world):
    leader, admin = (
        world.facilitator(),
        identity_of(world.person("Ada", "Examplar", Role.ADMIN, Role.SUPERVISOR)),
    )
    yoga, hall = world.modality("yoga"), world.place("Old Hall")
    faith = {"orientation": "faith", "tradition": "Quaker", "audience": ["sailors"], "languages": ["eo"]}
    meets(world.group("Stretch", led_by=leader, modality=yoga, place=hall), leader)
    silent = world.group("Silence", led_by=leader, **faith)
    meets(silent, leader)
    for row in (yoga, hall):
        retire_row(admin, row, retired=True)
    retire_group(admin, silent)
    db.session.commit()
    assert titles(client, "?modality=yoga") == titles(client, "?place=old-hall") == ["Stretch"]
    assert titles(client, "?modality=yoga&modality=support-group&place=old-hall") == ["Stretch"]
    for gone in ("tradition=Quaker", "audience=sailors", "language=eo"):
        assert titles(client, f"?{gone}") == []


def test_what_only_a_hidden_group_says_is_unknown_like_what_nobody_says(client, world):
    leader = world.facilitator()
    for fields in ({"hidden": True}, {"setting": "private"}, {"state": "draft"}):
        meets(world.group(led_by=leader, orientation="faith", tradition="Quaker", **fields), leader)
    hidden, unsaid = (client.get(f"/feeds/public.ics?tradition={word}") for word in ("Quaker", "Shaker"))
    assert hidden.status_code == unsaid.status_code == 400
    assert hidden.text.replace("Quaker", "Shaker") == unsaid.text
    world.another_program().modality("felting")
    assert client.get("/feeds/public.ics?modality=felting").status_code == 400


def test_a_window_of_dates_gives_those_dates(client, world):
    leader = world.facilitator()
    meets(world.group(led_by=leader), leader)
    ics = client.get("/feeds/public.ics?from=2026-03-03&to=2026-03-10").data
    assert [seen.start.date() for seen in python_reads(ics, NOW, datetime(2027, 1, 1, tzinfo=UTC))] == [
        date(2026, 3, 3), date(2026, 3, 10),
    ]  # fmt: skip


def test_without_a_program_there_is_no_calendar(client, app):
    assert client.get("/feeds/public.ics").status_code == 404


def test_a_cache_between_keeps_one_calendar_for_each_language(client, world):
    answer = client.get("/feeds/public.ics")
    assert answer.headers["Cache-Control"].startswith("public")
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= {
        name.strip() for name in answer.headers["Vary"].split(",")
    }


def test_titles_are_those_of_the_language_that_is_asked_for(client, world):
    leader = world.facilitator()
    group = world.group("Tea and talk", led_by=leader, texts={"es": {"title": "Té y charla"}})
    meets(group, leader)
    meets(world.group("Quiet hour", led_by=leader), leader)
    asked = {
        language: client.get("/feeds/public.ics", headers={"Accept-Language": language})
        for language in ("en", "es", "en")
    }
    english, spanish = asked["en"], asked["es"]
    assert "SUMMARY:Tea and talk" in english.text and "Té y charla" not in english.text
    assert "SUMMARY:Té y charla" in spanish.text and "Tea and talk" not in spanish.text
    assert "SUMMARY:Quiet hour" in spanish.text, "what has no other title has its first one"
    assert english.headers["ETag"] != spanish.headers["ETag"]
    fields = replace(fields_of(group), texts={"es": {"title": "Té nuevo"}})
    update_group(world.system, group, fields, group.version)
    db.session.commit()
    assert "SUMMARY:Té nuevo" in client.get("/feeds/public.ics", headers={"Accept-Language": "es"}).text


def test_the_list_of_sessions_offers_this_calendar_with_what_is_chosen_of_all_days(client, world):
    leader = world.facilitator()
    meets(world.group("Secular", led_by=leader), leader)
    meets(world.group("Faith", led_by=leader, orientation="faith"), leader)
    for asked, offered in (
        ("?orientation=faith&from=2026-03-03&to=2026-03-03&view=week", "?orientation=faith"),
        ("", ""),
        ("?q=faith", "?q=faith"),
    ):
        page = client.get(f"/sessions{asked}").text
        address = read_html(page).find(".//input[@data-copy-from]").get("value")
        assert address == f"http://127.0.0.1:5000/feeds/public.ics{offered}"
        assert f'href="webcal{address[4:]}"' in page
    assert titles(client, "?orientation=faith") == titles(client, "?q=faith") == ["Faith"]
