"""Somebody asks to be called now: who is told, how it climbs, and that it never stops by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from groupsched.access.policy import Permission, can
from groupsched.care import queries, service
from groupsched.care.models import CallRequest
from groupsched.care.rules import Turn, ladder, on_duty, told_after, told_at
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import Conflict, DomainError, NotFound
from groupsched.operations.worker import round_of_work
from groupsched.outbox.models import Message
from groupsched.questionnaires.queries import questionnaires
from groupsched.questionnaires.service import publish_draft
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime(2026, 11, 25, 20, 59, tzinfo=UTC)  # a Wednesday, 15:59 by the clock of the site
WEDNESDAY, ALL_DAY = 2, (0, 1439)


@kept(at=NOW, still=True)
def house(world):
    return {
        "robin": world.client(phone="+1 202 555 0111", email="robin@example.org"),
        "pike": world.facilitator("Pike", "Mockridge", email="pike@example.org"),
        "fern": world.facilitator("Fern", "Placeholder", email="fern@example.org"),
        "ivy": world.supervisor("Ivy", email="ivy@example.org"),
        "desk": world.front_desk(email="desk@example.org"),
        "site": world.site,
        "world": world,
    }


def on_the_list(house, *names, hours=ALL_DAY):
    turns = [Turn(house[name].id, WEDNESDAY, *hours) for name in names]
    service.set_duty(identity_of(house["ivy"]), house["site"], turns)
    db.session.commit()


def asks(house, phone="+1 202 555 0111"):
    row = service.ask_for_call(identity_of(house["robin"]), phone)
    db.session.commit()
    return row


def told(row):
    """Who was told, rung by rung."""
    db.session.refresh(row)
    db.session.expire(row, ["told"])
    rungs = {}
    for one in row.told:
        rungs.setdefault(one.rung, set()).add(one.person.first_name)
    return [rungs[number] for number in sorted(rungs)]


def later(minutes):
    with clock.at(NOW + timedelta(minutes=minutes)):
        climbed = service.climb_calls(clock.now())
    db.session.commit()
    return climbed


# --- rules ---


@pytest.mark.parametrize(
    ("turn", "day", "hour", "holds"),
    [
        (Turn(1, 2, 540, 1020), 25, 9, True),
        (Turn(1, 2, 540, 1020), 25, 17, False),
        (Turn(1, 2, 540, 1020), 26, 9, False),
        (Turn(1, 2, 1380, 420), 25, 23, True),
        (Turn(1, 2, 1380, 420), 26, 6, True),
        (Turn(1, 2, 1380, 420), 26, 7, False),
        (Turn(1, 2, 1380, 420), 25, 6, False),
        (Turn(1, 6, 1380, 420), 30, 3, True),
    ],
)
def test_a_turn_holds_in_its_hours_also_past_midnight(turn, day, hour, holds):
    assert turn.holds(datetime(2026, 11, day, hour)) is holds


@given(
    st.lists(st.integers(1, 5), max_size=4, unique=True), st.frozensets(st.integers(1, 7)), st.frozensets(st.integers(1, 7)),
    st.integers(0, 7), st.integers(0, 30),
)  # fmt: skip
def test_it_climbs_to_everybody_and_starts_again_and_never_to_who_asks(duty, desk, supervisors, asks_, rung):
    rungs = ladder(duty, desk, supervisors, asks_)
    everybody = (set(duty) or desk) | supervisors
    assert set().union(*rungs) == everybody - {asks_}
    assert all(rungs)
    assert asks_ not in told_at(rungs, rung)
    if rung >= len(rungs):
        assert told_at(rungs, rung) == everybody - {asks_}, "it does not stop by itself"
    if duty and duty[0] != asks_:
        assert told_at(rungs, 0) == {duty[0]}


def test_who_is_on_duty_twice_is_told_once():
    turns = [Turn(1, 2, *ALL_DAY), Turn(2, 2, *ALL_DAY), Turn(1, 2, 600, 700)]
    assert on_duty(turns, datetime(2026, 11, 25, 11)) == [1, 2]


# --- verbs ---


def test_the_person_on_duty_is_told_at_once_then_the_next_then_supervisors_then_all_again(house):
    on_the_list(house, "pike", "fern")
    row = asks(house)
    assert told(row) == [{"Pike"}]
    assert later(4) == 0
    assert [later(minutes) for minutes in (5, 10, 15, 20)] == [1, 1, 1, 1]
    assert told(row) == [{"Pike"}, {"Fern"}, {"Ivy"}, {"Pike", "Fern", "Ivy"}, {"Pike", "Fern", "Ivy"}]


def test_with_nobody_on_duty_the_desk_is_told_then_every_supervisor(house):
    on_the_list(house, "pike", hours=(0, 60))
    row = asks(house)
    later(5)
    assert told(row) == [{"Wren"}, {"Ivy"}]


def test_who_left_staff_is_on_duty_no_more(house):
    on_the_list(house, "pike")
    house["pike"].grants[0].until_at = NOW - timedelta(minutes=1)
    db.session.commit()
    assert told(asks(house)) == [{"Wren"}]


def test_the_message_names_nobody_and_goes_out_whatever_they_chose(house):
    on_the_list(house, "pike")
    row = asks(house)
    [mail] = db.session.scalars(select(Message).where(Message.kind == "staff_call_now"))
    assert (mail.person_id, mail.due_at) == (house["pike"].id, NOW)
    assert str(mail.fields["link"]).endswith(f"/calls-now/{row.uid}")
    assert set(mail.fields) == {"link"}


def test_the_worker_lets_calls_climb(house):
    row = asks(house)
    with clock.at(NOW + timedelta(minutes=6)):
        round_of_work()
    assert len(told(row)) == 2


def test_asking_again_is_the_same_call_at_another_number(house):
    row = asks(house)
    assert asks(house, "202 555 0177") is row
    assert row.phone == "202 555 0177"
    assert len(told(row)) == 1
    with pytest.raises(DomainError):
        asks(house, "call me")


def test_one_takes_it_and_nobody_else_is_told_or_takes_it_too(house):
    on_the_list(house, "pike", "fern")
    row = asks(house)
    later(5)
    service.take_call(identity_of(house["pike"]), row)
    service.take_call(identity_of(house["pike"]), row)
    with pytest.raises(Conflict):
        service.take_call(identity_of(house["fern"]), row)
    assert later(30) == 0
    with pytest.raises(Conflict):
        service.withdraw_call(identity_of(house["robin"]), row)
    service.finish_call(identity_of(house["pike"]), row, reached=True)
    assert row.done_at is not None
    db.session.commit()
    assert asks(house) is not row, "one can ask again"


def test_who_was_not_reached_is_for_the_next_ones_at_once(house):
    on_the_list(house, "pike", "fern")
    row = asks(house)
    service.take_call(identity_of(house["pike"]), row)
    with pytest.raises(Conflict):
        service.finish_call(identity_of(house["ivy"]), row, reached=True)
    service.finish_call(identity_of(house["pike"]), row, reached=False)
    assert told(row) == [{"Pike"}, {"Fern"}]
    assert row.waits


def test_no_call_came_and_the_person_asks_the_next(house):
    on_the_list(house, "pike", "fern")
    row = asks(house)
    service.take_call(identity_of(house["pike"]), row)
    with pytest.raises(NotFound):
        service.ask_the_next(identity_of(house["ivy"]), row)
    with pytest.raises(Conflict, match="give them a minute"):
        service.ask_the_next(identity_of(house["robin"]), row)
    with clock.at(NOW + timedelta(minutes=1)):
        service.ask_the_next(identity_of(house["robin"]), row)
        with pytest.raises(Conflict, match="give them a minute"):
            service.ask_the_next(identity_of(house["robin"]), row)
    assert told(row) == [{"Pike"}, {"Fern"}]


@pytest.mark.on_sqlite
def test_a_call_that_was_taken_back_says_so_to_who_was_told_and_can_be_asked_for_again(house, client):
    on_the_list(house, "pike")
    row = asks(house)
    pike, robin = client.as_(house["pike"]), client.as_(house["robin"])
    assert "It climbs until somebody has taken it" in pike.get(f"/calls-now/{row.uid}").text
    robin.post(f"/my/call/{row.uid}/take-back")
    page = pike.get(f"/calls-now/{row.uid}").text
    assert "took it back at 3:59" in page or "took it back at 15:59" in page
    for words in ("It climbs", "every five minutes", "asks for a call now"):
        assert words not in page
    mine = robin.get(f"/my/call/{row.uid}").text
    assert "emergency number of your country" in mine
    assert f'name="phone" value="{row.phone}"' in mine
    again = robin.post("/my/call", data={"phone": row.phone}).headers["Location"]
    assert row.uid not in again


def test_the_person_takes_it_back_as_long_as_nobody_has_it(house):
    row = asks(house)
    with pytest.raises(NotFound):
        service.withdraw_call(identity_of(house["desk"]), row)
    service.withdraw_call(identity_of(house["robin"]), row)
    db.session.commit()
    assert later(30) == 0
    with pytest.raises(Conflict):
        service.take_call(identity_of(house["ivy"]), row)


def test_what_sql_shows_of_calls_is_what_may_be_taken(house, world):
    on_the_list(house, "pike")
    rows = [asks(house)]
    other = world.client("Holly", "Kettle")
    rows.append(service.ask_for_call(identity_of(other), "555 0100"))
    later(5)
    strangers = [world.another_program().supervisor("Quay", "Keeper"), world.admin(), other, house["robin"]]
    people = [house[name] for name in ("pike", "fern", "ivy", "desk")] + strangers
    for person in people:
        identity = identity_of(person)
        allowed = {row.id for row in rows if can(identity, Permission.CALL_TAKE, queries.call_facts(row))}
        assert (
            set(db.session.scalars(select(CallRequest.id).where(queries.calls_told(identity)))) == allowed
        ), person.name


@pytest.mark.on_sqlite
@pytest.mark.parametrize("who", ["pike", "desk", "robin"])
def test_only_a_supervisor_keeps_the_list_of_duty(house, who):
    with pytest.raises(NotFound):
        service.set_duty(identity_of(house[who]), house["site"], [])
    with pytest.raises(DomainError):
        service.set_duty(identity_of(house["ivy"]), house["site"], [Turn(house["robin"].id, 0, *ALL_DAY)])


# --- pages ---


@pytest.mark.on_sqlite
def test_from_the_wish_to_the_call_on_the_pages_of_both(house, client):
    on_the_list(house, "pike")
    robin, pike = client.as_(house["robin"]), client.as_(house["pike"])
    mine = robin.post("/my/call", data={"phone": "+1 202 555 0111"}).headers["Location"]
    page = robin.get(mine).text
    assert "Your request is with: Pike." in page
    assert "Somebody asks to be called now" in pike.get("/today").text
    assert "Robin T." in pike.get("/calls-now").text
    theirs = mine.replace("/my/call/", "/calls-now/")
    assert "I take it, and call" in pike.get(theirs).text
    pike.post(f"{theirs}/take")
    assert "Pike calls you now" in robin.get(mine).text
    assert "Somebody asks to be called now" not in pike.get("/today").text
    assert 'href="tel:+12025550111"' in pike.get(theirs).text
    pike.post(f"{theirs}/finish", data={"reached": "yes"})
    assert "This call is over." in robin.get(mine).text
    for who in ("fern", "desk"):
        assert client.as_(house[who]).get(theirs).status_code == 404
    assert client.as_(house["pike"]).get(mine).status_code == 404


@pytest.mark.on_sqlite
def test_after_a_quarter_of_an_hour_the_page_says_that_nobody_has_taken_it_with_the_numbers(house, client):
    house["site"].emergency_number, house["site"].crisis_number = "911", "988"
    db.session.commit()
    robin = client.as_(house["robin"])
    mine = robin.post("/my/call", data={"phone": "555 0111"}).headers["Location"]
    with clock.at(NOW + timedelta(minutes=14)):
        assert "Nobody has taken it yet" not in robin.get(mine).text
    with clock.at(NOW + timedelta(minutes=15)):
        page = robin.get(mine, headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert page.index("Nobody has taken it yet") < page.index('href="tel:988"') < page.index('href="tel:911"')


@pytest.mark.on_sqlite
def test_the_way_back_to_an_open_call_stands_on_the_week_and_among_the_forms(house, client, world):
    house["robin"].phone = "+1 202 555 0111"
    form = next(one for one in questionnaires(world.program.id) if one.key == "after-check-in")
    publish_draft(identity_of(world.supervisor("Iris")), form)
    db.session.commit()
    robin = client.as_(house["robin"])
    address = robin.post(f"/my/forms/{form.uid}/begin").headers["Location"]
    part = re.search(rf'href="{address}/([^"/]+)"', robin.get(address).text)[1]
    robin.post(f"{address}/{part}", data={"asked": "safety", "a-safety": "often_or_now"})
    assert 'value="+1 202 555 0111"' in robin.get(f"{address}/{part}").text, "the known number stands there"
    mine = robin.post("/my/call", data={"phone": "555 0111"}).headers["Location"]
    assert robin.post("/my/call", data={"phone": "555 0112"}).headers["Location"] == mine
    week = robin.get("/my").text
    assert week.index(mine) < week.index('href="/sessions"', week.index("<main")), "before everything else"
    for page in ("/my/forms", address, f"{address}/{part}"):
        shown = robin.get(page).text
        assert shown.count(f'href="{mine}"') == 1
        assert 'action="/my/call"' not in shown
    robin.post(f"{mine}/take-back")
    for page in ("/my", "/my/forms", address):
        assert mine not in robin.get(page).text
    assert 'action="/my/call"' in robin.get(f"{address}/{part}").text


@pytest.mark.on_sqlite
def test_the_person_takes_it_back_or_asks_the_next_on_their_page(house, client):
    on_the_list(house, "pike", "fern")
    robin = client.as_(house["robin"])
    mine = robin.post("/my/call", data={"phone": "555 0111"}).headers["Location"]
    service.take_call(identity_of(house["pike"]), queries.open_call_of(house["robin"].id))
    db.session.commit()
    assert "give them a minute" in robin.post(f"{mine}/next", follow_redirects=True).text
    with clock.at(NOW + timedelta(minutes=1)):
        robin.post(f"{mine}/next")
    assert "Your request is with: Pike, Fern." in robin.get(mine).text
    robin.post(f"{mine}/take-back")
    assert "You took it back. Nobody calls." in robin.get(mine).text
    assert robin.post("/my/call", data={"phone": ""}).status_code == 422


@pytest.mark.on_sqlite
def test_a_supervisor_keeps_the_list_of_duty(house, client):
    ivy, address = client.as_(house["ivy"]), f"/on-duty/{house['site'].uid}"
    turn = {"person": house["pike"].uid, "weekday": "2", "begins": "22:00", "ends": "07:00"}
    ivy.post(address, data=turn)
    page = ivy.get("/on-duty").text
    assert "Pike Mockridge" in page
    assert "22:00–07:00</span>, until the next day" in page
    for wrong in ({"begins": "25:00"}, {"ends": "7"}, {"weekday": "9"}, {"person": house["robin"].uid}):
        assert ivy.post(address, data=turn | wrong).status_code == 422
    [row] = queries.duty_turns(house["site"])
    ivy.post(address, data={"off": row.uid})
    assert "Nobody is on the list yet." in ivy.get("/on-duty").text
    assert client.as_(house["pike"]).get("/on-duty").status_code in (403, 404)


@pytest.mark.on_sqlite
def test_the_person_reads_that_somebody_rang_and_did_not_reach_them(house, client):
    on_the_list(house, "pike", "fern")
    robin, pike = client.as_(house["robin"]), client.as_(house["pike"])
    mine = robin.post("/my/call", data={"phone": "+1 202 555 0111"}).headers["Location"]
    theirs = mine.replace("/my/call/", "/calls-now/")
    with clock.at(NOW + timedelta(minutes=2)):
        pike.post(f"{theirs}/take")
    with clock.at(NOW + timedelta(minutes=3)):
        pike.post(f"{theirs}/finish", data={"reached": "no"})
        page = robin.get(mine).text
        assert "Somebody rang at 16:02 and did not reach you" in page
        assert (
            page.index("Message to Pike.") < page.index("nobody picked up.") < page.index("Message to Fern.")
        )
        assert "Somebody rang at 16:02" in client.as_(house["fern"]).get(theirs).text
        assert "did not reach you. It goes on" in robin.get("/my").text
    with clock.at(NOW + timedelta(minutes=19)):
        page = robin.get(mine).text
    # A quarter of an hour after that, with the numbers, and it is still true that somebody rang.
    assert "Somebody rang at 16:02" in page and "Nobody has taken it yet" not in page
    assert "told to more people every five minutes" in page


def test_who_rang_in_vain_is_not_the_first_to_be_told_again(house):
    on_the_list(house, "pike")
    row = asks(house)
    for minutes in (5, 10):
        later(minutes)
    with clock.at(NOW + timedelta(minutes=11)):
        service.take_call(identity_of(house["ivy"]), row)
        service.finish_call(identity_of(house["ivy"]), row, reached=False)
    db.session.commit()
    assert told(row)[-1] == {"Pike"}
    later(16)
    assert told(row)[-1] == {"Pike", "Ivy"}


@given(
    rungs=st.lists(st.frozensets(st.integers(1, 5), min_size=1, max_size=3), min_size=1, max_size=4),
    rung=st.integers(0, 6), but=st.integers(1, 5),
)  # fmt: skip
def test_after_a_call_in_vain_somebody_is_told_and_others_first(rungs, rung, but):
    number, people = told_after(rungs, rung, but)
    everybody = frozenset().union(*rungs)
    assert number >= rung and people <= everybody
    assert people and (but not in people or everybody == {but})


def waiting_mails(row):
    query = select(Message).where(Message.about == f"call/{row.uid}", Message.withdrawn_at.is_(None))
    return len(db.session.scalars(query).all())


@pytest.mark.parametrize("over", ["taken back", "taken"])
def test_a_message_of_a_call_that_is_no_news_any_more_does_not_go_out(house, over):
    on_the_list(house, "pike", "fern")
    row = asks(house)
    assert waiting_mails(row) == 1
    if over == "taken":
        service.take_call(identity_of(house["pike"]), row)
    else:
        service.withdraw_call(identity_of(house["robin"]), row)
    db.session.commit()
    assert waiting_mails(row) == 0
    round_of_work()
    assert db.session.scalars(select(Message.state)).all() == ["skipped"]


@pytest.mark.on_sqlite
def test_the_week_says_for_how_long_nobody_has_taken_it_and_the_numbers_after_a_quarter_of_an_hour(
    house, client
):
    house["site"].emergency_number, house["site"].crisis_number = "911", "988"
    db.session.commit()
    robin = client.as_(house["robin"])
    robin.post("/my/call", data={"phone": "555 0111"})
    with clock.at(NOW + timedelta(minutes=14)):
        page = robin.get("/my").text.partition("<footer")[0]
    assert "Nobody has taken it for 14 minutes." in page and "to talk, at any hour" not in page
    with clock.at(NOW + timedelta(minutes=15)):
        page = robin.get("/my").text
    assert "Nobody has taken it for 15 minutes." in page and "to talk, at any hour" in page


@pytest.mark.on_sqlite
def test_without_a_number_the_form_comes_again_with_whom_to_call(house, client):
    house["site"].emergency_number, house["site"].crisis_number = "911", "988"
    db.session.commit()
    answer = client.as_(house["robin"]).post("/my/call", data={"phone": "12"})
    assert answer.status_code == 422
    main = answer.text.partition("<main")[2].partition("</main")[0]
    assert "Write the number to call." in main and 'value="12"' in main and 'action="/my/call"' in main
    assert main.index('href="tel:988"') < main.index('href="tel:911"') < main.index("Write the number")
