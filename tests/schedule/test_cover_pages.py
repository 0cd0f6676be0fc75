"""The pages of cover and time off: two taps to ask, one to say yes; a substitute sees one sheet; being away warns."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from groupsched.access.policy import Permission, permission_of
from groupsched.accounts.models import Qualification
from groupsched.attendance.service import everyone_else_here, finish, new_op_id
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.schedule.models import Assignment, Occurrence, Substitution, TimeOff
from groupsched.schedule.service import ask_for_cover, give_cover
from tests.conftest import identity_of
from tests.factories import tomorrow_at
from tests.kept import kept
from tests.schedule.test_scopes import sent

pytestmark = pytest.mark.on_sqlite

SHEETS = {Permission.ATTENDANCE_WRITE, Permission.ATTENDANCE_READ, Permission.ROSTER_READ}


@kept
def house(world):
    """Juniper leads qigong in three days and a week later; Pike and Saffron could too; Marigold supervises."""
    world.juniper = world.facilitator("Juniper", "Placeholder", email="juniper@example.org")
    world.pike = world.facilitator("Pike", "Mockridge", email="pike@example.org")
    world.saffron, world.marigold = world.facilitator("Saffron", "Dummett"), world.supervisor()
    world.qigong = world.group("Qigong", led_by=world.juniper)
    world.date, world.later = world.series(world.qigong, tomorrow_at(10) + timedelta(days=2), dates=2)
    world.enrol(world.qigong, world.client(email="robin@example.org"))
    return world


def row_of(house):
    db.session.rollback()
    return db.session.scalars(select(Substitution).order_by(Substitution.id.desc())).first()


def ticks(page):
    """How many people are ticked on the page that asks."""
    return len(re.findall(r'name="people"[^>]* checked', page))


def test_two_taps_ask_and_one_says_yes(house, client):
    juniper, pike = client.as_(house.juniper), client.as_(house.pike)
    here = f"/occurrences/{house.date.uid}/cover"
    for page in (f"/groups/{house.qigong.uid}", f"/week?day={house.date.local_date}"):
        assert here in juniper.get(page).text
        assert here not in pike.get(page).text
    asks = juniper.get(here).text
    assert ticks(asks) == 2 and "Pike M." in asks and "You can’t lead on" in asks
    assert "Choose at least one person." in juniper.post(here, data={"act": "ask"}).text
    ticked = {"act": "ask", "people": [house.pike.uid, house.saffron.uid], "reason": "A dentist"}
    assert juniper.post(here, data=ticked).status_code == 303
    row = row_of(house)
    question = f"/covers/{row.uid}"
    for reader, words in ((house.pike, question), (house.juniper, here), (house.marigold, here)):
        assert words in client.as_(reader).get("/today").text
    assert "Cover needed" in client.as_(house.marigold).get(f"/week?day={house.date.local_date}").text
    assert "A dentist" in client.as_(house.marigold).get(here).text
    shown = pike.get(question).text
    assert "Saffron was asked too" in shown and "A dentist" not in shown and "You are free then." in shown
    assert client.as_(house.front_desk()).get(question).status_code == 404
    assert pike.post(question, data={"answer": "yes"}).status_code == 303
    assert "You lead this" in pike.get(question).text
    late = client.as_(house.saffron).post(question, data={"answer": "yes"})
    assert late.status_code == 409 and "Pike M. leads it already." in late.text
    assert "Pike covers" in client.as_(house.marigold).get(f"/groups/{house.qigong.uid}").text
    assert here in juniper.get(f"/week?day={house.date.local_date}").text
    assert here in juniper.get(f"/groups/{house.qigong.uid}").text
    assert "Take that back" in juniper.get(here).text  # who gave it away may have it again
    back = juniper.post(here, data={"act": "withdraw", "cover": row.uid})
    assert back.status_code == 303 and row_of(house).state == "withdrawn"


def test_who_said_no_may_change_their_mind_and_somebody_may_be_given_it(house, client):
    row = ask_for_cover(identity_of(house.juniper), house.date, [house.pike])
    db.session.commit()
    question, here = f"/covers/{row.uid}", f"/occurrences/{house.date.uid}/cover"
    pike = client.as_(house.pike)
    pike.post(question, data={"answer": "no"})
    assert "You may change your mind." in pike.get(question).text
    assert "Pike: not this time." in client.as_(house.marigold).get("/today").text
    given = {"act": "assign", "person": house.saffron.uid, "part": house.juniper.uid}
    assert client.as_(house.marigold).post(here, data=given).status_code == 303
    assert "Saffron D. leads it already." in pike.get(question).text
    assert (row_of(house).state, row_of(house).taken_by_id) == ("given", house.saffron.id)


def test_each_who_is_asked_gets_a_message_as_staff_wish(house, app):
    ask_for_cover(identity_of(house.juniper), house.date, [house.pike, house.saffron])
    db.session.commit()
    noon = clock.now().replace(hour=17, minute=0)
    with clock.at(noon if noon > clock.now() else noon + timedelta(days=1)):
        round_of_work()
    found = db.session.scalars(select(Message).where(Message.kind == "staff_cover")).all()
    assert [(mail.person_id, mail.target) for mail in found] == [
        (house.pike.id, f"/covers/{row_of(house).uid}")
    ]


def test_a_substitute_opens_one_sheet_and_no_other_page_of_the_group(house, client, app):
    give_cover(identity_of(house.marigold), house.date, house.pike)
    db.session.commit()
    pike = client.as_(house.pike)
    rules = [
        rule for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.arguments and permission_of(app.view_functions[rule.endpoint], "GET") in SHEETS
    ]  # fmt: skip
    assert len(rules) > 10

    def answers(uid):
        values = ({name: "1" if name != "uid" else uid for name in rule.arguments} for rule in rules)
        with app.test_request_context():
            paths = [rule.build(one, append_unknown=False) for rule, one in zip(rules, values, strict=True)]
        return {path[1]: pike.get(path[1]).status_code for path in paths if path and uid in path[1]}

    elsewhere = {**answers(house.later.uid), **answers(house.qigong.uid), **answers(house.date.uid)}
    assert set(elsewhere.values()) == {404}, "three days before, none"
    start = house.date.start
    with clock.at(start - timedelta(hours=2)):
        assert pike.get(f"/sheet/{house.date.uid}").status_code == 200
        assert set({**answers(house.later.uid), **answers(house.qigong.uid)}.values()) == {404}
    with clock.at(house.date.end + timedelta(days=2, minutes=1)):
        assert set(answers(house.date.uid).values()) == {404}


def test_who_led_is_a_fact_with_the_credential_of_that_day(house, client):
    held = Qualification(
        program_id=house.program.id, key="lcsw", texts={"en": {"name": "LCSW"}}, clinical=True
    )
    db.session.add(held)
    db.session.flush()
    house.pike.qualification_id = held.id
    give_cover(identity_of(house.marigold), house.date, house.pike)
    db.session.commit()
    with clock.at(house.date.start + timedelta(minutes=5)):
        round_of_work()
        rows = db.session.scalars(select(Assignment).where(Assignment.occurrence_id == house.date.id)).all()
        assert [(row.person_id, row.role, row.qualification_id) for row in rows] == [
            (house.pike.id, "substitute", held.id)
        ]
        db.session.refresh(house.date)
        everyone_else_here(identity_of(house.pike), house.date, new_op_id())
        finish(identity_of(house.pike), house.date)
        db.session.commit()
    with clock.at(house.date.end + timedelta(hours=1)):
        shown = client.as_(house.pike).get(f"/sheet/{house.date.uid}").text
    assert "Pike" in shown and "LCSW, substitute" in shown


def test_time_off_says_which_dates_need_cover_and_asks_for_all(house, client):
    juniper, marigold = client.as_(house.juniper), client.as_(house.marigold)
    first = house.date.local_date
    said = {
        "starts": first.isoformat(),
        "ends": (first + timedelta(days=7)).isoformat(),
        "note": "By the sea",
    }
    assert "/time-off" in juniper.get("/account").text
    assert juniper.post("/time-off", data=said).status_code == 303
    page = juniper.get("/time-off").text
    assert "2 dates then need cover." in page and "By the sea" in page and "Ask for all" in page
    week = client.as_(house.pike).get(f"/week?by=people&day={first}").text
    assert "Juniper is away" in week and "By the sea" not in week
    row = db.session.scalars(select(TimeOff)).one()
    whose = {"person": house.juniper.uid}
    assert client.as_(house.pike).post(f"/time-off/{row.uid}/ask", data=whose).status_code == 404
    assert client.as_(house.pike).get(f"/time-off?person={house.juniper.uid}").status_code == 404
    assert "By the sea" in marigold.get(f"/time-off?person={house.juniper.uid}").text
    assert marigold.post(f"/time-off/{row.uid}/ask", data=whose).status_code == 303
    dates = db.session.scalars(select(Substitution.occurrence_id).order_by(Substitution.occurrence_id)).all()
    assert dates == [house.date.id, house.later.id]
    assert "Ask for all" not in juniper.get("/time-off").text
    backwards = said | {"ends": (first - timedelta(days=3)).isoformat()}
    assert juniper.post("/time-off", data=backwards).status_code == 422
    assert juniper.post(f"/time-off/{row.uid}/remove").status_code == 303
    assert db.session.scalar(select(TimeOff.id)) is None


def test_the_panel_of_a_date_says_that_who_is_to_lead_it_is_away(house, client):
    first = house.date.local_date
    off = {"starts": first.isoformat(), "ends": first.isoformat(), "note": "By the sea"}
    assert client.as_(house.pike).post("/time-off", data=off).status_code == 303
    browser, page = client.as_(house.marigold), f"/occurrences/{house.date.uid}/edit"
    form = sent(browser.get(page).text)
    away = browser.post(page, data=form | {"lead": house.pike.uid, "act": "look"}).text
    assert "Pike is away" in away and "By the sea" not in away
    assert "is away" not in browser.post(page, data=form | {"title": "Tea", "act": "look"}).text


def test_many_asks_are_one_card_and_go_with_the_time_off_if_its_person_says_so(house, client):
    """Nine asks were nine cards to close one by one, and stood in silence when the time off was taken out."""
    juniper, pike = client.as_(house.juniper), client.as_(house.pike)
    first = house.date.local_date
    said = {"starts": first.isoformat(), "ends": (first + timedelta(days=7)).isoformat()}
    juniper.post("/time-off", data=said)
    row = db.session.scalars(select(TimeOff)).one()
    juniper.post(f"/time-off/{row.uid}/ask")
    asks = [one.uid for one in db.session.scalars(select(Substitution).order_by(Substitution.id))]
    card = pike.get("/today").text
    assert "Yes to all these" in card and "Juniper asks for 2 dates." in card
    assert all(f"/covers/{uid}" in card for uid in asks)
    page = juniper.get("/time-off").text
    assert "2 questions for cover are open." in page and "Take out, and the 2 questions with it" in page
    client.as_(house.saffron).post(f"/covers/{asks[0]}", data={"answer": "yes"})
    done = pike.post("/covers/yes", data={"cover": asks}, follow_redirects=True).text
    assert "You lead 1 date." in done and "1 date stays as it is: somebody was first" in done
    db.session.rollback()
    assert (house.date.leaders, house.later.leaders) == ([house.saffron], [house.pike])
    juniper.post(f"/occurrences/{house.later.uid}/cover", data={"act": "withdraw", "cover": asks[1]})
    juniper.post(f"/occurrences/{house.later.uid}/cover", data={"act": "ask", "people": [house.pike.uid]})
    gone = juniper.post(f"/time-off/{row.uid}/remove", data={"asks_too": "1"}, follow_redirects=True).text
    assert "Taken out. 1 question for cover is taken back. 1 date stays covered." in gone
    assert row_of(house).state == "withdrawn" and house.date.leaders == [house.saffron]
    assert "/covers/" not in pike.get("/today").text


def test_who_is_away_or_does_not_work_then_is_asked_last_and_may_be_asked(house, client):
    pike, weekday = client.as_(house.pike), house.date.local_date.weekday()
    hours = {f"begins-{weekday}": "14:00", f"ends-{weekday}": "16:00"}
    assert pike.post("/time-off/hours", data=hours | {"begins-0": "", "ends-0": "x"}).status_code == 422
    assert pike.post("/time-off/hours", data=hours).status_code == 303
    assert "14:00" in pike.get("/time-off").text
    asks = client.as_(house.juniper).get(f"/occurrences/{house.date.uid}/cover").text
    assert "Does not work then." in asks and ticks(asks) == 1
    assert pike.post("/time-off/hours", data={}).status_code == 303


def test_an_observer_and_a_host_are_there_and_neither_leads(house, client):
    marigold, where = client.as_(house.marigold), f"/occurrences/{house.date.uid}/beside"
    for person, role in ((house.pike, "observer"), (house.saffron, "host")):
        marigold.post(where, data={"beside_person": person.uid, "beside_role": role})
    marigold.post(where, data={"beside_person": house.saffron.uid, "beside_role": "lead"})  # none of those
    page = marigold.get(f"/occurrences/{house.date.uid}/cover").text
    assert "Observer" in page and "Host" in page
    db.session.rollback()
    date = db.session.get_one(Occurrence, house.date.id)
    assert date.leaders == [house.juniper]
    with clock.at(date.start):
        assert client.as_(house.pike).get(f"/sheet/{date.uid}").status_code == 404
    marigold.post(where, data={"beside_person": house.pike.uid})
    assert "Observer</span>" not in marigold.get(f"/occurrences/{house.date.uid}/cover").text
