"""The pages on which staff define a group, look after it, and cancel a date."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.access.identity import Role, System
from groupsched.catalog.models import Group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.rules import parse_rule
from groupsched.schedule.service import add_series, freeze, skip_date
from tests.conftest import identity_of

pytestmark = pytest.mark.on_sqlite

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held(app):
    with clock.at(NOW):
        yield


def groups():
    db.session.rollback()
    return list(
        db.session.scalars(select(Group).execution_options(populate_existing=True).order_by(Group.id))
    )


def dates_of(group):
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def made(browser, said):
    answer = browser.post("/groups/new?from=none", data=said)
    assert answer.status_code == 303, answer.text
    return groups()[-1]


# --- making --------------------------------------------------------------------------------------------------------


def test_the_first_step_offers_patterns_and_one_fills_the_form(browser):
    assert "Support group" in browser.get("/groups/new").text
    page = browser.get("/groups/new?from=support-group").text
    assert 'value="Morning support"' in page
    assert 'value="2026-11-25"' in page, "the next of Monday, Wednesday and Friday"
    assert "Every Monday, Wednesday and Friday 09:00–10:30, New York time, from 25 November 2026" in page


def test_an_unknown_pattern_is_an_empty_form(browser):
    assert 'value=""' in browser.get("/groups/new?from=nothing-like-that").text


def test_publishing_makes_the_group_and_its_dates(browser, said):
    group = made(browser, said)
    assert (group.state, group.title, group.access) == ("published", "Tea and talk", "open")
    assert [row.local_date for row in dates_of(group)][:2] == [date(2026, 12, 1), date(2026, 12, 8)]
    assert len(dates_of(group)) == 12
    page = browser.get(f"/groups/{group.uid}").text
    assert (
        "Every Tuesday 18:00–19:00, New York time, 12 times from 1 December 2026 until 16 February 2027."
        in page
    )


def test_a_draft_may_leave_the_dates_open_and_is_seen_by_staff_alone(browser, client, said, world):
    bare = {"title": "Later", "modality": "support-group", "lead": said["lead"], "languages": ["en"], "act": "draft",
            "repeats": "weekly", "ends": "open", "setting": "group", "structure": "", "orientation": "",
            "attendance_mode": "in_person", "place": "", "access": "enrol", "monthly_by": "day"}  # fmt: skip
    group = made(browser, bare)
    assert (group.state, dates_of(group)) == ("draft", [])
    assert client.as_(world.facilitator("Juniper")).get(f"/groups/{group.uid}").status_code == 404
    assert "Later" in client.as_(world.supervisor()).get("/groups").text
    answer = browser.post(f"/groups/{group.uid}/publish")
    assert answer.status_code == 303
    assert answer.location.endswith("/edit")
    assert groups()[-1].state == "draft"


def test_a_skipped_date_is_left_out(browser, said):
    group = made(browser, said | {"skip": ["2026-12-22", "2026-12-29", "2026-12-23"]})
    assert len(dates_of(group)) == 10
    assert db.session.scalars(select(Series)).one().skip == ["2026-12-22", "2026-12-29"]


def test_one_to_one_is_with_the_lead_and_never_public(browser, client, said, lead):
    group = made(browser, said | {"setting": "private", "capacity": "1"})
    assert group.named_person_id == lead.id
    assert client.get("/sessions").status_code in (200, 404)
    assert "Tea and talk" not in client.get("/sessions").text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "People can find it now."),
        ({"hidden": "y"}, "It is in no list"),
        ({"setting": "private", "capacity": "1"}, "It is in no list"),
    ],
)
def test_publishing_says_whether_people_find_it(browser, said, more, words):
    group = made(browser, said | more)
    assert words in browser.get(f"/groups/{group.uid}").text
    draft = made(browser, said | more | {"act": "draft", "start_time": "20:00", "end_time": "21:00"})
    browser.post(f"/groups/{draft.uid}/publish")
    assert words in browser.get(f"/groups/{draft.uid}").text


# --- the panel -----------------------------------------------------------------------------------------------------


def test_the_panel_answers_with_the_sentence_and_eight_dates(browser, said):
    panel = browser.post("/groups/preview", data=said).text
    assert (
        "Every Tuesday 18:00–19:00, New York time, 12 times from 1 December 2026 until 16 February 2027."
        in panel
    )
    assert panel.count("toggle-2026") + panel.count("toggle-2027") == 8
    assert "Publish 12 dates" in panel


def test_a_date_is_skipped_and_added_back_in_the_panel(browser, said):
    skipped = browser.post("/groups/preview", data=said | {"toggle": "2026-12-22"}).text
    assert 'name="skip" value="2026-12-22"' in skipped
    assert "not on 22 December" in skipped
    assert "Publish 11 dates" in skipped
    again = browser.post("/groups/preview", data=said | {"toggle": "2026-12-22", "skip": ["2026-12-22"]}).text
    assert 'name="skip"' not in again


def test_a_date_that_another_series_has_is_neither_skipped_nor_added_back(browser, said):
    group = made(browser, said)
    series = dates_of(group)[0].series
    skip_date(System(), series, date(2026, 12, 22), series.version)
    single = replace(series.rule, starts_on=date(2026, 12, 22), rrule="", until=None, skip=frozenset())
    add_series(System(), group, single)
    db.session.commit()
    form = browser.get(f"/groups/{group.uid}/edit").text
    assert "Takes place at this time anyway" in form and "toggle-2026-12-22" not in form
    assert "toggle-2026-12-29" in form and "Add back" not in form
    at_five = said | {"start_time": "17:00", "skip": ["2026-12-22"]}
    assert "Add back" in browser.post(f"/groups/preview?group={group.uid}", data=at_five).text


def test_the_panel_speaks_spanish_too(browser, said):
    browser.set_cookie("language", "es")
    panel = browser.post("/groups/preview", data=said).text
    assert "Cada martes de 18:00 a 19:00, " in panel
    far = browser.post("/groups/preview", data=said | {"count": "0"}).text
    assert "Elige un número de veces de 1 a 999." in far
    assert "Elige al menos un día" in browser.post("/groups/preview", data=said | {"weekdays": []}).text


def test_the_panel_says_what_is_missing(browser, said):
    monthly = said | {"repeats": "monthly", "starts_on": ""}
    assert "Choose the first date." in browser.post("/groups/preview", data=monthly).text
    assert "After 18:00, please" in browser.post("/groups/preview", data=said | {"end_time": "07:00"}).text
    assert "at least one day" in browser.post("/groups/preview", data=said | {"weekdays": []}).text


def test_a_first_date_that_was_left_empty_is_the_next_of_the_chosen_days(browser, said, world):
    """On Tuesday 24 November: not today, whatever day is chosen."""
    with clock.at(datetime(2026, 11, 24, 14, 0, tzinfo=UTC)):
        empty = said | {"starts_on": "", "weekdays": ["1", "3"]}
        page = browser.post("/groups/new?from=none", data=empty | {"title": ""}).text
        assert (
            re.search(r'name="starts_on"[^>]*value="2026-11-26"', page)
            and "Choose the first date." not in page
        )
        group = made(browser, empty)
        first = db.session.scalars(
            select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.start)
        ).first()
        assert first.local_date == date(2026, 11, 26)
        time = {
            "repeats": "weekly",
            "weekdays": ["1"],
            "starts_on": "",
            "start_time": "9:00",
            "end_time": "10:00",
            "ends": "open",
        }
        panel = browser.post(f"/groups/{group.uid}/series/preview", data=time).text
        assert "Every Tuesday 09:00–10:00" in panel and "1 Dec" in panel and "24 Nov" not in panel
        unread = browser.post("/groups/preview", data=empty | {"starts_on": "soon"}).text
        assert "Write the date like 2026-12-03." in unread, "what somebody wrote is not replaced"


def test_every_few_weeks_starts_with_a_number_that_makes_sense(browser, said):
    weekly = made(browser, said)
    later = {"start_time": "20:00", "end_time": "21:00"}
    rare = made(browser, said | later | {"repeats": "weeks", "every": "5"})
    for address, every in (
        ("/groups/new?from=none", 3),
        (f"/groups/{weekly.uid}/edit", 3),
        (f"/groups/{rare.uid}/edit", 5),
    ):
        found = re.search(r'<input[^>]*id="every"[^>]*>', browser.get(address).text)
        assert f'value="{every}"' in found[0]


def test_without_a_script_the_same_buttons_answer_with_the_page(browser, said):
    page = browser.post("/groups/new?from=none", data=said | {"act": "", "toggle": "2026-12-22"})
    assert page.status_code == 200
    assert "not on 22 December" in page.text
    assert 'value="Tea and talk"' in page.text
    assert groups() == []
    assert "Update dates" in page.text


# --- mistakes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"title": ""}, "title"), ({"title": "x" * 121}, "title"), ({"modality": ""}, "modality"),
        ({"modality": "unknown"}, "modality"), ({"end_time": "07:00"}, "end_time"), ({"starts_on": "soon"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"), ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"start_time": "25:99"}, "start_time"), ({"weekdays": []}, "weekdays"), ({"weekdays": ["9"]}, "weekdays"),
        ({"count": ""}, "count"), ({"count": "1000"}, "count"), ({"count": "²"}, "count"), ({"count": "-1"}, "count"),
        ({"ends": "on", "until": ""}, "until"), ({"ends": "on", "until": "2026-11-01"}, "until"),
        ({"ends": "on", "until": "2029-01-01"}, "until"), ({"repeats": "weeks", "every": "53"}, "every"),
        ({"repeats": "hourly"}, "repeats"), ({"lead": ""}, "lead"), ({"lead": "nobody"}, "lead"),
        ({"place": ""}, "place"), ({"place": "elsewhere"}, "place"), ({"capacity": "0"}, "capacity"),
        ({"capacity": "many"}, "capacity"), ({"min_to_run": "13"}, "min_to_run"), ({"languages": []}, "languages"),
        ({"languages": ["klingon"]}, "languages"), ({"online_link": "javascript:alert(1)"}, "online_link"),
        ({"setting": "slots"}, "slot_minutes"), ({"access": "magic"}, "access"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_beside_its_field_and_everything_typed_stays(browser, said, bad, field):
    answer = browser.post("/groups/new?from=none", data=said | bad)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Everything you typed is still here." in answer.text
    assert "A kettle and a circle." in answer.text
    assert "<title>Error:" in answer.text
    assert groups() == []


def test_a_facilitator_cannot_leave_themself_out(browser, said, world):
    other = world.facilitator("Juniper", "Placeholder")
    answer = browser.post("/groups/new?from=none", data=said | {"lead": other.uid})
    assert answer.status_code == 422
    assert "Keep yourself" in answer.text
    assert (
        made(browser, said | {"lead": other.uid, "others": [said["lead"]]}).facilitators[0].person_id
        == other.id
    )


TEXT = st.text(max_size=40)
JUNK = st.one_of(
    TEXT,
    st.dates().map(str),
    st.integers().map(str),
    st.times().map(str),
    st.just("\ud800"),
    st.just("9" * 5000),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from((
    "title", "modality", "description", "structure", "orientation", "tradition", "setting", "repeats", "weekdays",
    "every", "monthly_by", "starts_on", "start_time", "end_time", "ends", "count", "until", "skip", "toggle", "place",
    "lead", "others", "capacity", "min_to_run", "access", "languages", "audience", "tags", "uid", "version", "act",
    "attendance_mode", "online_link",
)), JUNK, max_size=4), st.sampled_from(("/groups/new?from=none", "/groups/preview")))  # fmt: skip
def test_no_text_number_or_date_breaks_the_form(browser, said, junk, address):
    encoded = {
        name: value.encode("utf-8", "surrogatepass") if "\ud800" in value else value
        for name, value in junk.items()
    }
    answer = browser.post(address, data=said | encoded)
    assert answer.status_code in (200, 303, 409, 422)


# --- changing ------------------------------------------------------------------------------------------------------


def test_all_that_is_missing_is_said_at_once(browser):
    answer = browser.post("/groups/new?from=none", data={"act": "publish"})
    for field in ("title", "modality", "starts_on", "start_time", "end_time", "place", "lead", "languages"):
        assert f'href="#{field}"' in answer.text


def test_an_empty_form_does_not_say_that_a_group_is_secular(browser):
    page = browser.get("/groups/new?from=none").text
    assert re.search(r'<option selected value="">Not set', page)
    assert not re.search(r'<option selected value="secular"', page)


def edit(said, group, **changes):
    series = db.session.scalars(
        select(Series).where(Series.group_id == group.id, Series.ended_at.is_(None))
    ).one()
    return (
        said | {"act": "save", "version": str(group.version), "series_version": str(series.version)} | changes
    )


def test_the_edit_form_shows_what_is_there(browser, said):
    group = made(browser, said | {"skip": ["2026-12-22"]})
    page = browser.get(f"/groups/{group.uid}/edit").text
    for expected in ('value="Tea and talk"', 'value="2026-12-01"', 'value="18:00"', 'value="19:00"', 'value="12"',
                     'name="skip" value="2026-12-22"', "Save for 11 dates"):  # fmt: skip
        assert expected in page


def test_a_change_keeps_the_people_and_moves_the_dates(browser, said):
    group = made(browser, said)
    before = [row.uid for row in dates_of(group)]
    answer = browser.post(
        f"/groups/{group.uid}/edit", data=edit(said, group, start_time="18:30", end_time="19:30")
    )
    assert answer.status_code == 303
    assert [row.uid for row in dates_of(group)] == before
    assert dates_of(group)[0].original_local == "2026-12-01T1830"


def test_the_second_editor_sees_what_changed_and_keeps_their_own_words(browser, said):
    group = made(browser, said)
    mine = edit(said, group, title="My title")
    browser.post(f"/groups/{group.uid}/edit", data=edit(said, group, title="Their title"))
    answer = browser.post(f"/groups/{group.uid}/edit", data=mine)
    assert answer.status_code == 409
    assert "Their title" in answer.text
    assert "What happens:" not in answer.text
    assert 'value="My title"' in answer.text
    versions = dict(re.findall(r'name="(version|series_version)"[^>]*value="(\d+)"', answer.text))
    assert browser.post(f"/groups/{group.uid}/edit", data=mine | versions).status_code == 303
    assert groups()[-1].title == "My title"


def test_nonsense_versions_are_an_old_version(browser, said):
    group = made(browser, said)
    for version in ("", "x", "²", "-1", "9" * 50):
        assert (
            browser.post(
                f"/groups/{group.uid}/edit", data=edit(said, group, title="Other", version=version)
            ).status_code
            == 409
        )


def test_a_draft_is_finished_and_published_later(browser, said):
    group = made(browser, said | {"act": "draft"})
    assert "Nobody is told until you publish." in browser.get(f"/groups/{group.uid}/edit").text
    assert browser.post(f"/groups/{group.uid}/edit", data=edit(said, group, act="publish")).status_code == 303
    assert groups()[-1].published


def test_a_published_group_cannot_lose_what_publishing_needs(browser, said):
    group = made(browser, said)
    assert browser.post(f"/groups/{group.uid}/edit", data=edit(said, group, place="")).status_code == 422
    assert browser.post(f"/groups/{group.uid}/edit", data=edit(said, group, starts_on="")).status_code == 422


def test_a_copy_is_a_draft_without_people(browser, said):
    group = made(browser, said)
    answer = browser.post(f"/groups/{group.uid}/duplicate")
    copy = groups()[-1]
    assert answer.location.endswith(f"/groups/{copy.uid}/edit")
    assert (copy.state, copy.title) == ("draft", "Tea and talk, copy")


def test_a_copy_keeps_the_same_times_from_the_next_date_on_when_somebody_comes_back(browser, said):
    group = made(browser, said | {"skip": ["2026-12-22"]})
    with clock.at(datetime(2026, 12, 9, 14, 0, tzinfo=UTC)):
        page = browser.get(browser.post(f"/groups/{group.uid}/duplicate").location).text
    for expected in ('value="2026-12-15"', 'value="18:00"', 'value="19:00"', "Every Tuesday 18:00–19:00"):
        assert expected in page
    assert 'name="skip"' not in page
    copy = groups()[-1]
    series = db.session.scalars(select(Series).where(Series.group_id == copy.id)).one()
    assert (series.rule.starts_on, series.rule.skip) == (date(2026, 12, 15), frozenset()), (
        "left once, it is there again"
    )
    assert "12 times" in browser.get(f"/groups/{copy.uid}/edit").text
    with clock.at(datetime(2026, 12, 9, 14, 0, tzinfo=UTC)):
        emptied = browser.post(
            f"/groups/{copy.uid}/edit", data=edit(said, copy, starts_on="", weekdays=["0"], act="look")
        )
        assert 'value="2026-12-14"' in emptied.text, "the next Monday, also of a draft that has its times"
        published = edit(said, copy, starts_on="2027-03-02", act="publish")
        assert browser.post(f"/groups/{copy.uid}/edit", data=published).status_code == 303


def test_a_copy_of_what_meets_no_more_starts_without_dates(browser, said):
    group = made(browser, said | {"repeats": "once", "weekdays": []})
    with clock.at(datetime(2026, 12, 9, 14, 0, tzinfo=UTC)):
        page = browser.get(browser.post(f"/groups/{group.uid}/duplicate").location).text
    assert "Choose the first date." in page


def test_a_draft_is_put_away(browser, said):
    group = made(browser, said | {"act": "draft"})
    assert f"/groups/{group.uid}/retire" in browser.get(f"/groups/{group.uid}").text
    assert "Put this draft away" in browser.get(f"/groups/{group.uid}/retire").text
    browser.post(f"/groups/{group.uid}/retire")
    assert "Put away." in browser.get(f"/groups/{group.uid}").text
    assert groups()[-1].state == "retired"


def test_dates_of_a_draft_are_changed_in_its_form_not_cancelled(browser, said):
    group = made(browser, said | {"act": "draft"})
    assert "/cancel" not in browser.get(f"/occurrences/{dates_of(group)[0].uid}/edit").text
    offered = made(browser, said)
    assert "/cancel" in browser.get(f"/occurrences/{dates_of(offered)[0].uid}/edit").text


def test_a_group_is_retired_after_being_asked(browser, said):
    group = made(browser, said)
    assert "12 coming dates end." in browser.get(f"/groups/{group.uid}/retire").text
    assert browser.post(f"/groups/{group.uid}/retire").status_code == 303
    assert groups()[-1].state == "retired"
    assert all(row.dropped for row in dates_of(group))


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_groups_one_may_see_and_finds_by_title(browser, client, said, world):
    made(browser, said)
    world.group("Art afternoon", led_by=world.facilitator("Pike", "Mockridge"), state="draft")
    page = browser.get("/groups").text
    assert "Tea and talk" in page
    assert "Art afternoon" not in page, "a draft of somebody else"
    desk = client.as_(world.front_desk()).get("/groups").text
    assert "Art afternoon" in desk
    assert "New group" not in desk
    assert "Tea and talk" in browser.get("/groups?q=TEA%20talk").text
    assert "Nothing matches" in browser.get("/groups?q=%25").text
    assert "Nothing matches" in browser.get("/groups?q=%00zzz").text


def test_the_list_names_all_who_lead_and_says_what_is_running(browser, said, world):
    group = made(browser, said | {"others": [world.facilitator("Pike", "Mockridge").uid]})
    first = dates_of(group)[0]
    page = browser.get("/groups").text
    assert "Pike M." in page and "Next Tue 1 Dec, 18:00" in page
    with clock.at(first.start + timedelta(minutes=10)):
        page = browser.get("/groups").text
        assert "Running now, until 19:00" in page and "Next" not in page


def test_whose_groups_is_asked_only_of_those_who_see_more_than_their_own(browser, client, said, world):
    made(browser, said)
    assert "Whose groups" not in browser.get("/groups").text
    assert (
        "Whose groups"
        in client.as_(world.person("Marigold", "T", Role.FACILITATOR, Role.SUPERVISOR)).get("/groups").text
    )


def test_the_list_is_narrowed_by_day_room_who_leads_and_state(browser, client, said, world):
    made(browser, said)
    pike, loft = world.facilitator("Pike", "Mockridge"), world.place("Quiet Loft")
    art = world.group("Art afternoon", led_by=pike, place=loft)
    world.series(art, datetime(2026, 12, 4, 14), dates=4)
    world.group("Not yet", led_by=pike, state="draft")
    desk = client.as_(world.front_desk())

    def listed(query):
        page = desk.get(f"/groups?{query}").text
        return page, [
            title for title in ("Tea and talk", "Art afternoon", "Not yet") if f">{title}</a>" in page
        ]

    assert listed("day=4")[1] == ["Art afternoon"]
    assert listed(f"room={loft.uid}")[1] == ["Art afternoon"]
    page, titles = listed(f"lead={pike.uid}")
    assert titles == ["Art afternoon", "Not yet"] and "2 groups" in page and "1 chosen" in page
    page, titles = listed(f"lead={pike.uid}&state=draft&q=yet")
    assert titles == ["Not yet"] and "1 group" in page
    assert listed("day=6")[1] == [] and "Nothing matches" in listed("day=6")[0]
    assert len(listed("day=9&state=lost&room=")[1]) == 3
    own = client.as_(pike).get(f"/groups?lead={pike.uid}").text
    assert "Art afternoon" in own and "Tea and talk" not in own


def test_an_empty_list_says_how_to_begin(browser):
    page = browser.get("/groups").text
    assert "No groups yet" in page
    assert "Make the first group" in page


# --- one date ------------------------------------------------------------------------------------------------------


def test_a_date_is_cancelled_with_a_reason_once(browser, said):
    group = made(browser, said)
    row = dates_of(group)[0]
    assert "Nobody has a seat on this date yet." in browser.get(f"/occurrences/{row.uid}/cancel").text
    assert browser.post(f"/occurrences/{row.uid}/cancel", data={"reason": " \x00 "}).status_code == 422
    assert browser.post(f"/occurrences/{row.uid}/cancel", data={"reason": "x" * 301}).status_code == 422
    for _click in range(2):
        answer = browser.post(f"/occurrences/{row.uid}/cancel", data={"reason": "The room is flooded"})
        assert answer.status_code == 303
    assert dates_of(group)[0].status == "cancelled"
    assert "The room is flooded" in browser.get(f"/groups/{group.uid}").text
    assert "cancelled already" in browser.get(f"/occurrences/{row.uid}/cancel").text


def test_a_date_that_began_with_somebody_in_it_is_not_cancelled(browser, said):
    group = made(browser, said)
    row = dates_of(group)[0]
    freeze(row)
    db.session.commit()
    with clock.at(row.start + timedelta(minutes=10)):
        assert browser.post(f"/occurrences/{row.uid}/cancel", data={"reason": "Ill"}).status_code == 409
    assert browser.post(f"/occurrences/{row.uid}/cancel", data={"reason": "Ill"}).status_code == 303, (
        "it lies ahead"
    )


# --- who may -------------------------------------------------------------------------------------------------------


ADDRESSES = ("/groups/{g}/edit", "/groups/{g}/retire", "/occurrences/{o}/cancel")
POSTS = (*ADDRESSES, "/groups/{g}/publish", "/groups/{g}/duplicate")


def test_own_groups_for_facilitators_all_for_supervisors_none_for_others(browser, client, said, world):
    group = made(browser, said)
    names = {"g": group.uid, "o": dates_of(group)[0].uid}
    for address in ADDRESSES:
        assert client.as_(world.supervisor()).get(address.format(**names)).status_code == 200
    strangers = (
        world.client(),
        world.front_desk(),
        world.facilitator("Juniper"),
        world.another_program().supervisor(),
    )
    for person in strangers:
        theirs = client.as_(person)
        for address in ADDRESSES:
            assert theirs.get(address.format(**names)).status_code == 404
        for address in POSTS:
            assert theirs.post(address.format(**names), data=said).status_code == 404
    assert groups()[-1].published


def test_staff_hats_laid_down_see_no_staff_page(client, lead):
    assert client.as_(lead, as_self=True).get("/groups").status_code == 404


def test_visitors_are_asked_to_sign_in_and_unknown_groups_are_not_there(browser, client):
    assert client.get("/groups").status_code == 303
    assert client.get("/groups/new").status_code == 303
    assert client.post("/groups/new").status_code == 404
    assert browser.get("/groups/unknown").status_code == 404
    assert browser.get("/groups/unknown/edit").status_code == 404
    assert browser.post("/groups/preview?group=unknown").status_code == 404
    assert browser.get("/occurrences/unknown/cancel").status_code == 404


def test_a_wrong_method_answers_405_to_those_who_may_see(browser, client, world, said):
    group = made(browser, said)
    assert browser.delete("/groups").status_code == 405
    assert browser.get(f"/groups/{group.uid}/duplicate").status_code == 405
    assert client.as_(world.client()).get(f"/groups/{group.uid}/duplicate").status_code == 404


def test_listings_of_others_are_read_only(client, world):
    group = world.listing("Elsewhere")
    browser = client.as_(world.supervisor())
    assert "changed there" in browser.get(f"/groups/{group.uid}").text
    assert browser.get(f"/groups/{group.uid}/edit").status_code == 409
    assert browser.post(f"/groups/{group.uid}/duplicate").status_code == 409
    assert "Elsewhere" not in browser.get("/groups").text


def test_no_change_of_state_on_get(browser, said):
    group = made(browser, said | {"act": "draft"})
    for address in (
        f"/groups/{group.uid}",
        f"/groups/{group.uid}/edit",
        f"/groups/{group.uid}/retire",
        "/groups",
    ):
        assert browser.get(address).status_code == 200
    assert groups()[-1].state == "draft"


def test_a_cancelled_date_is_shown_so_beside_the_form(browser, said):
    group = made(browser, said)
    browser.post(f"/occurrences/{dates_of(group)[1].uid}/cancel", data={"reason": "Flooded"})
    page = browser.get(f"/groups/{group.uid}/edit").text
    assert "Save for 11 dates" in page
    assert "toggle-2026-12-08" not in page
    assert "toggle-2026-12-15" in page
    assert "11 dates · 1 cancelled" in page


def test_a_second_click_on_save_has_the_answer_of_the_first(browser, said):
    group = made(browser, said)
    change = edit(said, group, title="Tea, talk and cake", start_time="18:15")
    for _click in range(2):
        assert browser.post(f"/groups/{group.uid}/edit", data=change).status_code == 303
    assert groups()[-1].version == 3, "published, then saved once"


def test_dates_of_a_draft_that_have_passed_never_took_place(browser, said):
    group = made(browser, said | {"act": "draft", "starts_on": "2026-11-03"})
    assert len(dates_of(group)) == 12
    assert browser.post(f"/groups/{group.uid}/publish").status_code == 303
    assert dates_of(group)[0].local_date == date(2026, 11, 24)
    assert len(dates_of(group)) == 9


def test_a_form_changes_the_repeating_series_and_names_the_others(browser, said, lead):
    group = made(browser, said)
    extra = parse_rule(
        starts_on=date(2026, 12, 5), start_time=time(9), duration_minutes=60, timezone="America/New_York"
    )
    add_series(identity_of(lead), group, extra)
    db.session.commit()
    page = browser.get(f"/groups/{group.uid}/edit").text
    assert "Every Tuesday 18:00–19:00" in page
    assert "meets at other times too" in page
    assert "Once, on Saturday 5 December 2026" in page
    assert "Every Tuesday" in browser.get("/groups").text


def test_the_page_of_a_group_links_the_sheets_of_today_and_lately(browser, said):
    group = made(browser, said)
    with clock.at(datetime(2026, 12, 15, 15, tzinfo=UTC)):
        page = browser.get(f"/groups/{group.uid}").text
    sheets = re.findall(r'href="/sheet/(\w+)"', page)
    rows = dates_of(group)
    assert sheets == [rows[2].uid, rows[1].uid, rows[0].uid], "today's, then those before, the latest first"
    assert f"/occurrences/{rows[0].uid}/cancel" not in page


def test_what_a_refused_publishing_had_begun_is_not_kept(client, world):
    draft = world.group(state="draft")
    add_series(identity_of(world.supervisor()), draft, parse_rule(
        starts_on=date(2026, 11, 11), start_time=time(10), duration_minutes=60, timezone="America/New_York",
        rrule="FREQ=WEEKLY;COUNT=6",
    ))  # fmt: skip
    db.session.commit()
    answer = client.as_(world.supervisor("Quay", "Other")).post(f"/groups/{draft.uid}/publish")
    assert answer.headers["Location"].endswith("/edit")
    db.session.rollback()
    series = db.session.query(Series).one()
    assert (series.starts_on, series.version) == (date(2026, 11, 11), 1)
