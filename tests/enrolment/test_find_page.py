"""/sessions: the question, its counts and its answer as dates by day, week and month; as groups: test_find_groups.py."""

from datetime import datetime, timedelta

import pytest

from groupsched.access.identity import Anonymous
from groupsched.catalog.events import GroupChanged
from groupsched.catalog.service import save_row
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.events import publish
from groupsched.enrolment import service
from groupsched.enrolment.queries import asked_dates, find_occurrences
from groupsched.enrolment.rules import FindFilters
from groupsched.schedule.rules import DateField, SetOfDate
from groupsched.schedule.service import change_dates
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """Three public groups: one in the morning, one in the evening, one full."""
    tea = world.group("Tea and talk", structure="relaxed")
    world.series(tea, datetime(2026, 11, 26, 18), dates=3)
    morning = world.group("Morning group")
    world.series(morning, datetime(2026, 11, 25, 9), dates=3)
    art = world.group(
        "Open studio", modality=world.modality("art-therapy", kind="art"), capacity=1, tags=["chair"]
    )
    world.full = world.series(art, datetime(2026, 11, 26, 14), dates=3)
    world.fill(art)
    return world


def titles(page):
    lines = [node for node in read_html(page).iter("a") if (node.get("class") or "").startswith("dayrow")]
    strong = (node for line in lines for node in line.iter("span") if (node.get("class") or "") == "strong")
    return [" ".join("".join(node.itertext()).split()) for node in strong]


def test_a_visitor_sees_the_coming_week_by_day(house, client):
    page = client.get("/sessions?view=list")
    assert page.status_code == 200
    assert titles(page.text) == ["Morning group", "Open studio", "Tea and talk"]
    assert "3 sessions in the next 7 days" in page.text


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("time=morning", ["Morning group"]),
        ("time=morning&time=evening", ["Morning group", "Tea and talk"]),
        ("time=evening&structure=structured", []),
        ("free=1", ["Morning group", "Tea and talk"]),
        ("kind=art", ["Open studio"]),
        ("modality=art-therapy", ["Open studio"]),
        ("needs=chair", ["Open studio"]),
        ("needs=step-free", []),
        ("day=we", ["Morning group"]),
        ("q=TALK", ["Tea and talk"]),
        ("q=oak", ["Morning group", "Open studio", "Tea and talk"]),
        (
            "place=oak-room&access=enrol&setting=group&language=en&mode=room",
            ["Morning group", "Open studio", "Tea and talk"],
        ),
        ("from=2026-12-03&to=2026-12-03", ["Open studio", "Tea and talk"]),
        ("colour=blue&day=someday", ["Morning group", "Open studio", "Tea and talk"]),
    ],
)
def test_the_address_is_the_question(house, client, question, shown):
    assert titles(client.get(f"/sessions?view=list&{question}").text) == shown


def test_an_empty_answer_names_the_way_out(house, client):
    page = client.get("/sessions?time=evening&structure=structured&view=list")
    assert "Without “Evening”: 2 sessions" in page.text
    assert 'href="/sessions?structure=structured&amp;view=list"' in page.text


def test_a_choice_that_would_show_nothing_is_disabled(house, client):
    page = client.get("/sessions")
    assert 'name="time" value="evening"' in page.text
    boxes = {box.get("value"): box for box in read_html(page.text).iter("input") if box.get("name") == "day"}
    assert boxes["sa"].get("disabled") is not None
    assert boxes["we"].get("disabled") is None


def test_private_hidden_and_draft_groups_are_not_listed(house, client):
    for title, fields in {
        "One-to-one": {"setting": "private"}, "Quiet": {"hidden": True}, "Later": {"state": "draft"},
    }.items():  # fmt: skip
        house.series(house.group(title, **fields), datetime(2026, 11, 27, 10))
    assert len(titles(client.get("/sessions?view=list").text)) == 3


def test_another_programs_groups_are_not_listed(house, client):
    quay = house.another_program()
    quay.series(quay.group("Quay circle"), datetime(2026, 11, 27, 10))
    assert "Quay circle" not in client.get("/sessions?view=list").text


def test_groups_of_others_are_shown_only_when_asked_for_and_marked(house, client):
    group = house.listing("Church basement")
    assert "Church basement" not in client.get("/sessions?view=list").text
    page = client.get("/sessions?external=1&view=list").text
    assert "Church basement" in page
    assert "Run by others. Source: Church basement directory" in page
    assert client.get(f"/sessions/{group.uid}").status_code == 200


def test_what_has_ended_is_not_shown_and_what_runs_is(house, client):
    with clock.at(NOW + timedelta(hours=2)):
        assert "Morning group" in titles(client.get("/sessions?view=list").text)
    with clock.at(NOW + timedelta(hours=3)):
        assert "Morning group" not in titles(client.get("/sessions?to=2026-11-30&view=list").text)


def test_a_cancelled_date_stays_with_its_reason(house, client):
    house.full[0].status, house.full[0].reason = "cancelled", "House closed"
    db.session.commit()
    assert "Cancelled: House closed" in client.get("/sessions?view=list").text


def test_a_change_of_the_catalogue_is_seen_at_once(house, client):
    client.get("/sessions")
    group = house.full[0].group
    group.title = "Clay studio"
    db.session.flush()
    publish(GroupChanged(group.id, group.program_id))
    db.session.commit()
    assert "Clay studio" in client.get("/sessions").text


def test_the_week_is_a_table_of_days_and_parts_of_the_day(house, client):
    page = client.get("/sessions?view=week").text
    rows = list(read_html(page).iter("tr"))
    assert len(rows) == 8
    assert "Sessions by day and part of the day" in page


def squares(page):
    table = next(
        node for node in read_html(page).iter("table") if (node.get("class") or "").startswith("mo ")
    )
    return {"".join(node.itertext()).lstrip("0123456789"): node.get("href") for node in table.iter("a")}


def test_the_month_counts_the_sessions_of_each_day_and_leads_to_them(house, client):
    page = client.get("/sessions?view=month").text
    assert "3 sessions in November 2026" in page
    shown = squares(page)
    assert list(shown) == [
        "Wednesday 25 November, today: 1 session",
        "Thursday 26 November: 2 sessions",
    ]
    assert list(shown.values())[1] == "/sessions?from=2026-11-26&to=2026-11-26&view=list"
    day = client.get(list(shown.values())[1]).text
    assert titles(day) == ["Open studio", "Tea and talk"]
    assert "2 sessions on Thursday 26 November" in day
    assert "Show the next day" in day


def test_the_month_goes_on_and_back_and_keeps_what_was_chosen(house, client):
    page = client.get("/sessions?view=month&time=evening").text
    assert 'href="/sessions?time=evening&amp;from=2026-12-01&amp;view=month"' in page
    assert "Month before" not in page
    december = client.get("/sessions?time=evening&from=2026-12-01&view=month").text
    assert [words.partition(":")[0] for words in squares(december)] == [
        "Thursday 3 December",
        "Thursday 10 December",
    ]
    assert 'href="/sessions?time=evening&amp;view=month"' in december


def test_the_month_shows_where_one_has_a_seat(house, client):
    robin = house.client()
    tea = (
        find_occurrences(Anonymous(house.program.id), FindFilters.parse({"q": ["tea"]})).occurrences[0].group
    )
    service.enrol(identity_of(robin), tea, robin)
    db.session.commit()
    shown = squares(client.as_(robin).get("/sessions?view=month").text)
    assert [words for words in shown if "seat" in words] == [
        "Thursday 26 November: 2 sessions, you have 1 seat"
    ]


@pytest.mark.parametrize(
    "question",
    ["from=2199-12-31", "from=2020-01-31", "to=2026-12-04", "to=2020-01-01", "from=2026-12-05&to=2026-12-04"],
)
def test_any_month_can_be_asked_for(house, client, question):
    assert client.get(f"/sessions?view=month&{question}").status_code == 200


def test_htmx_gets_the_part_and_a_reload_the_whole(house, client):
    part = client.get("/sessions?day=we", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="find">')
    whole = client.get(
        "/sessions?day=we", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    ).text
    assert whole.startswith("<!doctype html>")


def test_a_line_says_where_the_reader_stands(house, client):
    robin = house.client()
    tea = (
        find_occurrences(Anonymous(house.program.id), FindFilters.parse({"q": ["tea"]})).occurrences[0].group
    )
    service.enrol(identity_of(robin), tea, robin)
    service.enrol(identity_of(robin), house.full[0].group, robin)
    db.session.commit()
    page = client.as_(robin).get("/sessions?view=list").text
    assert "You’re in" in page
    assert "On the waiting list, number 1" in page


def test_a_clash_is_said_on_the_line_and_on_the_card(house, client):
    robin = house.client()
    other = house.group("Yoga")
    house.series(other, datetime(2026, 11, 26, 18, 30))
    service.enrol(identity_of(robin), other, robin)
    db.session.commit()
    for view in ("list", "groups"):
        assert "Clashes with Yoga, 18:30" in client.as_(robin).get(f"/sessions?view={view}").text


def test_a_running_date_says_so_whatever_it_clashes_with(house, client):
    robin = house.client()
    other = house.group("Yoga")
    house.series(other, datetime(2026, 11, 26, 18, 30))
    service.enrol(identity_of(robin), other, robin)
    db.session.commit()
    with clock.at(datetime.fromisoformat("2026-11-26T23:10:00+00:00")):
        page = client.as_(robin).get("/sessions?q=tea&view=list").text
    assert "Running now" in page and "Clashes" not in page


def headings(page):
    days = [node for node in read_html(page).iter("h2") if node.get("class") == "dayrail"]
    return ["|".join(part.strip() for part in node.itertext() if part.strip()) for node in days]


def test_late_in_the_evening_today_is_still_today(house, client):
    late = house.group("Late circle")
    house.series(late, datetime(2026, 11, 25, 21), dates=2, every_days=1)
    with clock.at(datetime.fromisoformat("2026-11-26T00:30:00+00:00")):  # 19:30 in New York
        first, second, *_ = headings(client.get("/sessions?view=list").text)
    assert first.startswith("25|Today|Wednesday")
    assert second.startswith("26|Tomorrow|Thursday")


def test_on_the_last_evening_of_a_year_it_is_the_next_that_is_named(house, client):
    late = house.group("Late circle")
    house.series(late, datetime(2026, 12, 31, 21), dates=2, every_days=1)
    with clock.at(datetime.fromisoformat("2027-01-01T00:30:00+00:00")):  # 19:30 in New York
        page = client.get("/sessions?view=list").text
        weekly = client.get("/sessions?view=week").text
        alone = client.get(f"/sessions/{late.uid}").text
    assert [heading.rsplit("|")[-1] for heading in headings(page)] == ["31 December", "1 January 2027"]
    assert "Thursday 31 December to Wednesday 6 January 2027" in weekly
    assert "31 Dec" in alone
    assert "Dec 2026" not in alone and "December 2026" not in page


def test_pages_of_fifty_follow_each_other(house, client):
    group = house.group("Every hour", modality=house.support)
    for hour in range(23):
        house.series(group, datetime(2026, 11, 26, hour), dates=4, every_days=1, minutes=30)
    first = find_occurrences(Anonymous(house.program.id), FindFilters())
    assert (len(first.occurrences), first.total) == (50, 95)
    second = find_occurrences(Anonymous(house.program.id), FindFilters(after=first.after))
    assert (len(second.occurrences), second.after) == (45, None)
    assert "Show more of these days" in client.get("/sessions?view=list").text


def test_no_question_ends_in_an_error(house, client):
    for question in ("q=%00%FF", "after=99999999999-1", "after=x", "from=0000-00-00", "to=2026-13-40", "day=" + "mo" * 500,
                     "place=%27%22", "view=%00", "from=2026-12-31&to=2026-01-01"):  # fmt: skip
        for view in ("", "&view=list", "&view=groups"):
            assert client.get(f"/sessions?{question}{view}").status_code == 200, question


def test_the_page_asks_the_database_at_most_twelve_times(house, client, statements):
    robin = house.client()
    browser = client.as_(robin)
    browser.get("/sessions?view=list")
    before = len(statements())
    browser.get("/sessions?view=list")
    assert len(statements()) - before <= 12


def test_days_the_wrong_way_round_are_said_and_the_first_of_them_counts(house, client):
    page = client.get("/sessions?from=2026-12-03&to=2026-11-26&view=list").text
    assert "“To” is before “From”, so it was left out." in page
    assert titles(page) == titles(client.get("/sessions?from=2026-12-03&view=list").text)
    assert "it was left out" not in client.get("/sessions?from=2026-11-26&to=2026-12-03").text


def test_a_date_is_found_by_who_leads_it_and_by_its_own_room(house, client):
    """Not by whom it is given away from, nor by the room that it left; the page and the interface say the same."""
    lead, other = house.facilitator("Ossian"), house.facilitator("Juniper")
    loft = house.place("Quiet Loft", capacity=9)
    save_row(house.system, house.room, {"step_free": True}, house.room.version)
    choir = house.group("Choir", led_by=lead, also_led_by=[])
    first, second = house.series(choir, datetime(2026, 11, 26, 10), dates=2, every_days=1)
    change_dates(house.system, choir, SetOfDate(first.id, {DateField.LEADS: (other.id,)}))
    change_dates(house.system, choir, SetOfDate(second.id, {DateField.PLACE: loft.id}))
    db.session.commit()

    def found(**asked):
        said = {name: value.split() for name, value in asked.items()}
        question = FindFilters.parse({**said, "external": ["1"]})
        listed = {one.id for one in find_occurrences(Anonymous(house.program.id), question).occurrences}
        asked_for = {one.id for one in db.session.scalars(asked_dates(Anonymous(house.program.id), question))}
        ours = {first.id, second.id}
        assert listed & ours == asked_for & ours, asked
        return listed & ours

    assert found(q="Juniper") == {first.id}
    assert found(q="Ossian") == {second.id}
    assert found(q="Choir") == {first.id, second.id}
    assert found(place="quiet-loft") == found(q="loft") == {second.id}
    assert found(place="oak-room") == found(q="oak") == found(needs="step-free") == {first.id}
    assert found(place="oak-room quiet-loft") == {first.id, second.id}
    assert "Choir" in titles(client.get("/sessions?q=juniper&view=list").text)
