"""Two who are kept apart press at the same moment: one of them has a seat there, whichever database; guests count like clients."""

import pytest
from sqlalchemy import func, select

from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import Enrolment, Guest
from groupsched.enrolment.queries import live_of
from groupsched.enrolment.rules import GuestRelation
from groupsched.schedule.models import Occurrence
from groupsched.upkeep.service import faults
from tests.conftest import identity_of
from tests.enrolment.test_race import all_at_once
from tests.factories import tomorrow_at

PAIRS = 6


def proved():
    db.session.commit()
    assert faults() == []


def test_of_each_pair_that_joins_at_once_one_is_in_and_the_other_asks(app, world):
    tea = world.group("Tea", capacity=4 * PAIRS)
    world.series(tea, tomorrow_at(10), dates=2)
    pairs = [(world.client("Robin", f"Teacup{n}"), world.client("Jo", f"Marmalade{n}")) for n in range(PAIRS)]
    for one, other in pairs:
        world.keep_apart(one, other)
    numbers, uid, group_id = [(one.id, other.id) for one, other in pairs], tea.uid, tea.id
    db.session.remove()
    people = [who for pair in numbers for who in pair]
    done = all_at_once(app, people, lambda b: b.post(f"/sessions/{uid}/join", data={"what": "whole"}))
    assert set(done) == {303}
    for pair in numbers:
        states = select(Enrolment.state).where(Enrolment.group_id == group_id, Enrolment.person_id.in_(pair))
        assert sorted(db.session.scalars(states)) == ["active", "requested"]
    proved()


@pytest.mark.parametrize("turn", range(3))
def test_a_guest_is_confirmed_or_the_other_one_is_in_never_both(app, world, turn):
    family = world.group("Family", capacity=10)
    dates = world.series(family, tomorrow_at(18), dates=1)
    jo, basil, desk = world.client("Jo", "Marmalade"), world.client("Basil"), world.front_desk()
    world.enrol(family, jo)
    world.guests(family)
    wish = service.GuestWish("Nan", GuestRelation.PARENT, dates, True, True)
    guest = service.ask_for_guest(identity_of(jo), family, jo, wish)
    world.keep_apart(guest.person, basil)
    db.session.commit()
    yes, join = f"/guests/{guest.uid}/answer", f"/sessions/{family.uid}/join"
    date, family_id, guest_id, basil_id, desk_id = dates[0].id, family.id, guest.id, basil.id, desk.id
    db.session.remove()

    def act(browser):
        if browser.environ_base["test.person"] == desk_id:
            return browser.post(yes, data={"answer": "yes", "asked_alone": "y", "agreed": "y"})
        return browser.post(join, data={"what": "whole"})

    all_at_once(app, [desk_id, basil_id] if turn % 2 else [basil_id, desk_id], act)
    there = live_of(family_id, basil_id)
    confirmed = db.session.scalar(select(Guest.state).where(Guest.id == guest_id)) == "comes"
    joined = there is not None and there.state == "active"
    assert confirmed != joined
    taken = db.session.scalar(select(func.sum(Occurrence.taken)).where(Occurrence.id == date))
    assert taken == 2
    assert clock.now() < db.session.get_one(Occurrence, date).start
    proved()
