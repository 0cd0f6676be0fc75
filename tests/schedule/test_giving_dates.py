"""A week of somebody ill is given away in one step: who is free on which date, one mail to each, and a way back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.schedule.models import Occurrence, Substitution
from groupsched.schedule.rules import CoverState
from groupsched.schedule.service import ask_for_cover
from tests.conftest import identity_of
from tests.factories import tomorrow_at
from tests.kept import kept
from tests.schedule.test_scopes import sent, words_of

pytestmark = pytest.mark.on_sqlite
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)


@kept(at=NOON, still=True)
def house(world):
    """Juniper leads qigong three days in a row and tea once; Pike leads yoga at the time of the second; Saffron is free."""
    world.juniper = world.facilitator("Juniper", "Placeholder", email="juniper@example.org")
    world.pike = world.facilitator("Pike", "Mockridge", email="pike@example.org")
    world.saffron = world.facilitator("Saffron", "Dummett", email="saffron@example.org")
    world.marigold = world.supervisor()
    world.qigong = world.group("Qigong", led_by=world.juniper)
    start = tomorrow_at(10) + timedelta(days=2)
    world.dates = world.series(world.qigong, start, dates=3, every_days=1)
    world.tea = world.group("Tea", led_by=world.juniper)
    world.teas = world.series(world.tea, start.replace(hour=15), dates=1)
    world.yoga = world.group("Yoga", led_by=world.pike)
    world.series(world.yoga, start + timedelta(days=1), dates=1)
    robin = world.client(email="robin@example.org")
    world.enrol(world.qigong, robin)
    world.enrol(world.tea, robin)
    return world


def away(house, client):
    first = house.dates[0].local_date
    days = {"starts": first.isoformat(), "ends": (first + timedelta(days=2)).isoformat()}
    client.as_(house.marigold).post("/time-off", data=days | {"person": house.juniper.uid})


def address(house, **more):
    every = "&".join(f"date={one.uid}" for one in (*house.dates, *house.teas))
    chosen = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/covers/give?part={house.juniper.uid}&{every}{chosen}"


def leads(house):
    db.session.rollback()
    query = select(Occurrence).where(Occurrence.group_id.in_([house.qigong.id, house.tea.id]))
    rows = db.session.scalars(query.order_by(Occurrence.start, Occurrence.id))
    return [one.leaders[0].first_name for one in rows]


def mails_to(person, kind):
    with clock.at(clock.now() + timedelta(minutes=6)):
        round_of_work()
    db.session.rollback()
    query = select(Message).where(Message.person_id == person.id, Message.kind == kind)
    return [one for one in db.session.scalars(query.order_by(Message.id)) if one.sent_at]


def test_all_dates_of_a_time_off_are_given_in_one_step_and_taken_back_in_one(house, client):
    """Nine cards with five clicks each stood between a supervisor and a week of somebody ill."""
    away(house, client)
    marigold = client.as_(house.marigold)
    page = marigold.get(f"/time-off?person={house.juniper.uid}").text
    assert "Give all to somebody" in page and "covers/give" in page
    look = marigold.get(address(house, to=house.saffron.uid)).text
    assert "Free on all 4 dates." in look and "Free on 3 of 4 dates." in look
    form = sent(look)
    assert form[f"who-{house.dates[1].uid}"] == [house.saffron.uid]
    done = marigold.post(address(house), data=form, follow_redirects=True)
    assert "Saffron D. leads 4 dates now." in done.text and "Undo" in done.text
    assert leads(house) == ["Saffron"] * 4
    assert "Saffron D. leads 4 dates instead." in words_of(done.text)
    covers = db.session.scalars(select(Substitution.uid).order_by(Substitution.id)).all()
    back = marigold.post("/covers/take-back", data={"cover": covers}, follow_redirects=True)
    assert "4 dates are led as before." in back.text
    assert leads(house) == ["Juniper"] * 4
    assert not mails_to(house.saffron, "staff_leads"), "who was told nothing yet hears nothing"


def test_the_week_leads_from_a_date_of_somebody_away_to_all_of_theirs(house, client):
    away(house, client)
    week = f"/week?by=people&day={house.dates[0].local_date}"
    theirs = f'href="/time-off?person={house.juniper.uid}"'
    assert theirs in client.as_(house.marigold).get(week).text
    assert theirs not in client.as_(house.pike).get(week).text


def test_who_is_taken_then_is_named_and_that_date_stays_open(house, client):
    marigold = client.as_(house.marigold)
    look = marigold.get(address(house, to=house.pike.uid)).text
    assert "Pike M. is not free: leads Yoga then." in words_of(look)
    form = sent(look)
    assert form[f"who-{house.dates[1].uid}"] == [""], "somebody else can be chosen for it"
    done = marigold.post(address(house), data=form, follow_redirects=True).text
    assert "Pike M. leads 3 dates now." in done
    assert leads(house) == ["Pike", "Pike", "Juniper", "Pike"]
    insists = {f"who-{house.dates[1].uid}": house.pike.uid}
    refused = marigold.post(address(house), data=insists, follow_redirects=True).text
    assert "1 date stays as it is" in refused and leads(house)[2] == "Juniper"


def test_each_group_can_have_its_own_substitute(house, client):
    marigold = client.as_(house.marigold)
    chosen = {"to": house.saffron.uid, f"to-{house.tea.uid}": house.pike.uid}
    form = sent(marigold.get(address(house, **chosen)).text)
    done = marigold.post(address(house), data=form, follow_redirects=True).text
    assert "Saffron D. leads 3 dates now." in done and "Pike M. leads 1 date now." in done
    assert leads(house) == ["Saffron", "Pike", "Saffron", "Saffron"]


def test_whoever_is_given_dates_gets_one_mail_and_so_do_the_people(house, client):
    marigold = client.as_(house.marigold)
    mails_to(house.saffron, "staff_leads")
    form = sent(marigold.get(address(house, to=house.saffron.uid)).text)
    marigold.post(address(house), data=form)
    told = mails_to(house.saffron, "staff_leads")
    assert len(told) == 2 and len({one.together for one in told}) == 1, "one mail, a part for each group"
    robin = db.session.scalars(select(Message).where(Message.kind == "led_instead")).all()
    assert len(robin) == 4 and len({one.together for one in robin}) == 1
    assert "You lead now" in client.as_(house.saffron).get("/today").text


def test_what_was_asked_is_asked_again_when_the_dates_are_taken_back(house, client):
    ask_for_cover(identity_of(house.juniper), house.dates[0], [house.pike])
    ask_for_cover(identity_of(house.juniper), house.dates[2], [house.pike])
    db.session.commit()
    marigold = client.as_(house.marigold)
    card = marigold.get("/today").text
    assert "Juniper P.: 2 dates" in card and "Give them to somebody" in card
    form = sent(marigold.get(address(house, to=house.saffron.uid)).text)
    marigold.post(address(house), data=form)
    assert "Give them to somebody" not in marigold.get("/today").text
    covers = db.session.scalars(select(Substitution.uid).order_by(Substitution.id)).all()
    marigold.post("/covers/take-back", data={"cover": covers})
    db.session.rollback()
    states = db.session.scalars(select(Substitution.state).order_by(Substitution.id)).all()
    assert sorted(states) == [CoverState.OPEN] * 2 + [CoverState.WITHDRAWN] * 2


def test_many_dates_ask_the_database_as_little_as_one(house, client, statements):
    away(house, client)
    marigold = client.as_(house.marigold)
    for page in (address(house), f"/covers/give?part={house.juniper.uid}&date={house.dates[0].uid}",
                 f"/time-off?person={house.juniper.uid}"):  # fmt: skip
        db.session.close()
        before = len(statements())
        assert marigold.get(page).status_code == 200
        assert len(statements()) - before <= 12, page


def test_dates_are_given_only_by_whom_they_are_theirs_to_give(house, client):
    page = address(house, to=house.saffron.uid)
    assert client.as_(house.pike).get(page).status_code == 404
    named = {f"who-{house.dates[0].uid}": house.pike.uid}
    assert client.as_(house.pike).post(page, data=named).status_code == 404
    juniper = client.as_(house.juniper)
    assert juniper.get(page).status_code == 200
    nobody = juniper.post(page, data={f"who-{house.dates[0].uid}": ""})
    assert nobody.status_code == 422 and "Choose who leads at least one of them." in nobody.text
    stranger = juniper.post(page, data={f"who-{house.dates[0].uid}": "nobody"})
    assert stranger.status_code == 422 and leads(house) == ["Juniper"] * 4
