"""Why somebody in line is passed over, as it is: each reason by its own sentence; and whose offer is had no more at once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from groupsched.accounts.service import disable, enable
from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries import clearances_of, live_of, offer_of
from groupsched.enrolment.rules import PassedFor
from groupsched.outbox.models import Message
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
WEDNESDAY = datetime(2026, 12, 9, 14)
OUT = NOW + timedelta(minutes=10)


@pytest.fixture
def scene(world):
    """One seat on each of three Wednesdays of acupuncture, which Robin has; Hazel waits for all of them, then Indigo."""
    with clock.at(NOW - timedelta(days=2)):
        world.desk = world.front_desk()
        kind = world.modality("acupuncture")
        world.art = world.group("Art", capacity=1, line_mode="ask_first", modality=kind)
        world.circle = world.group("Circle")
        world.series(world.circle, datetime(2026, 12, 7, 18), dates=3)
        world.dates = world.series(world.art, WEDNESDAY, dates=3)
        for name in ("Robin", "Hazel", "Indigo"):
            person = world.client(name, email=f"{name.lower()}@example.org")
            setattr(world, name.lower(), person)
            service.note_clearance(identity_of(world.supervisor()), person, ClearanceKind.NEEDLES, None)
            world.enrol(world.circle, person)
            world.enrol(world.art, person)
    with clock.at(NOW):
        yield world


def leave(world, person=None):
    service.leave(identity_of(person or world.robin), live_of(world.art.id, (person or world.robin).id))
    db.session.commit()


def offers(state="open"):
    query = select(SeatOffer).join(SeatOffer.enrolment).where(SeatOffer.state == state).order_by(SeatOffer.id)
    return [one.enrolment.person.first_name for one in db.session.scalars(query)]


def passed_for(person):
    query = select(SeatOffer).join(SeatOffer.enrolment).order_by(SeatOffer.id)
    return [
        one.passed_for
        for one in db.session.scalars(query)
        if one.enrolment.person_id == person.id and one.state == "passed_over"
    ]


def proved():
    """Whether each seat that is taken is held by somebody, or kept for who was asked."""
    db.session.commit()
    return faults() == []


def told(person):
    waits = select(Message.kind).where(Message.person_id == person.id, Message.withdrawn_at.is_(None))
    return list(db.session.scalars(waits.order_by(Message.id)))


def page(world, client):
    return client.as_(world.desk).get(f"/groups/{world.art.uid}/waiting").text


def offer_to(world, person):
    return offer_of(live_of(world.art.id, person.id), clock.now(), out=False)


# --- why ---


def busy(world):
    other = world.group("Other")
    world.series(other, WEDNESDAY, dates=1)
    world.enrol(other, world.hazel)


def uncleared(world):
    service.end_clearance(world.keeper(), clearances_of(world.hazel.id)[0])


def alone(world):
    service.leave(identity_of(world.hazel), live_of(world.circle.id, world.hazel.id))


def apart(world):
    world.keep_apart(world.hazel, world.art.facilitators[0].person)


def off(world):
    disable(identity_of(world.desk), world.hazel)


REASONS = {
    PassedFor.CLASH: (busy, "9 Dec does not fit. They were told.", True),
    PassedFor.CLEARANCE: (uncleared, "A clearance is missing. They were not told.", False),
    PassedFor.ADDS_ONLY: (alone, "They have no other care beside it. They were not told.", False),
    PassedFor.APART: (apart, "Ask the supervisor. They were not told.", False),
    PassedFor.ACCOUNT: (off, "Their account is off. They were not told.", False),
}


@pytest.mark.parametrize("why", list(REASONS))
def test_each_reason_has_its_own_sentence_and_says_whether_they_were_told(scene, client, why):
    make, words, heard = REASONS[why]
    make(scene)
    db.session.commit()
    leave(scene)
    assert offers() == ["Indigo"]
    assert passed_for(scene.hazel) == [why]
    assert ("passed_over" in told(scene.hazel)) is heard
    text = " ".join(page(scene, client).split())
    assert words in text
    assert [
        other for reason, (_make, other, _heard) in REASONS.items() if reason is not why and other in text
    ] == []
    assert proved()


def test_too_late_to_write_reads_as_that(scene, client):
    with clock.at(datetime.fromisoformat("2026-12-23T12:30:00-05:00")):
        leave(scene)
        assert passed_for(scene.hazel) == [PassedFor.TOO_LATE]
        assert "It is too late to write to them: please call." in page(scene, client)


# --- whose account is off ---


def test_an_open_offer_of_an_account_that_is_turned_off_goes_on_at_once(scene):
    leave(scene)
    assert offers() == ["Hazel"]
    with clock.at(OUT):
        off(scene)
        db.session.commit()
        assert offers() == ["Indigo"]
        assert offers("withdrawn") == ["Hazel"]
        assert not {"offer_gone", "offer_expired", "offer_series"} & set(told(scene.hazel))
        assert proved()


def test_they_keep_their_place_and_are_asked_again_once_it_is_on(scene):
    off(scene)
    db.session.commit()
    leave(scene)
    service.decline_offer(identity_of(scene.indigo), offer_to(scene, scene.indigo))
    db.session.commit()
    assert offers() == []
    enable(identity_of(scene.desk), scene.hazel)
    db.session.commit()
    assert offers() == ["Hazel"]
    assert proved()


# --- a yes that came late, and was had all the same ---


def test_who_has_the_seat_by_a_late_yes_is_not_told_that_the_time_is_over(scene, client):
    service.leave(identity_of(scene.indigo), live_of(scene.art.id, scene.indigo.id))
    leave(scene)
    uid = offer_to(scene, scene.hazel).uid
    with clock.at(offer_to(scene, scene.hazel).until_at + timedelta(minutes=1)):
        client.as_(scene.hazel).post(f"/offers/{uid}", data={"answer": "yes"})
        assert live_of(scene.art.id, scene.hazel.id).state == "active"
        assert "offer_expired" not in told(scene.hazel)


def test_nor_is_who_takes_one_date_by_itself(scene):
    for person in (scene.hazel, scene.indigo):
        service.leave(identity_of(person), live_of(scene.art.id, person.id))
    first = scene.dates[0]
    service.enrol(
        identity_of(scene.hazel), scene.art, scene.hazel, mode="dates", occurrences=[first, scene.dates[1]]
    )
    service.cannot_come(identity_of(scene.robin), first, scene.robin)
    service.cannot_come(identity_of(scene.robin), scene.dates[1], scene.robin)
    db.session.commit()
    assert offers() == ["Hazel", "Hazel"]
    with clock.at(offer_to(scene, scene.hazel).until_at + timedelta(minutes=1)):
        done = service.enrol(
            identity_of(scene.hazel), scene.art, scene.hazel, mode="dates", occurrences=[first]
        )
        db.session.commit()
        assert done.enrolment.state == "active"
        assert told(scene.hazel).count("offer_expired") == 1, "of the other date it is still true"
