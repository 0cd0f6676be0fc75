"""Several dates at once: what the look says is what happens, the messages are the ones that go out, one undo takes it back."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.outbox.models import Message
from groupsched.outbox.rules import MessageState
from groupsched.schedule.models import ChangeMade, Occurrence
from groupsched.schedule.rules import OccurrenceStatus
from tests.factories import tomorrow_at


@pytest.fixture
def lead(world):
    return world.facilitator()


@pytest.fixture
def group(world, lead):
    """Six mornings, one a day, with somebody who reads English and somebody without an address."""
    found = world.group("Circle", led_by=lead)
    world.series(found, tomorrow_at(10) + timedelta(days=2), dates=6, every_days=1)
    world.enrol(found, world.client("Robin", email="robin@example.org"), world.client("Sparrow", "Quill"))
    for waits in db.session.scalars(select(Message)):
        waits.state = MessageState.SENT
    db.session.commit()
    return found


def rows(group):
    db.session.rollback()
    query = select(Occurrence).where(Occurrence.group_id == group.id).order_by(Occurrence.original_start)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def waiting():
    return list(db.session.scalars(select(Message).where(Message.state == MessageState.WAITING)))


def seen_in(page):
    return page.split('name="seen"')[1].split('value="')[1].split('"')[0]


def test_chosen_dates_are_cancelled_as_one_with_the_message_shown_before(world, group, lead, client):
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/choose"
    three = [one.uid for one in rows(group)[1:4]]
    assert "Change several dates" in browser.get(f"/groups/{group.uid}").text
    assert 'class="savebar stays"' in browser.get(page).text, "the buttons stay in sight below many dates"
    assert "Choose at least one date." in browser.get(f"{page}?act=cancel").text
    asked = browser.get(page, query_string={"date": three, "act": "cancel"}).text
    assert "Cancel 3 dates" in asked and "By how many minutes" not in asked
    said = {"date": three, "act": "cancel", "reason": "", "step": "look"}
    refused = browser.post(page, data=said)
    assert refused.status_code == 422 and "Say why, in a few words." in refused.text
    said |= {"reason": "The roof is mended."}
    look = browser.post(page, data=said).text
    assert "3 dates." in look and "The roof is mended." in look
    assert "1 person gets a mail." in look and "Sparrow" in look
    assert "Your regular appointments have changed" in look and "Tus citas regulares cambiaron" in look
    assert "nobody reads it in this language now" in look
    assert not waiting() and all(one.status == OccurrenceStatus.SCHEDULED for one in rows(group)), (
        "a look does nothing"
    )

    done = browser.post(page, data=said | {"step": "do", "seen": seen_in(look)})
    assert done.status_code == 303
    off = rows(group)[1:4]
    assert {(one.status, one.reason) for one in off} == {(OccurrenceStatus.CANCELLED, "The roof is mended.")}
    (message,) = waiting()
    for line in message.fields["changes"].splitlines():
        assert line in look, "what was shown is what goes out"
    made = db.session.scalars(
        select(ChangeMade).where(ChangeMade.group_id == group.id).order_by(ChangeMade.id)
    ).all()[-1]
    assert (
        "Undone." in browser.post(f"/groups/{group.uid}/changes/{made.uid}/undo", follow_redirects=True).text
    )
    assert all(one.status == OccurrenceStatus.SCHEDULED for one in rows(group))
    assert not waiting()


def test_dates_move_past_each_other_and_what_changed_meanwhile_is_looked_at_again(world, group, lead, client):
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/choose"
    before = [one.start for one in rows(group)]
    uids = [one.uid for one in rows(group)]
    said = {"date": uids[:2], "act": "move", "minutes": "", "at": "", "step": "look"}
    assert "Say by how many minutes, or the new time." in browser.post(page, data=said).text
    assert "Write a whole number." in browser.post(page, data=said | {"minutes": "soon"}).text
    look = browser.post(page, data=said | {"at": "13:00"}).text
    with clock.at(clock.now() + timedelta(minutes=1)):
        other = {"date": uids[1:2], "act": "note", "note": "Bring a cup.", "step": "do"}
        seen = seen_in(browser.post(page, data=other | {"step": "look"}).text)
        assert browser.post(page, data=other | {"seen": seen}).status_code == 303
    assert rows(group)[1].own_note == "Bring a cup."
    again = browser.post(page, data=said | {"at": "13:00", "step": "do", "seen": seen_in(look)})
    assert again.status_code == 409 and "changed meanwhile" in again.text
    assert [one.start for one in rows(group)] == before
    assert (
        browser.post(page, data=said | {"at": "13:00", "step": "do", "seen": seen_in(again.text)}).status_code
        == 303
    )
    moved = rows(group)
    later = [now.start - was for now, was in zip(moved, before, strict=True)]
    assert later == [timedelta(hours=3)] * 2 + [timedelta()] * 4
    assert moved[1].own_note == "Bring a cup.", "the rest of a date stays"

    elm = world.place("Elm Room")
    pike = world.facilitator("Pike", "Mockridge")
    for act, more in (("place", {"place": elm.uid}), ("leads", {"leads": pike.uid})):
        fields = {"date": uids[2:4], "act": act, **more}
        look = browser.post(page, data=fields | {"step": "look"}).text
        assert ("Pike hears who leads." in look) is (act == "leads")
        assert act == "place" or "Nobody gets a message" not in look
        assert browser.post(page, data=fields | {"step": "do", "seen": seen_in(look)}).status_code == 303
    taken = rows(group)[4]
    other = world.group("Yoga", place=elm)
    world.series(other, tomorrow_at(10) + timedelta(days=6), dates=1)
    fields = {"date": [taken.uid], "act": "place", "place": elm.uid}
    refused = browser.post(page, data=fields | {"step": "look"})
    assert refused.status_code == 409 and "Keep both, and say why" in refused.text
    assert "Elm Room is taken" in refused.text and "Yoga" in refused.text, "the clashes, one by one"
    both = fields | {"date": [uids[5], taken.uid], "step": "look"}
    without = browser.post(page, data=both | {"step": "", "without": taken.uid})
    assert without.status_code == 200 and taken.uid not in without.text
    room = f"room-{taken.start:%Y%m%dT%H%M}"
    assert f'name="{room}"' in browser.post(page, data=both).text
    loft = world.place("Loft").uid
    look = browser.post(page, data=both | {room: loft}).text
    assert "In another room" in look and "Loft" in look
    done = browser.post(page, data=both | {"step": "do", "seen": seen_in(look), room: loft})
    assert done.status_code == 303 and [one.place.name for one in rows(group)[4:]] == ["Loft", "Elm Room"]
    look = browser.post(page, data=fields | {"step": "look", "keep": "Both are small."})
    assert look.status_code == 200 and "Both are small." in look.text
    kept = fields | {"step": "do", "keep": "Both are small.", "seen": seen_in(look.text)}
    assert browser.post(page, data=kept).status_code == 303
    assert rows(group)[4].place.name == "Elm Room"
    found = rows(group)[2:4]
    assert {one.place.name for one in found} == {"Elm Room"}
    assert {tuple(person.first_name for person in one.leaders) for one in found} == {("Pike",)}


def test_many_dates_are_ticked_by_days_and_weekdays(world, group, lead, client):
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/choose"
    dates = rows(group)
    days = [one.start.astimezone(ZoneInfo(one.timezone)).date() for one in dates]

    def ticked(**asked):
        text = browser.get(page, query_string={"pick": "1", **asked}).text
        return [f'value="{one.uid}" checked' in text for one in dates]

    assert ticked() == [True] * 6, "no day said: all of them"
    assert ticked(first=days[2].isoformat(), last=days[3].isoformat()) == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert ticked(days=[days[1].weekday()]) == [False, True, False, False, False, False]
    both = ticked(days=[days[1].weekday()], date=[dates[5].uid])
    assert both == [False, True, False, False, False, True], "what was ticked by hand stays"
    wrong = browser.get(page, query_string={"pick": "1", "first": "2027-02-02", "last": "2027-02-01"})
    assert wrong.status_code == 422 and "The last day comes before the first." in wrong.text
    assert 'value="2027-02-02"' in wrong.text
    unread = browser.get(page, query_string={"pick": "1", "first": "soon", "date": [dates[0].uid]})
    assert unread.status_code == 422 and f'value="{dates[0].uid}" checked' in unread.text


def test_any_date_can_be_chosen_however_many_there_are(world, lead, client):
    """The list ended at 120 dates without a word."""
    daily = world.group("Daily", led_by=lead)
    dates = world.series(daily, tomorrow_at(9), dates=150, every_days=1)
    page = f"/groups/{daily.uid}/dates/choose"
    listed = client.as_(lead).get(page).text
    assert listed.count('name="date"') == 150
    far = {"date": [dates[-1].uid], "act": "cancel", "reason": "The roof", "step": "look"}
    look = client.as_(lead).post(page, data=far)
    assert look.status_code == 200 and client.as_(lead).post(page, data=far | {
        "step": "do", "seen": seen_in(look.text)}).status_code == 303  # fmt: skip
    assert rows(daily)[-1].status == OccurrenceStatus.CANCELLED


def test_rooms_are_named_with_their_seats_and_their_site_where_there_are_several(world, group, lead, client):
    world.another_site()
    page, first = f"/groups/{group.uid}/dates/choose", rows(group)[0]
    asked = client.as_(lead).get(page, query_string={"date": first.uid, "act": "place"}).text
    assert "Oak Room · Lantern Street, 12 seats" in asked


def test_cancelled_dates_are_brought_back_together(world, group, lead, client):
    browser, page = client.as_(lead), f"/groups/{group.uid}/dates/choose"
    off = [one.uid for one in rows(group)[1:3]]
    said = {"date": off, "act": "cancel", "reason": "The roof", "step": "look"}
    look = browser.post(page, data=said).text
    browser.post(page, data=said | {"step": "do", "seen": seen_in(look)})
    listed = browser.get(page).text
    assert listed.count("Cancelled: The roof") == 2 and "Bring back" in listed
    open_one = rows(group)[0].uid
    assert (
        "Choose a cancelled date."
        in browser.get(page, query_string={"date": open_one, "act": "bring_back"}).text
    )
    back = {"date": [*off, open_one], "act": "bring_back", "step": "look"}
    look = browser.post(page, data=back).text
    assert "Bring back 2 dates" in look
    assert "Nobody is told of this: nobody has heard yet that it was called off." in look
    assert "gets a mail" not in look
    done = browser.post(page, data=back | {"step": "do", "seen": seen_in(look)}, follow_redirects=True).text
    assert "2 dates take place after all." in done and "nobody has heard yet" in done
    assert {one.status for one in rows(group)} == {OccurrenceStatus.SCHEDULED} and not waiting()
