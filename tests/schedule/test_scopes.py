"""The pages that change dates: a scope first, what it changes before it is saved, the way back after it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.access.identity import System
from groupsched.catalog.service import fields_of, update_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.delivery import deliver_due
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.models import Occurrence, Series
from groupsched.schedule.queries import changes_made, only_rule
from groupsched.schedule.rules import OccurrenceStatus
from groupsched.schedule.service import cancel_occurrence, freeze, skip_date, undo_change
from groupsched.schedule.words import rhythm
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@kept(at=NOW - timedelta(hours=1))
def world_of_tea(world):
    """Twelve Thursdays at 18:00 from 26 November on; Robin has every one of them, Reed that of 17 December."""
    world.lead = world.facilitator()
    world.tea = world.group("Tea", led_by=world.lead)
    world.dates = world.series(world.tea, datetime(2026, 11, 26, 18), dates=12)
    world.robin, world.reed = (world.client(n, email=f"{n}@example.org") for n in ("robin", "reed"))
    world.enrol(world.tea, world.robin)
    world.enrol(world.tea, world.reed, dates=[world.dates[3]])
    deliver_due()
    db.session.commit()
    return world


@pytest.fixture
def tea(world_of_tea):
    with clock.at(NOW):
        yield world_of_tea


@pytest.fixture
def page(tea, client):
    return client.as_(tea.lead)


def form_of(browser, address):
    """What a browser would send of a page as it is."""
    html = browser.get(address).text
    return sent(html)


def sent(html):
    found = {}
    for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", html):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = about.get("type", "text")
        if "name" not in about or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        found.setdefault(about["name"], []).append(about.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*\bname="([\w-]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        found[name] = [next(filter(None, chosen.groups()), "") if chosen else first[1]]
    return found


def coming(tea):
    db.session.rollback()
    query = select(Occurrence).where(
        Occurrence.group_id == tea.tea.id, Occurrence.status == OccurrenceStatus.SCHEDULED
    )
    query = query.order_by(Occurrence.start).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def edit(page, one, scope="this", act="save", **said):
    """What comes of typing this into the page of a date, with a script that keeps its panel in step."""
    address = f"/occurrences/{one.uid}/edit?scope={scope}"
    return page.post(address, data=form_of(page, address) | {"act": act, "looked": "live"} | said)


def waiting():
    """How many people a message waits for."""
    query = select(Message.person_id).where(Message.state == MessageState.WAITING).distinct()
    return len(list(db.session.scalars(query)))


def hours(tea):
    return [f"{one.start.astimezone(UTC) - timedelta(hours=5):%d %H:%M}" for one in coming(tea)]


def test_one_date_is_looked_at_then_moved_and_undone(tea, page):
    fourth = tea.dates[3]
    form = form_of(page, f"/occurrences/{fourth.uid}/edit")
    said = form | {
        "day": "2026-12-18",
        "start_time": "19:00",
        "end_time": "20:00",
        "note": "We bake.",
        "act": "save",
    }
    look = page.post(f"/occurrences/{fourth.uid}/edit", data=said)
    assert "Nothing is saved yet." in look.text and "2 people get a mail." in look.text
    assert "Thu 17 Dec, 18:00 moves to Fri 18 Dec, 19:00." in look.text
    assert hours(tea)[3] == "17 18:00", "a look writes nothing"
    done = page.post(
        f"/occurrences/{fourth.uid}/edit", data=sent(look.text) | {"act": "save"}, follow_redirects=True
    )
    assert (
        "Moved Thu 17 Dec, 18:00 to Fri 18 Dec, 19:00. A line for people who come: “We bake.”: Fri 18 Dec. "
        "2 people get a mail."
    ) in words_of(done.text)
    assert hours(tea)[3] == "18 19:00" and coming(tea)[3].own_note == "We bake." and waiting() == 2
    (undo,) = set(re.findall(r"/groups/\w+/changes/\w+/undo", done.text))
    page.post(undo)
    assert hours(tea)[3] == "17 18:00" and coming(tea)[3].own_note == "" and waiting() == 0


def test_a_cancelled_date_whose_cancelling_is_undone_is_in_the_room_of_the_others(tea):
    loft = tea.place("Quiet Loft")
    cancel_occurrence(identity_of(tea.lead), tea.dates[2], "Snow.")
    db.session.commit()
    with clock.at(NOW + timedelta(minutes=1)):
        update_group(tea.system, tea.tea, replace(fields_of(tea.tea), place=loft.uid), tea.tea.version)
        db.session.commit()
    act = changes_made(tea.tea)[1]
    with clock.at(NOW + timedelta(minutes=2)):
        undo_change(tea.keeper(), act)
        db.session.commit()
    assert {one.place_id for one in coming(tea)} == {loft.id}


def test_from_a_date_on_it_is_another_rule_and_what_was_changed_by_hand_stays_or_follows_field_by_field(
    tea, page
):
    loft = tea.place("Quiet Loft")
    edit(page, tea.dates[5], start_time="12:00", end_time="13:00", place=loft.uid)
    third = coming(tea)[2]
    look = edit(
        page, third, "following", "look", weekdays=["2"], start_time="17:00", end_time="18:30", place=""
    )
    assert "9 dates move" in words_of(look.text) and "2 people get a mail." in look.text
    assert "Time: 31 Dec" in words_of(look.text) and "Room: 31 Dec" in words_of(look.text)
    said = {"weekdays": ["2"], "start_time": "17:00", "end_time": "18:30", "place": ""}
    kept_time = edit(page, third, "following", **said, **{"hand-place": "overwrite"})
    assert kept_time.status_code == 303
    after = coming(tea)
    assert [hours(tea)[n] for n in (0, 1, 2, 3)] == ["26 18:00", "03 18:00", "09 17:00", "16 17:00"]
    by_hand = next(one for one in after if one.id == tea.dates[5].id)
    assert (by_hand.place_id, by_hand.own_fields) == (None, "end start")
    assert [one.id for one in after] == [one.id for one in tea.dates], "each keeps its row and its people"
    page_of_group = words_of(page.get(f"/groups/{tea.tea.uid}").text)
    assert "Every Wednesday 17:00–18:30" in page_of_group and "11 dates" not in page_of_group


def test_from_a_date_on_leaves_the_earlier_part_with_its_sentence_its_scopes_and_its_end(tea, page):
    """The page named the later rule alone: what held until then had no line, no end, and was changed date by date."""
    loft = tea.place("Quiet Loft")
    look = words_of(edit(page, tea.dates[5], "following", "look", place=loft.uid).text)
    assert "In Quiet Loft: 7 dates, the first on Thu 31 Dec." in look, (
        "what is new is named before it is saved"
    )
    assert edit(page, tea.dates[5], "following", place=loft.uid).status_code == 303
    listed = page.get(f"/groups/{tea.tea.uid}").text
    words = words_of(listed)
    assert (
        "from 26 November 2026 until 24 December 2026" in words and "7 times from 31 December 2026" in words
    )
    assert listed.count("?scope=all") == 2 and listed.count("/end") == 2
    overview = words_of(page.get("/groups").text)
    assert overview.index("until 24 December 2026") < overview.index("from 31 December 2026")
    assert "How far does the change go?" in page.get(f"/occurrences/{tea.dates[1].uid}/edit").text
    first, _later = sorted(db.session.scalars(select(Series)), key=lambda one: one.starts_on)
    end = f"/series/{first.uid}/end"
    look = page.post(end, data=form_of(page, end) | {"until": "2026-12-17", "act": "look"})
    assert page.post(end, data=sent(look.text) | {"act": "save"}).status_code == 303
    assert [one.place_id == loft.id for one in coming(tea)] == [False] * 4 + [True] * 7
    with clock.at(NOW + timedelta(days=40)):
        words = words_of(page.get(f"/groups/{tea.tea.uid}").text)
        assert "until 24 December" not in words and "7 times from 31 December 2026" in words


def test_all_dates_of_a_group_that_meets_otherwise_too_are_those_of_the_series(tea, page):
    """After a cut that changes the time "All coming dates" named seven of sixty-six."""
    edit(page, tea.dates[5], "following", start_time="18:30", end_time="20:00")
    for number in (2, 8):
        scopes = words_of(page.get(f"/occurrences/{tea.dates[number].uid}/edit").text)
        assert "All coming dates of this series" in scopes


def test_a_change_from_a_date_of_the_earlier_part_on_reaches_the_later_which_keeps_what_differs(tea, page):
    """ "All coming dates" of one part left out the other: the label was untrue."""
    loft, pike = tea.place("Quiet Loft"), tea.facilitator("Pike")
    edit(page, tea.dates[5], "following", place=loft.uid)
    third = f"/occurrences/{tea.dates[2].uid}/edit"
    scopes = words_of(page.get(third).text)
    assert "3 dates from Thu 10 Dec on and 7 dates from Thu 31 Dec on." in scopes
    assert "5 dates from Thu 26 Nov on and 7 dates from Thu 31 Dec on." in scopes
    assert "All coming dates" in scopes and "All dates of this part" not in scopes
    later = words_of(page.get(f"/occurrences/{tea.dates[8].uid}/edit").text)
    assert "All dates of this part" in later and "All coming dates" not in later
    look = edit(page, tea.dates[2], "following", "look", start_time="17:00", end_time="18:30", lead=pike.uid)
    assert "10 dates move" in words_of(look.text)
    assert "7 dates from Thu 31 Dec on. Each part keeps what it has otherwise." in words_of(look.text)
    edit(page, tea.dates[2], "following", start_time="17:00", end_time="18:30", lead=pike.uid)
    assert [one[-5:] for one in hours(tea)] == ["18:00"] * 2 + ["17:00"] * 10
    assert [one.place_id == loft.id for one in coming(tea)] == [False] * 5 + [True] * 7
    assert [one.leaders == [pike] for one in coming(tea)] == [False] * 2 + [True] * 10
    assert [one.id for one in coming(tea)] == [one.id for one in tea.dates] and {
        o.taken for o in coming(tea)
    } == {1, 2}
    (undo, *_earlier) = re.findall(r"/groups/\w+/changes/\w+/undo", page.get(f"/groups/{tea.tea.uid}").text)
    page.post(undo)
    assert {one[-5:] for one in hours(tea)} == {"18:00"} and coming(tea)[-1].leaders == [tea.lead]
    edit(page, coming(tea)[1], "all", weekdays=["4"])
    assert [one[:2] for one in hours(tea)] == [
        "27",
        "04",
        "11",
        "18",
        "25",
        "01",
        "08",
        "15",
        "22",
        "29",
        "05",
        "12",
    ]
    assert [one.place_id == loft.id for one in coming(tea)] == [False] * 5 + [True] * 7
    assert rhythm(only_rule(tea.tea), times=False) == "every Friday", "as who joins reads it"


def test_all_coming_dates_end_earlier_and_what_goes_is_said_with_whom_it_touches(tea, page):
    said = {"ends": "on", "until": "2026-12-31"}
    look = words_of(edit(page, tea.dates[1], "all", "look", **said).text)
    assert (
        "6 dates fall away, whoever has a seat is told: 7 Jan 2027" in look
        and "1 person gets a mail." in look
    )
    series = db.session.scalars(select(Series)).one()
    done = edit(page, tea.dates[1], "all", **said)
    assert done.status_code == 303 and len(coming(tea)) == 6 and waiting() == 1
    assert db.session.scalars(select(Series)).one().id == series.id, (
        "a series of which only the end is other goes on"
    )
    again = edit(page, tea.dates[1], "all", ends="open")
    assert again.status_code == 303 and len(coming(tea)) > 50
    assert "without an end" in page.get(f"/groups/{tea.tea.uid}").text


def test_another_scope_takes_what_was_typed_along_and_asks_for_what_it_may_change(tea, page):
    edit(page, tea.dates[1], start_time="12:00", end_time="13:00")
    address = f"/occurrences/{tea.dates[1].uid}/edit"
    form = form_of(page, address)
    assert form["start_time"] == ["12:00"] and "weekdays" not in form
    wide = sent(page.post(address, data=form | {"title": "Tea early", "to": "following"}).text)
    assert (wide["start_time"], wide["title"], wide["weekdays"], wide["count"]) == (
        ["18:00"],
        ["Tea early"],
        ["3"],
        ["11"],
    )
    back = sent(page.post(address, data=wide | {"start_time": "17:00", "to": "this"}).text)
    assert (back["start_time"], back["end_time"], back["title"], back["day"]) == (
        ["17:00"],
        ["13:00"],
        ["Tea early"],
        ["2026-12-03"],
    )


WRONG = [
    ("this", {"day": "2026-11-01"}, "day", "This time has passed."),
    ("this", {"day": ""}, "day", "Choose the day."),
    ("this", {"day": "2026-12-10"}, "start_time", "The group meets at that time already."),
    ("this", {"start_time": "late"}, "start_time", "Write the time like"),
    ("this", {"end_time": "12:00"}, "end_time", "After 18:00, please"),
    ("this", {}, "day", "Nothing is changed yet."),
    ("this", {"capacity": "0"}, "capacity", "Seats are a number"),
    ("this", {"title": "T" * 121}, "title", "Title can have 120 characters."),
    ("following", {}, "start_time", "Nothing is changed yet."),
    ("following", {"weekdays": []}, "weekdays", "Choose at least one day of the week."),
    ("following", {"repeats": "weeks", "every": "99"}, "every", "Choose a number of weeks"),
    ("following", {"ends": "on", "until": "2026-11-01"}, "until", "The end date is before the first date."),
    ("all", {"ends": "on", "until": "2031-01-01"}, "until", "at most two years"),
    ("all", {"ends": "after", "count": "1000"}, "count", "from 1 to 999"),
    ("all", {"repeats": "monthly", "monthly_by": "day", "starts_on": "2026-11-01"}, "starts_on", "a day that is to come"),
]  # fmt: skip


def test_what_cannot_be_is_a_sentence_beside_its_field_and_nothing_typed_is_lost(tea, page):
    before = hours(tea)
    for scope, said, field, words in WRONG:
        answer = (
            edit(page, tea.dates[1], scope, note="Kept.", **said) if said else edit(page, tea.dates[1], scope)
        )
        assert answer.status_code == 422, (scope, said)
        beside = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.S)
        assert beside and words in words_of(beside[1]), (scope, said)
        assert not said or 'value="Kept."' in answer.text
    assert hours(tea) == before
    freeze(coming(tea)[1])
    db.session.commit()
    assert "somebody is marked on it" in page.get(f"/occurrences/{tea.dates[1].uid}/edit").text
    assert "somebody is marked on it" in edit_frozen(page, tea.dates[1])


def edit_frozen(page, one):
    return page.post(
        f"/occurrences/{one.uid}/edit", data={"scope": "this", "day": "2026-12-04", "act": "save"}
    ).text


def test_onto_a_closed_day_it_moves_with_a_word_and_a_rule_leaves_it_out(tea, page, client):
    client.as_(tea.admin()).post(
        "/closures/new",
        data={"site": tea.site.uid, "starts": "2026-12-11", "name": "Inventory", "step": "close"},
    )
    alone = edit(page, tea.dates[2], act="look", day="2026-12-11")
    assert "It is closed on Fri 11 Dec: Inventory. The date takes place all the same." in words_of(alone.text)
    wide = words_of(edit(page, tea.dates[1], "following", "look", weekdays=["4"]).text)
    assert "1 date falls on a closed day and is called off: 11 Dec" in wide


def test_the_second_of_two_sees_what_the_first_did_to_the_dates_and_chooses(tea, page, client):
    second, other = client.as_(tea.supervisor()), tea.dates[1]
    address = f"/occurrences/{other.uid}/edit"
    mine = form_of(second, address)
    edit(page, other, start_time="17:00", end_time="18:00", title="Theirs")
    late = second.post(address, data=mine | {"title": "Mine", "act": "save", "looked": "live"})
    assert late.status_code == 409 and "Theirs: Theirs" in late.text and "Yours: Mine" in late.text
    assert "Moved Thu 3 Dec, 18:00 to Thu 3 Dec, 17:00." in late.text and "Ossian S. saved it" in late.text
    unsaid = second.post(address, data=sent(late.text) | {"act": "save", "looked": "live"})
    assert unsaid.status_code == 409 and "Nothing would change yet." not in unsaid.text
    assert "Named “Mine”" in unsaid.text, "what their own words would do is said until they have chosen"
    again = sent(late.text) | {"whose-title": "mine", "act": "save", "looked": "live"}
    assert again["start_time"] == ["17:00"], "what the second left alone is as the first saved it"
    assert second.post(address, data=again).status_code == 303
    assert (coming(tea)[1].own_title, hours(tea)[1]) == ("Mine", "03 17:00")
    wide = f"/occurrences/{other.uid}/edit?scope=following"
    mine = form_of(second, wide)
    edit(page, tea.dates[4], day="2026-12-25")
    late = second.post(wide, data=mine | {"capacity": "8", "act": "save", "looked": "live"})
    assert late.status_code == 409 and "Moved Thu 24 Dec, 18:00 to Fri 25 Dec, 18:00." in late.text
    assert second.post(wide, data=sent(late.text) | {"act": "save", "looked": "live"}).status_code == 303
    twice = second.post(wide, data=sent(late.text) | {"act": "save", "looked": "live"})
    assert twice.status_code in (303, 422), "a second click makes no second change"
    assert {one.capacity for one in coming(tea)[1:]} == {8}


def test_a_date_is_cancelled_and_brought_back_and_a_day_left_out_is_added_back(tea, page):
    second = tea.dates[1]
    page.post(f"/occurrences/{second.uid}/cancel", data={"reason": "Snow"})
    listed = page.get(f"/groups/{tea.tea.uid}").text
    assert f"/occurrences/{second.uid}/bring-back" in listed
    ask = words_of(page.get(f"/occurrences/{second.uid}/bring-back").text)
    assert "It was cancelled: Snow" in ask and "Nobody is told of this: nobody has heard yet" in ask
    done = page.post(f"/occurrences/{second.uid}/bring-back", follow_redirects=True)
    assert "1 date takes place after all." in done.text and coming(tea)[1].taken == 1
    assert page.post(f"/occurrences/{second.uid}/bring-back").status_code == 409
    bare = tea.group("Bare", led_by=tea.lead)
    days = tea.series(bare, datetime(2026, 12, 1, 9), dates=4)
    own = days[0].series
    skip_date(System(), own, days[1].local_date, own.version)
    db.session.commit()
    address = f"/series/{own.uid}/add-back"
    assert (
        "Left out" in page.get(f"/groups/{bare.uid}").text and address in page.get(f"/groups/{bare.uid}").text
    )
    done = page.post(address, data={"day": "2026-12-08"}, follow_redirects=True)
    assert "1 date takes place after all." in done.text and "Left out" not in done.text
    assert (
        "a day that is to come" in page.post(address, data={"day": "2026-10-01"}, follow_redirects=True).text
    )


def test_a_group_meets_at_several_times_each_with_its_sentence_its_change_and_its_end(tea, page):
    loft, pike, address = (
        tea.place("Quiet Loft"),
        tea.facilitator("Pike"),
        f"/groups/{tea.tea.uid}/series/new",
    )
    form = form_of(page, address) | {"act": "save", "looked": "live"}
    monday = {"repeats": "weekly", "weekdays": ["0"], "starts_on": "2026-11-30", "start_time": "10:00", "end_time": "11:00",
              "ends": "after", "count": "3", "place": loft.uid, "lead": pike.uid}  # fmt: skip
    look = page.post(address, data=form | monday | {"looked": ""})
    assert "3 dates are new: 30 Nov, 7 Dec and 14 Dec" in words_of(look.text)
    assert page.post(address, data=form | monday).status_code == 303
    mondays = [one for one in coming(tea) if one.place_id == loft.id]
    assert [[p.id for p in one.leaders] for one in mondays] == [[pike.id]] * 3 and {
        o.taken for o in mondays
    } == {1}
    extra = {"repeats": "once", "starts_on": "2026-12-05", "start_time": "10:00", "end_time": "11:00"}
    assert page.post(address, data=form | extra).status_code == 303
    listed = page.get(f"/groups/{tea.tea.uid}").text
    words = words_of(listed)
    assert (
        "Every Monday 10:00–11:00" in words
        and "Every Thursday 18:00–19:30" in words
        and "Extra date" in words
    )
    assert listed.count("?scope=all") == 2 and listed.count("/end") == 2
    for said, field, sentence in (
        ({"starts_on": "2026-12-05"}, "start_time", "The group meets at that time already."),
        ({"starts_on": "2026-11-02"}, "starts_on", "This time has passed."),
        ({"end_time": ""}, "end_time", "Choose when it ends."),
    ):
        answer = page.post(address, data=form | extra | said)
        beside = re.search(rf'id="{field}-error">(.*?)</p>', answer.text, re.S)
        assert answer.status_code == 422 and beside and sentence in words_of(beside[1]), said
    series = mondays[0].series
    end = f"/series/{series.uid}/end"
    form = form_of(page, end) | {"until": "2026-12-07", "act": "look"}
    look = page.post(end, data=form)
    assert "1 date falls away, whoever has a seat is told: 14 Dec" in words_of(look.text)
    assert page.post(end, data=sent(look.text) | {"act": "save"}).status_code == 303
    assert len([one for one in coming(tea) if one.place_id == loft.id]) == 2


def test_any_date_however_far_is_found_and_nobody_else_changes_one(tea, page, client):
    edit(page, tea.dates[1], "all", ends="open")
    first = page.get(f"/groups/{tea.tea.uid}").text
    assert "More dates" in first and "?from=2027-02-18" in first
    far = page.get(f"/groups/{tea.tea.uid}?from=2027-09-01").text
    assert "Thu 2 Sept 2027" in far and "Thu 3 Dec" not in far
    assert "Dates are made until" in page.get(f"/groups/{tea.tea.uid}?from=2031-01-01").text
    assert page.get(f"/groups/{tea.tea.uid}?from=nonsense").status_code == 200
    stranger, series = tea.facilitator("Juniper"), db.session.scalars(select(Series)).first()
    for who in (stranger, tea.robin, tea.front_desk()):
        browser = client.as_(who)
        for address in (f"/occurrences/{tea.dates[1].uid}/edit", f"/occurrences/{tea.dates[1].uid}/bring-back",
                        f"/series/{series.uid}/end", f"/groups/{tea.tea.uid}/series/new"):  # fmt: skip
            assert browser.get(address).status_code in (403, 404)
        assert browser.post(f"/series/{series.uid}/add-back").status_code in (403, 404)


def test_the_pages_of_changing_dates_ask_the_database_little(tea, page, client, statements):
    page.post(f"/occurrences/{tea.dates[2].uid}/cancel", data={"reason": "Snow"})
    series, uid = tea.dates[1].series.uid, tea.dates[1].uid
    addresses = [f"/occurrences/{uid}/edit?scope={scope}" for scope in ("this", "following", "all")]
    addresses += [f"/groups/{tea.tea.uid}", f"/groups/{tea.tea.uid}/series/new", f"/series/{series}/end"]
    addresses += [f"/occurrences/{tea.dates[2].uid}/bring-back"]
    for browser in (page, client.as_(tea.supervisor())):
        for address in addresses:
            db.session.close()
            before = len(statements())
            assert browser.get(address).status_code == 200
            # What a plan runs into is looked for on the page that only asks; on the others while somebody types.
            assert len(statements()) - before <= (18 if "bring-back" in address else 12), address


def test_a_group_whose_dates_all_went_to_another_room_is_said_to_be_there(tea, page):
    studio = tea.place("Studio")
    address = f"/occurrences/{tea.dates[0].uid}/edit"
    form = form_of(page, f"{address}?scope=all") | {"place": studio.uid, "act": "save", "looked": "live"}
    assert page.post(address, data=form).status_code == 303
    for path in (f"/groups/{tea.tea.uid}", "/groups"):
        said = page.get(path).text
        assert "Studio" in said, path
    assert "Where</dt><dd>Studio</dd>" in re.sub(r"\s*\n\s*", "", page.get(f"/groups/{tea.tea.uid}").text)
    assert "Oak Room</li>" not in page.get("/groups").text


def test_one_more_date_that_was_called_off_is_no_time_at_which_the_group_meets(tea, page):
    form = form_of(page, f"/groups/{tea.tea.uid}/series/new?once=1") | {"act": "save", "looked": "live"}
    said = {"repeats": "once", "starts_on": "2026-12-05", "start_time": "15:00", "end_time": "16:00"}
    done = page.post(f"/groups/{tea.tea.uid}/series/new?once=1", data=form | said)
    assert done.status_code == 303

    def times():
        html = page.get(f"/groups/{tea.tea.uid}").text
        return words_of(html.split('id="times"')[1].split("</section>")[0])

    assert "5 Dec" in times()
    extra = next(one for one in coming(tea) if one.start.day == 5 and one.start.month == 12)
    page.post(f"/occurrences/{extra.uid}/cancel", data={"reason": "Snow"})
    assert "5 Dec" not in times()


def test_the_end_of_a_group_stands_in_its_history_with_who_ended_it(tea, page):
    page.post(f"/groups/{tea.tea.uid}/retire")
    [made, *_earlier] = changes_made(tea.tea)
    assert made.by is not None and made.by.id == tea.lead.id
