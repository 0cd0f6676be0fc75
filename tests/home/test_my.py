"""/my: what comes next, the seven days, one's groups and places in line."""

from datetime import datetime, timedelta

import pytest

from groupsched.attendance.models import Attendee, Sheet
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.queries import live_of
from groupsched.schedule.service import cancel_occurrence
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:40:00+00:00")  # Wednesday 08:40 at the house


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def week(world):
    """A group that meets daily at nine, with Robin in it since Monday."""
    world.robin = world.client()
    world.daily = world.group("Morning group")
    world.dates = world.series(world.daily, datetime(2026, 11, 23, 9), dates=9, every_days=1)
    with clock.at(NOW - timedelta(days=3)):
        service.enrol(identity_of(world.robin), world.daily, world.robin)
        db.session.commit()
    return world


def dots(page):
    strip = next(node for node in read_html(page).iter("ol") if node.get("class") == "strip")
    return [
        [dot.get("class").split()[-1] for dot in day.iter("span") if "dot " in (dot.get("class") or "")]
        for day in strip
    ]


def test_the_next_date_stands_first_with_the_time_until_it(week, client):
    page = client.as_(week.robin).get("/my").text
    assert "Good morning, Robin." in page
    assert "In 20 minutes" in page
    assert "I can’t come" in page


def test_a_date_that_runs_is_now(week, client):
    with clock.at(NOW + timedelta(minutes=40)):
        page = client.as_(week.robin).get("/my").text
    assert ">Now<" in page
    assert "I can’t come" not in page


def test_the_strip_shows_where_one_was_what_is_next_and_what_is_planned(week, client):
    sheet = Sheet(
        occurrence_id=week.dates[0].id, attendees=[Attendee(person_id=week.robin.id, status="present")]
    )
    db.session.add(sheet)
    db.session.commit()
    shown = dots(client.as_(week.robin).get("/my").text)
    assert shown == [["dot-on"], [], ["dot-next"], ["dot-plan"], ["dot-plan"], ["dot-plan"], ["dot-plan"]]


def test_cannot_come_from_here_leads_back_here(week, client):
    browser = client.as_(week.robin)
    answer = browser.post(f"/occurrences/{week.dates[3].uid}/cannot-come", data={"next": "/my"})
    assert answer.location == "/my"
    page = browser.get("/my").text
    assert "You can’t come" in page
    assert "I can come" in page


def test_places_in_line_and_requests_are_shown(week, client):
    full = week.group("Art", capacity=1)
    asked = week.group("Family", access="referral")
    for group in (full, asked):
        week.series(group, datetime(2026, 11, 27, 15))
    week.fill(full)
    for group in (full, asked):
        service.enrol(identity_of(week.robin), group, week.robin, accept_clash=True)
    db.session.commit()
    page = client.as_(week.robin).get("/my").text
    assert "On the waiting list, number 1" in page
    assert "You asked to join." in page


def test_a_cancelled_date_is_struck_through_with_its_reason(week, client):
    week.dates[3].status, week.dates[3].reason = "cancelled", "House closed"
    db.session.commit()
    assert "Cancelled: House closed" in client.as_(week.robin).get("/my").text


def test_an_open_week_invites_to_find_a_session(world, client):
    page = client.as_(world.client()).get("/my").text
    assert "Nothing planned yet" in page
    assert 'href="/sessions"' in page


def test_staff_without_sessions_of_their_own_see_an_empty_week_and_visitors_sign_in(world, client):
    page = client.as_(world.facilitator()).get("/my")
    assert page.status_code == 200
    assert "appbar-staff" in page.text  # the bar shows the hat
    assert client.get("/my").status_code == 303
    assert client.as_(world.client()).post("/my").status_code == 405


def test_nothing_of_others_is_on_the_page(week, client):
    hazel = week.client("Hazel", "Lampshade")
    service.enrol(identity_of(hazel), week.daily, hazel)
    db.session.commit()
    assert "Hazel" not in client.as_(week.robin).get("/my").text


def test_the_page_asks_the_database_few_times(week, client, statements):
    browser = client.as_(week.robin)
    browser.get("/my")
    before = len(statements())
    browser.get("/my")
    # Two of them: whether they asked to be called now, which stands before all else, and whom they asked to bring.
    assert len(statements()) - before <= 14


def test_a_day_of_the_list_is_named_by_its_date_too(week, client):
    page = client.as_(week.robin).get("/my").text
    assert "Tomorrow · Thursday 26 November" in page
    assert "In 2 days · Friday 27 November" in page


def test_the_next_date_does_not_say_twice_how_far_it_is(week, client):
    with clock.at(NOW + timedelta(hours=3)):
        page = client.as_(week.robin).get("/my").text
    assert ">Tomorrow</p>" in page
    assert 'Thursday 26 November, <span class="num">09:00' in page
    assert "Tomorrow, 09:00" not in page


def test_a_date_far_ahead_is_named_once_on_its_card(world, client):
    robin, group = world.client(), world.group("Motivational group")
    world.series(group, datetime(2026, 12, 10, 11), dates=1)
    service.enrol(identity_of(robin), group, robin)
    db.session.commit()
    card = client.as_(robin).get("/my").text.partition("box-now")[2].partition("</section>")[0]
    assert card.count("Thursday 10 December") == 1
    assert "11:00–12:30" in card


def test_who_waits_finds_the_way_out_of_the_line_here(week, client):
    art = week.group("Open studio", capacity=1)
    week.series(art, datetime(2026, 11, 26, 14), dates=3)
    for person in (week.client("Hazel"), week.robin):
        service.enrol(identity_of(person), art, person)
    db.session.commit()
    page = client.as_(week.robin).get("/my").text
    assert f'href="/sessions/{art.uid}/mine">See or leave' in page


def marked(world, occurrence, status, **more):
    """A sheet of a date that says this of Robin."""
    row = Attendee(person_id=world.robin.id, status=status, **more)
    db.session.add(Sheet(occurrence_id=occurrence.id, attendees=[row]))
    db.session.commit()


def past(page):
    """The past dates that a page tells."""
    return page.partition("Past dates")[2].partition("</details>")[0]


def test_past_dates_say_what_the_sheets_say_the_latest_first(week, client):
    marked(week, week.dates[0], "present", late=True)
    marked(week, week.dates[1], "absent")
    told = past(client.as_(week.robin).get("/my").text)
    assert told.index("Tue 24 Nov") < told.index("Not here") < told.index("Mon 23 Nov") < told.index(">Here<")


@pytest.mark.parametrize("fields", [{"status": "unmarked"}, {"two_answers": True}, {"removed_at": NOW}])
def test_a_date_of_which_nothing_is_settled_is_no_past_date(week, client, fields):
    marked(week, week.dates[0], **{"status": "present", **fields})
    assert "Past dates" not in client.as_(week.robin).get("/my").text


def test_past_dates_are_ones_own_over_and_took_place(week, client):
    marked(week, week.dates[0], "present")
    marked(week, week.dates[1], "present")
    marked(week, week.dates[2], "present")  # today at nine: not yet over
    week.dates[1].status = "did_not_meet"
    db.session.commit()
    assert "Past dates" not in client.as_(week.client("Hazel", "Lampshade")).get("/my").text
    told = past(client.as_(week.robin).get("/my").text)
    assert "Mon 23 Nov" in told and "24 Nov" not in told and "25 Nov" not in told


def test_who_left_every_group_still_reads_their_past_dates(week, client):
    marked(week, week.dates[0], "excused")
    service.leave(identity_of(week.robin), live_of(week.daily.id, week.robin.id))
    db.session.commit()
    page = client.as_(week.robin).get("/my").text
    assert "Nothing planned yet" in page
    assert "Excused" in past(page)


def test_on_the_last_evening_of_a_year_the_day_stands_without_its_year(week, client):
    with clock.at(datetime.fromisoformat("2027-01-01T00:30:00+00:00")):  # 19:30 in New York
        page = client.as_(week.robin).get("/my").text
    assert "Thursday 31 December<" in page


def waits(week, **group):
    """A group of one seat that Hazel has and Robin waits for."""
    art = week.group("Open studio", capacity=1, **group)
    return art, week.series(art, datetime(2026, 11, 26, 14), dates=3), week.client("Hazel")


def enrol(person, group, dates=()):
    mode = "dates" if dates else "whole"
    service.enrol(identity_of(person), group, person, mode=mode, occurrences=dates, accept_clash=True)
    db.session.commit()


def test_the_place_in_line_is_shown_for_each_date_waited_for_though_one_has_seats_too(week, client):
    art, dates, hazel = waits(week)
    enrol(hazel, art, dates[:2])
    enrol(week.robin, art, dates)
    page = client.as_(week.robin).get("/my").text
    assert "Thu 26 Nov, 14:00 · On the waiting list, number 1" in page
    assert "Thu 3 Dec, 14:00 · On the waiting list, number 1" in page
    with clock.at(NOW + timedelta(days=2)):
        page = client.as_(week.robin).get("/my").text
    assert "Thu 26 Nov, 14:00 · On" not in page and "Thu 3 Dec, 14:00 · On" in page


def test_who_moves_up_on_one_date_reads_it_here_until_it_was_seen(week, client):
    art, dates, hazel = waits(week)
    enrol(hazel, art)
    enrol(week.robin, art, dates[:1])
    browser = client.as_(week.robin)
    assert "A place came free" not in browser.get("/my").text
    service.cannot_come(identity_of(hazel), dates[0], hazel)
    db.session.commit()
    page = browser.get("/my").text
    assert "A place came free: you’re in." in page
    assert "Thu 26 Nov, 14:00–15:30" in page
    with clock.at(dates[0].end):
        assert "A place came free" not in browser.get("/my").text
    until = page.partition('name="until" value="')[2].partition('"')[0]
    assert browser.post("/my/seen", data={"until": "x"}).location == "/my"
    assert client.as_(hazel).post("/my/seen", data={"until": until}).status_code == 303
    assert "A place came free" in browser.get("/my").text
    browser.post("/my/seen", data={"until": until})
    assert "A place came free" not in browser.get("/my").text


def test_who_moves_up_in_a_group_reads_it_until_the_first_date_is_over(week, client):
    art, dates, hazel = waits(week)
    enrol(hazel, art)
    enrol(week.robin, art)
    service.leave(identity_of(hazel), live_of(art.id, hazel.id))
    db.session.commit()
    browser = client.as_(week.robin)
    page = browser.get("/my").text
    assert "A place came free: you’re in." in page and "every date from Thu 26 Nov on" in page
    for over in (dates[0].end, dates[0].end + timedelta(days=14)):
        with clock.at(over):
            assert "A place came free" not in browser.get("/my").text


def test_who_joins_directly_reads_no_such_news(week, client):
    art, dates, _hazel = waits(week)
    enrol(week.robin, art, dates[:1])
    assert "A place came free" not in client.as_(week.robin).get("/my").text


def test_this_week_ends_on_its_sunday_and_the_next_week_stands_apart(week, client):
    page = client.as_(week.robin).get("/my").text
    this, _box, following = page.partition("<h2>This week</h2>")[2].partition(">Next week</h2>")
    following = following.partition("</section>")[0]
    assert "Sunday 29 November" in this and "Monday 30 November" not in this
    assert "Monday 30 November" in following and "Tuesday 1 December" in following


def test_the_last_day_of_a_week_says_that_nothing_more_is_in_it(week, client):
    with clock.at(NOW + timedelta(days=4, hours=6)):  # Sunday 29 November, after the group
        page = client.as_(week.robin).get("/my").text
    this, _box, following = page.partition("<h2>This week</h2>")[2].partition(">Next week</h2>")
    assert "Nothing more this week." in this
    assert "Monday 30 November" in following


def test_what_is_cancelled_or_given_back_does_not_count_for_next_week(week, client):
    def said():
        page = client.as_(week.robin).get("/my").text
        summary = next(
            one for one in read_html(page).iter("summary") if "Next week" in "".join(one.itertext())
        )
        return " ".join("".join(summary.itertext()).split())

    assert said() == "Next week 2 sessions"
    cancel_occurrence(week.keeper(), week.dates[7], "The heating is out.")
    db.session.commit()
    assert said() == "Next week 1 session"
    service.cannot_come(identity_of(week.robin), week.dates[8], week.robin)
    db.session.commit()
    assert said() == "Next week"


def test_two_dates_at_once_say_so_on_both(week, client):
    tea = week.group("Tea")
    week.series(tea, datetime(2026, 11, 26, 10), dates=1)
    week.enrol(tea, week.robin)
    page = client.as_(week.robin).get("/my").text
    assert page.count("same time as Tea") == page.count("same time as Morning group") == 1
    service.cannot_come(identity_of(week.robin), week.dates[3], week.robin)
    db.session.commit()
    assert "same time as" not in client.as_(week.robin).get("/my").text
