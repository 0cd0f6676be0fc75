"""Two people kept apart: nothing that is proposed to one leads to the other, and who leads reads no name of theirs."""

from datetime import datetime, timedelta

import pytest

from groupsched.attendance.queries import makeup_dates
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.core.errors import NotFound
from groupsched.enrolment import queries, service
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import EnrolmentState
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-11-25T13:00:00+00:00")


@pytest.fixture
def house(world):
    """Jo is in the tea group that Ossian leads; Robin is kept apart from Jo, and asked for a group of which staff say no."""
    with clock.at(NOW):
        world.jo, world.robin = world.client("Jo", "Marmalade"), world.client("Robin")
        world.ossian = world.facilitator()
        world.tea = world.group("Tea", capacity=3, led_by=world.ossian)
        world.dates = world.series(world.tea, datetime(2026, 11, 27, 10), dates=4)
        world.enrol(world.tea, world.jo)
        world.keep_apart(world.robin, world.jo)
        yield world


def titles(groups):
    return [one.title for one in groups]


def test_no_other_idea_leads_where_the_other_is(house):
    closed = house.group("Asked", access="referral")
    house.series(closed, datetime(2026, 12, 4, 10), dates=2)
    house.ask(closed, house.robin)
    request = live_of(closed.id, house.robin.id)
    house.group("Coffee")
    assert titles(queries.other_ideas(request)) == ["Coffee"]


def test_nothing_that_makes_up_for_a_missed_date_leads_there(house):
    coffee = house.group("Coffee")
    house.series(coffee, datetime(2026, 11, 28, 10), dates=1)
    assert [one.group.title for one in makeup_dates(house.robin, None, NOW)] == ["Coffee"]
    assert "Tea" in [one.group.title for one in makeup_dates(house.client("Pia"), None, NOW)]


def test_a_proposal_passes_them_over_and_answers_as_it_does_of_anybody(house):
    pia = house.client("Pia")
    service.propose(identity_of(house.ossian), house.tea, [house.robin, pia])
    db.session.commit()
    assert live_of(house.tea.id, house.robin.id) is None
    assert live_of(house.tea.id, pia.id).is_proposal


# --- who leads, and is one of the two ---


@pytest.fixture
def led(house):
    """Pia, from whom Ossian is kept apart by now, waits for the full coffee group that he leads, and Xen for one date of it."""
    house.coffee = house.group("Coffee", capacity=1, led_by=house.ossian, line_mode="ask_first")
    house.mornings = house.series(house.coffee, datetime(2026, 12, 4, 10), dates=3)
    house.pia, house.xen = house.client("Pia", "Quince"), house.client("Xen", "Yarrow")
    house.dan = house.client("Dan")
    house.enrol(house.coffee, house.dan)
    house.enrol(house.coffee, house.pia)
    house.enrol(house.coffee, house.xen, dates=house.mornings[:1])
    house.keep_apart(house.ossian, house.pia)
    house.keep_apart(house.ossian, house.xen)
    return house


def test_a_lead_reads_on_no_page_who_waits_and_is_kept_apart_from_them(led, client):
    pages = [f"/groups/{led.coffee.uid}/{page}" for page in ("people", "waiting")]
    for page in pages:
        text = client.as_(led.ossian).get(page).text
        assert "Pia" not in text and "Xen" not in text, page
    for page in pages:
        text = client.as_(led.supervisor()).get(page).text
        assert "Pia" in text and "Xen" in text, page


def test_nor_do_they_answer_for_them_or_take_them_off_the_line(led, client):
    live = live_of(led.coffee.id, led.pia.id)
    with pytest.raises(NotFound):
        queries.get_enrolment(identity_of(led.ossian), live.uid)
    assert client.as_(led.ossian).get(f"/enrolments/{live.uid}/remove").status_code == 404
    assert queries.get_enrolment(identity_of(led.supervisor()), live.uid).state == EnrolmentState.WAITLISTED


def test_what_became_of_a_seat_names_nobody_of_theirs(led):
    service.leave(identity_of(led.dan), live_of(led.coffee.id, led.dan.id))
    db.session.commit()
    since = NOW - timedelta(days=1)

    def asked(who):
        return {
            one.enrolment.person.first_name for one in queries.offers_of(identity_of(who), led.coffee, since)
        }

    assert "Pia" in asked(led.supervisor())
    assert not {"Pia", "Xen"} & asked(led.ossian)


def test_whom_no_mail_reaches_is_told_by_others(led):
    zed = led.client("Zed")
    service.enrol(led.keeper(), led.coffee, zed)
    db.session.commit()

    def to_tell(who):
        return {one.person.first_name for one in queries.unreached(identity_of(who), led.coffee).waiting}

    assert to_tell(led.ossian) == {"Zed"}
    led.keep_apart(led.ossian, zed)
    assert to_tell(led.ossian) == set()
    assert to_tell(led.supervisor()) == {"Zed"}
