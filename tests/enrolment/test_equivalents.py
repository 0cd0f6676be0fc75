"""A secular group beside a faith-based one and the other way round; that it was shown is a row, to read and to print."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from groupsched.catalog.service import pair_group
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import DomainError, NotFound
from groupsched.enrolment import queries, service
from groupsched.enrolment.models import EquivalentShown
from groupsched.enrolment.rules import ShownAt
from tests.conftest import identity_of
from tests.kept import kept

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")  # Wednesday, 08:00 at the house


@pytest.fixture(autouse=True)
def _still():
    with clock.at(NOW):
        yield


@kept
def house(world):
    """A faith-based group on Thursday evening; secular ones on Friday evening, Saturday evening and Thursday morning."""
    world.robin = world.client()
    world.faith = world.group("Reflection", orientation="faith", access="open")
    world.thursday = world.series(world.faith, datetime(2026, 11, 26, 18), dates=3)[0]
    for name, start in {
        "friday": datetime(2026, 11, 27, 18), "weekend": datetime(2026, 11, 28, 18), "morning": datetime(2026, 11, 26, 9),
    }.items():  # fmt: skip
        setattr(world, name, world.group(name.title(), orientation="secular", capacity=2))
        world.series(getattr(world, name), start, dates=3)
    return world


def beside(house, one, **said):
    found = queries.beside(identity_of(house.robin), one, clock.now(), **said)
    return found.group.title if found else None


def rows():
    return list(db.session.scalars(select(EquivalentShown).order_by(EquivalentShown.id)))


def test_beside_it_stands_the_nearest_of_the_same_kind_in_the_same_part_of_a_like_day_with_a_seat(house):
    assert beside(house, house.thursday) == "Friday"
    house.fill(house.friday)
    assert beside(house, house.thursday) is None, "a weekend and a morning are not like it"


def test_another_kind_of_session_is_not_like_it(house):
    house.friday.modality = house.modality("yoga", kind="movement")
    db.session.commit()
    assert beside(house, house.thursday) is None


def test_the_other_way_round_but_never_for_who_wants_no_faith(house):
    one = queries.dates_ahead(house.friday)[0]
    assert beside(house, one) == "Reflection"
    assert beside(house, one, no_faith=True) is None
    assert beside(house, house.thursday, no_faith=True) == "Friday"


def test_an_admin_pairs_by_hand_and_takes_it_back(house, client):
    browser = client.as_(house.admin())
    page = browser.get("/equivalents").text
    assert "Beside Reflection" in page and "What is like it" in page
    browser.post(f"/equivalents/{house.faith.uid}", data={"secular": house.weekend.uid})
    db.session.expire_all()
    assert beside(house, house.thursday) == "Weekend"
    assert beside(house, queries.dates_ahead(house.weekend)[0]) == "Reflection"
    browser.post(f"/equivalents/{house.faith.uid}", data={"secular": ""})
    db.session.expire_all()
    assert beside(house, house.thursday) == "Friday"


@pytest.mark.on_sqlite
def test_a_pair_by_hand_keeps_the_wish_for_no_faith_and_leads_to_no_date_that_is_over(house, client):
    pair_group(identity_of(house.admin()), house.faith, house.weekend)
    db.session.commit()
    browser = client.as_(house.robin)
    assert "Like this, faith-based:" in browser.get("/sessions").text
    browser.post("/my/suggestions/faith", data={"no_faith": "y"})
    page = browser.get("/sessions").text
    assert "Like this, secular:" in page
    assert "Like this, faith-based:" not in page
    with clock.at(house.thursday.start + timedelta(hours=2)):
        found = queries.beside(
            identity_of(house.client("Ash")), queries.dates_ahead(house.weekend)[0], clock.now()
        )
        assert found.start > clock.now(), "Thursday's is over"


def test_only_a_faith_based_and_a_secular_group_of_one_program_are_a_pair(house):
    by = identity_of(house.admin())
    quay = house.another_program()
    theirs = quay.group("Quay circle", orientation="secular")
    for group, other in ((house.friday, house.weekend), (house.faith, house.faith), (house.faith, theirs)):
        with pytest.raises(DomainError):
            pair_group(by, group, other)
    with pytest.raises(NotFound):
        pair_group(identity_of(house.front_desk()), house.faith, house.friday)


@pytest.mark.on_sqlite
def test_who_may_not_pair_gets_no_page_of_it(house, client):
    for person in (house.robin, house.facilitator(), house.front_desk()):
        assert client.as_(person).get("/equivalents").status_code in (403, 404)
        sent = client.as_(person).post(f"/equivalents/{house.faith.uid}", data={"secular": house.friday.uid})
        assert sent.status_code in (403, 404)


def test_joining_a_faith_based_group_writes_down_what_stood_beside_it_with_the_notice_of_that_day(
    house, client
):
    house.program.texts = {"en": {"notice": "You may choose another provider."}}
    db.session.commit()
    client.as_(house.robin).post(
        f"/sessions/{house.faith.uid}/join", data={"what": "date", "date": house.thursday.original_local}
    )
    (row,) = rows()
    assert (row.person_id, row.occasion, row.shown_at) == (house.robin.id, ShownAt.JOINING, NOW)
    assert (row.faith_id, row.secular_id) == (house.faith.id, house.friday.id)
    assert (row.faith_title, row.secular_title) == ("Reflection", "Friday")
    house.program.texts = {"en": {"notice": "Another text."}}
    db.session.commit()
    assert rows()[0].notice == "You may choose another provider."


def test_joining_what_has_nothing_beside_it_or_is_secular_writes_nothing(house, client):
    client.as_(house.robin).post(f"/sessions/{house.friday.uid}/join", data={"what": "whole"})
    house.fill(house.friday)
    client.as_(house.robin).post(f"/sessions/{house.faith.uid}/join", data={"what": "whole"})
    assert rows() == []


def test_comparing_them_is_written_down_once_a_day(house, client):
    address = f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}"
    browser = client.as_(house.robin)
    page = browser.get(address).text
    assert "We keep a note of that." in page and "/sessions/shown" in page
    browser.get(address)
    (row,) = rows()
    assert (row.person_id, row.occasion) == (house.robin.id, ShownAt.COMPARING)
    with clock.at(NOW + timedelta(days=1)):
        client.as_(house.robin).get(address)
    assert [row.day.isoformat() for row in rows()] == ["2026-11-25", "2026-11-26"]


def test_of_staff_of_visitors_and_of_one_belief_alone_nothing_is_written(house, client):
    address = f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}"
    assert "We keep a note" not in client.get(address).text
    assert "We keep a note" not in client.as_(house.facilitator()).get(address).text
    alike = f"/sessions/compare?with={house.weekend.uid}&with={house.friday.uid}"
    assert "It is your choice" not in client.as_(house.robin).get(alike).text
    assert rows() == []


@pytest.mark.on_sqlite
def test_one_reads_and_prints_ones_own_record_alone(house, client):
    client.as_(house.robin).get(f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}")
    page = client.as_(house.robin).get("/sessions/shown").text
    assert "Faith-based: Reflection. Secular: Friday." in page and "data-print" in page
    hazel = client.as_(house.client("Hazel")).get("/sessions/shown").text
    assert "Reflection" not in hazel and "Nothing is noted yet." in hazel


@pytest.mark.on_sqlite
def test_a_supervisor_reads_the_record_of_the_program_and_that_is_written_down(house, client):
    client.as_(house.robin).get(f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}")
    quay = house.another_program()
    page = client.as_(house.supervisor()).get("/equivalents/record").text
    assert house.robin.name in page and "Reflection" in page and "data-print" in page
    assert "Nothing is noted" in client.as_(house.supervisor()).get("/equivalents/record?to=2026-11-01").text
    assert house.robin.name not in client.as_(quay.supervisor()).get("/equivalents/record").text
    for person in (house.robin, house.facilitator(), house.front_desk()):
        assert client.as_(person).get("/equivalents/record").status_code in (403, 404)


@pytest.mark.on_sqlite
def test_the_notice_is_written_under_program_and_stands_where_both_are_shown(house, client):
    admin = client.as_(house.admin())
    page = admin.get("/catalog/program").text
    assert 'name="notice_en"' in page and 'name="notice_es"' in page
    house.program.texts = {"en": {"notice": "You may choose another provider."}}
    db.session.commit()
    address = f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}"
    assert "You may choose another provider." in client.as_(house.robin).get(address).text


def propose_faith(house):
    leader = house.facilitator()
    leads = house.group("Evening prayer", led_by=leader, orientation="faith", access="open")
    house.series(leads, datetime(2026, 11, 26, 18), dates=3)
    service.propose(identity_of(leader), leads, [house.robin])
    db.session.commit()
    return leads


def test_saying_yes_to_a_proposal_writes_down_what_stood_beside_it_on_ones_week_and_on_its_page(
    house, client
):
    group = propose_faith(house)
    browser = client.as_(house.robin)
    assert "Like this, secular:" in browser.get("/my").text
    assert "A secular group like this" in browser.get(f"/sessions/{group.uid}").text
    browser.post(f"/sessions/{group.uid}/proposal", data={"answer": "yes"})
    (row,) = rows()
    assert (row.person_id, row.occasion) == (house.robin.id, ShownAt.PROPOSED)
    assert (row.faith_title, row.secular_title) == ("Evening prayer", "Friday")


def test_saying_no_thanks_writes_nothing(house, client):
    group = propose_faith(house)
    client.as_(house.robin).post(f"/sessions/{group.uid}/proposal", data={"answer": "no"})
    assert rows() == []


def test_changing_into_a_faith_based_group_shows_a_secular_one_and_writes_it_down(house, client):
    mine = house.enrol(house.weekend, house.robin)[0]
    browser = client.as_(house.robin)
    page = browser.get(f"/sessions/{house.faith.uid}/switch").text
    assert "A secular group like this" in page and "Friday" in page
    browser.post(f"/sessions/{house.faith.uid}/switch", data={"from": mine.uid})
    (row,) = rows()
    assert (row.person_id, row.occasion) == (house.robin.id, ShownAt.SWITCHING)


def test_staff_who_enrol_read_what_to_say_and_it_is_written_down_for_the_person(house, client):
    desk = client.as_(house.front_desk())
    page = desk.get(f"/groups/{house.faith.uid}/enrol").text
    assert "A secular group like this" in page and "Please say so to whoever you bring." in page
    desk.post(f"/groups/{house.faith.uid}/enrol", data={"act": "enrol", "people": house.robin.uid})
    (row,) = rows()
    assert (row.person_id, row.occasion) == (house.robin.id, ShownAt.BY_STAFF)
    desk.post(f"/groups/{house.faith.uid}/enrol", data={"act": "enrol", "people": house.robin.uid})
    assert len(rows()) == 1, "who is in already comes into nothing"


def test_so_it_is_from_the_persons_page_and_where_they_change_groups_with_staff(house, client):
    hazel = house.client("Hazel")
    desk = client.as_(house.supervisor())
    sent = desk.post(f"/people/{hazel.uid}/groups", data={"group": house.faith.uid}, follow_redirects=True)
    assert "A secular group like it: Friday." in sent.text
    mine = house.enrol(house.weekend, house.robin)[0]
    page = desk.get(f"/enrolments/{mine.uid}/switch?into={house.faith.uid}").text
    assert "Please say so to whoever you bring." in page
    desk.post(f"/enrolments/{mine.uid}/switch", data={"into": house.faith.uid})
    assert [(row.person_id, row.occasion) for row in rows()] == [
        (hazel.id, ShownAt.BY_STAFF),
        (house.robin.id, ShownAt.BY_STAFF),
    ]


def test_comparing_twice_at_once_answers_both_and_leaves_one_row(app, house):
    address = f"/sessions/compare?with={house.faith.uid}&with={house.friday.uid}&with={house.weekend.uid}"
    turned = f"/sessions/compare?with={house.weekend.uid}&with={house.friday.uid}&with={house.faith.uid}"
    person = house.robin.id
    db.session.remove()
    start = Barrier(8)

    def look(which):
        browser = app.test_client()
        browser.environ_base["test.person"] = person
        start.wait()
        return browser.get(which).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(look, [address, turned] * 4)) == [200] * 8
    assert len(rows()) == 2
