"""One group, one date, one's own seat: what each reader sees and can do."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment
from groupsched.enrolment.queries import standings
from tests.conftest import identity_of, read_html
from tests.kept import kept

pytestmark = pytest.mark.on_sqlite

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")
FIRST = datetime(2026, 11, 26, 10)


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def thursday(world):
    """A weekly group with two seats."""
    world.lead = world.facilitator()
    world.thursdays = world.group("Thursday circle", capacity=2, led_by=world.lead)
    world.dates = world.series(world.thursdays, FIRST, dates=6)
    world.robin = world.client()
    return world


def join(world, person, **more):
    done = service.enrol(identity_of(person), world.thursdays, person, **more)
    db.session.commit()
    return done.enrolment


def at(world, *rest):
    return "/".join(["/sessions", world.thursdays.uid, *rest])


def state(world, person, number=0):
    db.session.expire_all()
    found = standings(person.id, world.dates).get(world.dates[number].id)
    return found.state if found else None


def test_a_visitor_reads_what_happens_and_is_led_to_sign_in(thursday, client):
    page = client.get(at(thursday)).text
    assert "What happens" in page
    assert "Not asked of you" in page
    assert "2 of 2 seats free" in page
    assert f'href="/sign-in?next=/sessions/{thursday.thursdays.uid}"' in page


def test_the_button_names_the_rhythm_and_the_result(thursday, client):
    page = client.as_(thursday.robin).get(at(thursday)).text
    assert "Join every Thursday" in page
    assert "Every Thursday until Thursday 31 December" in page
    assert "6 dates." in page
    thursday.series(thursday.thursdays, FIRST, dates=None)
    assert "No end date." in client.as_(thursday.robin).get(at(thursday)).text


def test_joining_leads_to_ones_own_page_of_the_group(thursday, client):
    browser = client.as_(thursday.robin)
    answer = browser.post(at(thursday, "join"), data={"what": "whole"})
    assert (answer.status_code, answer.location) == (303, at(thursday, "mine"))
    page = browser.get(answer.location).text
    assert "You’re in" in page
    assert page.count("Can’t come") == 6
    assert browser.post(at(thursday, "join"), data={"what": "whole"}).status_code == 303
    assert len(db.session.scalars(select(Enrolment)).all()) == 1


def test_one_date_can_be_joined_from_its_own_page(thursday, client):
    browser = client.as_(thursday.robin)
    when = thursday.dates[2].original_local
    assert "Thursday 10 December" in browser.get(at(thursday, when)).text
    browser.post(at(thursday, "join"), data={"what": "date", "date": when})
    assert [state(thursday, thursday.robin, n) for n in range(4)] == [None, None, "active", None]


def test_chosen_dates_are_joined_and_none_chosen_is_said_at_the_field(thursday, client):
    browser = client.as_(thursday.robin)
    wrong = browser.post(at(thursday, "join"), data={"what": "dates"})
    assert wrong.status_code == 422
    assert "Choose at least one date." in wrong.text
    assert 'href="#dates-choice"' in wrong.text
    assert "<title>Error: " in wrong.text
    chosen = [thursday.dates[1].original_local, thursday.dates[3].original_local]
    browser.post(at(thursday, "join"), data={"what": "dates", "dates": chosen})
    assert [state(thursday, thursday.robin, n) for n in range(4)] == [None, "active", None, "active"]


def test_nonsense_in_the_form_is_refused_and_changes_nothing(thursday, client):
    browser = client.as_(thursday.robin)
    assert browser.post(at(thursday, "join"), data={"what": "everything"}).status_code == 422
    assert browser.post(at(thursday, "join"), data={"what": "date", "date": "x"}).status_code == 404
    assert (
        browser.post(at(thursday, "join"), data={"what": "dates", "dates": ["2026-11-27T1000"]}).status_code
        == 404
    )
    assert browser.post(at(thursday, "join"), data={"what": "dates", "dates": ["\x00"]}).status_code == 404
    assert db.session.scalars(select(Enrolment)).all() == []


def test_a_full_group_offers_the_line_and_the_dates_with_a_place(thursday, client):
    for name in ("Hazel", "Indigo"):
        join(thursday, thursday.client(name), mode="dates", occurrences=thursday.dates[:2])
    browser = client.as_(thursday.robin)
    page = browser.get(at(thursday)).text
    assert "Put me on the waiting list, number 1" in page
    assert "Only the dates with a free seat" in page
    browser.post(at(thursday, "join"), data={"what": "free", "wait": "1"})
    assert [state(thursday, thursday.robin, n) for n in range(3)] == [None, None, "active"]


def test_who_waits_reads_their_place_and_can_leave_the_line(thursday, client):
    for name in ("Hazel", "Indigo", "Basil"):
        join(thursday, thursday.client(name))
    browser = client.as_(thursday.robin)
    browser.post(at(thursday, "join"), data={"what": "whole", "wait": "1"})
    assert "You’re on the waiting list, number 2" in browser.get(at(thursday, "mine")).text
    assert "Leave the waiting list" in browser.get(at(thursday, "mine")).text
    browser.post(at(thursday, "leave"))
    assert state(thursday, thursday.robin) is None


def test_a_seat_that_went_meanwhile_offers_the_line_and_others_like_it(thursday, client):
    like = thursday.group("Friday circle")
    thursday.series(like, datetime(2026, 11, 27, 10))
    for name in ("Hazel", "Indigo"):
        join(thursday, thursday.client(name))
    browser = client.as_(thursday.robin)
    late = browser.post(at(thursday, "join"), data={"what": "whole"})
    assert (late.status_code, late.location) == (303, at(thursday, "gone?what=whole"))
    late = browser.get(late.location)
    assert "The last seat just went." in late.text
    assert "Friday circle" in late.text
    assert "Put me on the waiting list" in late.text
    assert state(thursday, thursday.robin) is None


def test_a_clash_is_asked_about_before_and_kept_when_chosen(thursday, client):
    yoga = thursday.group("Yoga")
    thursday.series(yoga, datetime(2026, 11, 26, 10, 30))
    service.enrol(identity_of(thursday.robin), yoga, thursday.robin)
    db.session.commit()
    browser = client.as_(thursday.robin)
    assert "At the same time as dates you have" in browser.get(at(thursday)).text
    asked = browser.post(at(thursday, "join"), data={"what": "whole"})
    assert asked.status_code == 409
    assert "You can keep both." in asked.text
    assert browser.post(at(thursday, "join"), data={"what": "whole", "accept_clash": "y"}).status_code == 303


def test_giving_back_one_date_and_coming_after_all(thursday, client):
    join(thursday, thursday.robin)
    browser, date = client.as_(thursday.robin), thursday.dates[1]
    answer = browser.post(f"/occurrences/{date.uid}/cannot-come", data={"next": at(thursday, "mine")})
    assert (answer.status_code, answer.location) == (303, at(thursday, "mine"))
    assert state(thursday, thursday.robin, 1) == "given_up"
    assert "I can come after all" in browser.get(at(thursday, "mine")).text
    browser.post(f"/occurrences/{date.uid}/can-come")
    assert state(thursday, thursday.robin, 1) == "active"


def test_a_way_out_to_another_site_is_not_taken(thursday, client):
    join(thursday, thursday.robin)
    date = thursday.dates[1]
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = client.as_(thursday.robin).post(
            f"/occurrences/{date.uid}/cannot-come", data={"next": target}
        )
        assert answer.location == "/my"


def test_leaving_the_group(thursday, client):
    join(thursday, thursday.robin)
    browser = client.as_(thursday.robin)
    assert "Leave the group" in browser.get(at(thursday, "mine")).text
    assert browser.post(at(thursday, "leave")).status_code == 303
    assert browser.post(at(thursday, "leave")).status_code == 303
    assert browser.get(at(thursday, "mine")).location == at(thursday)
    assert state(thursday, thursday.robin) is None


def flashed(page):
    """The words of the message on a page, and the form beside it: where it goes and what it sends."""
    notice = next(node for node in read_html(page).iter("div") if node.get("class") == "flash")
    form = next(iter(notice.iter("form")), None)
    fields = {i.get("name"): i.get("value") for i in form.iter("input")} if form is not None else {}
    words = "".join(next(notice.iter("p")).itertext())
    return words, (form.get("action"), fields) if form is not None else None


def test_joining_is_undone_with_one_button_that_does_not_speak_of_leaving(thursday, client):
    browser = client.as_(thursday.robin)
    browser.post(at(thursday, "join"), data={"what": "whole"})
    words, undo = flashed(browser.get(at(thursday, "mine")).text)
    assert words == "Your seat is kept."
    assert browser.post(undo[0], data=undo[1]).location == at(thursday)
    assert state(thursday, thursday.robin) is None
    words, undo = flashed(browser.get(at(thursday)).text)
    assert (words, undo) == ("Undone. With Thursday circle, all is as it was.", None)


def test_leaving_is_undone_with_one_button(thursday, client):
    join(thursday, thursday.robin)
    browser = client.as_(thursday.robin)
    browser.post(at(thursday, "leave"), data={"next": at(thursday)})
    words, undo = flashed(browser.get(at(thursday)).text)
    assert words == "You left Thursday circle. You can come back."
    assert browser.post(undo[0], data=undo[1]).location == at(thursday, "mine")
    assert state(thursday, thursday.robin) == "active"
    words, undo = flashed(browser.get(at(thursday, "mine")).text)
    assert (words, undo) == ("Undone. With Thursday circle, all is as it was.", None)


def test_a_seat_that_somebody_waits_for_has_no_way_back(thursday, client):
    for person in (thursday.robin, thursday.client("Hazel"), thursday.client("Indigo")):
        join(thursday, person)
    browser = client.as_(thursday.robin)
    assert (
        "Others wait: your seat goes to the next of them at once." in browser.get(at(thursday, "mine")).text
    )
    browser.post(at(thursday, "leave"), data={"sure": "1"})
    words, again = flashed(browser.get("/my").text)
    assert words == "You left Thursday circle. Your seat went to the next person who waited."
    browser.post(again[0], data=again[1])
    assert flashed(browser.get(at(thursday, "mine")).text)[0] == "You’re on the waiting list, number 1"


def test_a_further_date_is_not_undone_by_leaving_the_group(thursday, client):
    join(thursday, thursday.robin, mode="dates", occurrences=thursday.dates[:1])
    browser = client.as_(thursday.robin)
    browser.post(at(thursday, "join"), data={"what": "dates", "dates": [thursday.dates[2].original_local]})
    words, undo = flashed(browser.get(at(thursday, "mine")).text)
    assert words == "Your seat is kept."
    browser.post(undo[0], data=undo[1])
    assert [state(thursday, thursday.robin, number) for number in (0, 2)] == ["active", None]


def test_who_leaves_a_line_or_takes_a_request_back_reads_which(thursday, client):
    for person in (thursday.client("Hazel"), thursday.client("Indigo"), thursday.robin):
        join(thursday, person)
    browser = client.as_(thursday.robin)
    browser.post(at(thursday, "leave"))
    assert flashed(browser.get("/my").text)[0] == "You no longer wait for Thursday circle."
    thursday.thursdays.access = "referral"
    db.session.commit()
    browser.post(at(thursday, "join"), data={"what": "whole"})
    browser.post(at(thursday, "leave"))
    assert "Your request to join Thursday circle is taken back." in browser.get("/my").text


def test_the_page_of_a_date_chooses_that_date_and_gives_it_back(thursday, client):
    browser, date = client.as_(thursday.robin), thursday.dates[1]
    page = browser.get(at(thursday, date.original_local)).text
    choices = [i for i in read_html(page).iter("input") if i.get("name") == "what"]
    assert [i.get("value") for i in choices if i.get("checked") is not None] == ["date"]
    join(thursday, thursday.robin)
    assert "I can’t come on this date" in browser.get(at(thursday, date.original_local)).text
    assert "I can’t come on this date" not in browser.get(at(thursday)).text


def test_ones_own_page_shows_a_date_that_is_far_away(thursday, client):
    daily = thursday.group("Daily quiet")
    dates = thursday.series(daily, datetime(2026, 11, 26, 7), dates=40, every_days=1)
    browser = client.as_(thursday.robin)
    browser.post(f"/sessions/{daily.uid}/join", data={"what": "date", "date": dates[30].original_local})
    page = browser.get(f"/sessions/{daily.uid}/mine").text
    assert "Saturday 26 December" in page
    assert page.count("Can’t come<") == 1


def test_ones_own_page_shows_more_dates_when_asked(thursday, client):
    daily = thursday.group("Daily quiet")
    thursday.series(daily, datetime(2026, 11, 26, 7), dates=40, every_days=1)
    browser, path = client.as_(thursday.robin), f"/sessions/{daily.uid}/mine"
    browser.post(f"/sessions/{daily.uid}/join", data={"what": "whole"})
    page = browser.get(path).text
    assert page.count("Can’t come<") == 12
    assert f'href="{path}?dates=36#date-12"' in page
    assert browser.get(f"{path}?dates=60").text.count("Can’t come<") == 40
    for nonsense in ("-1", "9999", "x", "%00", "٣"):
        assert browser.get(f"{path}?dates={nonsense}").text.count("Can’t come<") == 12


def test_closed_groups_send_to_the_counselor_and_referral_groups_take_a_request(thursday, client):
    browser = client.as_(thursday.robin)
    thursday.thursdays.access = "closed"
    db.session.commit()
    shut = browser.get(at(thursday)).text
    assert "Ask your counselor" in shut
    assert "places free" not in shut and "2 free" not in shut
    assert browser.post(at(thursday, "join"), data={"what": "whole"}).status_code == 409
    thursday.thursdays.access = "referral"
    db.session.commit()
    assert "Ask to join" in browser.get(at(thursday)).text
    browser.post(at(thursday, "join"), data={"what": "whole"})
    page = browser.get(at(thursday, "mine")).text
    assert "You asked to join" in page
    assert "Take the request back" in page


def test_ones_own_private_group_is_seen_and_nobody_elses(thursday, client):
    group = thursday.group("One-to-one", setting="private", capacity=1, led_by=thursday.lead)
    thursday.series(group, datetime(2026, 11, 27, 9))
    service.enrol(thursday.keeper(), group, thursday.robin)
    db.session.commit()
    assert client.as_(thursday.robin).get(f"/sessions/{group.uid}/mine").status_code == 200
    assert client.as_(thursday.robin).get(f"/sessions/{group.uid}/2026-11-27T0900").status_code == 200
    hazel = thursday.client("Hazel")
    for reader in (hazel, None):
        assert client.as_(reader).get(f"/sessions/{group.uid}").status_code == 404
    assert client.as_(hazel).post(f"/sessions/{group.uid}/join", data={"what": "whole"}).status_code == 404


def test_unknown_groups_dates_and_strangers_objects_are_not_found(thursday, client):
    robin = client.as_(thursday.robin)
    for path in ("/sessions/nothing", at(thursday, "2026-11-27T1000"), at(thursday, "never"), "/sessions/%00",
                 at(thursday, "2026-11-26T1000%00"), "/sessions/a%27b"):  # fmt: skip
        assert robin.get(path).status_code == 404, path
    assert robin.post("/occurrences/nothing/cannot-come").status_code == 404
    assert robin.post(f"/occurrences/{thursday.dates[0].uid}/cannot-come").status_code == 409
    stranger = thursday.another_program().client()
    assert client.as_(stranger).get(at(thursday)).status_code == 404
    assert client.as_(stranger).post(at(thursday, "join"), data={"what": "whole"}).status_code == 404
    assert client.as_(stranger).post(f"/occurrences/{thursday.dates[0].uid}/cannot-come").status_code == 404


def test_who_is_not_signed_in_changes_nothing(thursday, client):
    assert client.post(at(thursday, "join"), data={"what": "whole"}).status_code == 404
    assert client.post(f"/occurrences/{thursday.dates[0].uid}/cannot-come").status_code == 404
    assert client.get(at(thursday, "mine")).status_code == 303


def test_a_wrong_method_says_which_is_right(thursday, client):
    assert client.as_(thursday.robin).get(at(thursday, "join")).status_code in (404, 405)
    assert client.post("/sessions").status_code == 405


def test_the_page_of_ones_own_cancelled_date_keeps_no_seat_and_leads_to_the_others(thursday, client):
    join(thursday, thursday.robin)
    thursday.dates[0].status, thursday.dates[0].reason = "cancelled", "House closed"
    db.session.commit()
    page = client.as_(thursday.robin).get(at(thursday, thursday.dates[0].original_local)).text
    assert "This date is cancelled: House closed" in page
    assert "Other dates of this group take place." in page
    assert "Your seat is kept" not in page
    assert "can’t come on this date" not in page


def test_a_cancelled_date_is_struck_through_with_its_reason(thursday, client):
    thursday.dates[0].status, thursday.dates[0].reason = "cancelled", "House closed"
    db.session.commit()
    page = client.as_(thursday.robin).get(at(thursday, thursday.dates[0].original_local)).text
    assert "This date is cancelled: House closed" in page
    assert "See other dates" in page
    assert "House closed" in client.get(at(thursday)).text


def test_a_page_never_names_who_else_is_coming(thursday, client):
    join(thursday, thursday.client("Hazel", "Lampshade"))
    for reader in (thursday.robin, None):
        assert "Hazel" not in client.as_(reader).get(at(thursday)).text


def test_a_date_that_is_over_offers_the_coming_ones(thursday, client):
    past = thursday.series(thursday.thursdays, datetime(2026, 11, 19, 9), dates=1)[0]
    page = client.as_(thursday.robin).get(at(thursday, past.original_local)).text
    assert "This date is over." in page


def test_a_date_that_runs_says_so_and_keeps_no_seat(thursday, client):
    browser = client.as_(thursday.robin)
    with clock.at(datetime.fromisoformat("2026-11-26T15:20:00+00:00")):
        page = browser.get(at(thursday, thursday.dates[0].original_local)).text
        assert "Running now" in page
        assert "See the coming dates" in page
        assert "Running now" in browser.get("/sessions?view=list").text
        refused = browser.post(
            at(thursday, "join"), data={"what": "date", "date": thursday.dates[0].original_local}
        )
        assert refused.status_code == 409
        assert "Join every Thursday" in browser.get(at(thursday)).text


def test_ones_own_page_says_the_rhythm_and_the_next_date_which_may_be_at_another_hour(thursday, client):
    join(thursday, thursday.robin)
    first = thursday.dates[0]
    first.start, first.end = first.start + timedelta(hours=3), first.end + timedelta(hours=3)
    db.session.commit()
    page = client.as_(thursday.robin).get(at(thursday, "mine")).text
    assert (
        "Every Thursday until Thursday 31 December. The next one: Thursday 26 November, 13:00–14:30" in page
    )


def test_ones_own_page_offers_nothing_for_a_date_that_runs(thursday, client):
    join(thursday, thursday.robin)
    with clock.at(datetime.fromisoformat("2026-11-26T15:20:00+00:00")):
        page = client.as_(thursday.robin).get(at(thursday, "mine")).text
    assert "Running now" in page
    assert page.count("Can’t come<") == 5


def test_every_other_rhythm_is_said_as_its_rule_says_it(world, client):
    group = world.group("Family evening")
    world.series(group, FIRST, dates=6, every_days=3)
    browser = client.as_(world.client())
    page = browser.get(f"/sessions/{group.uid}").text
    assert "Every 3 days until " in page and "Every date" not in page
    browser.post(f"/sessions/{group.uid}/join", data={"what": "whole"})
    assert "Every 3 days until " in browser.get(f"/sessions/{group.uid}/mine").text


def test_an_extra_date_does_not_lose_the_rhythm(thursday, client):
    thursday.series(thursday.thursdays, FIRST.replace(day=FIRST.day + 2, hour=11), dates=1)
    page = client.as_(thursday.robin).get(at(thursday)).text
    extra = (FIRST + timedelta(days=2)).strftime("%-d %b")
    assert f"Every Thursday until Thursday 31 December, and Sat {extra}" in page
    assert "Join every date" in page
    join(thursday, thursday.robin)
    mine = client.as_(thursday.robin).get(at(thursday, "mine")).text
    assert f", and Sat {extra}" in mine


def test_ones_own_page_names_no_date_without_a_seat(thursday, client):
    """Who gave the only date back is not "in" on the next one; who waits for a date reads its own number."""
    browser, (first, second, *_rest) = client.as_(thursday.robin), thursday.dates
    browser.post(at(thursday, "join"), data={"what": "date", "date": "2026-11-26T1000"})
    browser.post(f"/occurrences/{first.uid}/cannot-come")
    page = browser.get(at(thursday, "mine")).text
    assert "You have no date now" in page and "You’re in" not in page
    assert "3 December" not in page
    assert "I can come" in page
    for name in ("Hazel", "Indigo"):
        join(thursday, thursday.client(name), occurrences=[second], mode="dates")
    browser.post(at(thursday, "join"), data={"what": "date", "date": "2026-12-03T1000", "wait": "1"})
    page = browser.get(at(thursday, "mine")).text
    assert "You’re on the waiting list, number 1" in page and "Thursday 3 December" in page
    assert "You’re in" not in page


def test_who_waits_for_every_date_is_not_promised_the_first_free_seat(thursday, client):
    for name in ("Hazel", "Indigo"):
        join(thursday, thursday.client(name))
    join(thursday, thursday.robin)
    page = client.as_(thursday.robin).get(at(thursday, "mine")).text
    assert "as soon as all of them have a seat" in page
    assert "We also write." not in page, "nobody knows an address of theirs"
