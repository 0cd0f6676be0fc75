"""A seat that somebody may not have now: by whichever way they come, a sentence says why where they were, and nothing is lost."""

import re
from datetime import datetime, timedelta

import pytest

from groupsched.catalog.rules import ClearanceKind
from groupsched.core import clock
from groupsched.core.db import db
from groupsched.enrolment import service
from groupsched.enrolment.models import SeatOffer
from groupsched.enrolment.queries import clearances_of, live_of, offer_of, offers_by_phone, standings
from groupsched.enrolment.rules import EnrolmentState
from groupsched.upkeep.service import faults
from tests.conftest import identity_of

NOW = datetime.fromisoformat("2026-12-01T10:00:00-05:00")
OUT = NOW + timedelta(minutes=11)
LATE = datetime.fromisoformat("2026-12-09T12:30:00-05:00")
"""An hour and a half before the first date: too late to write."""


@pytest.fixture
def scene(world, call):
    """One seat on each of two Wednesdays of acupuncture, which Robin has; Hazel, who is in the circle too, has a clearance."""
    with clock.at(NOW - timedelta(days=2)):
        world.call, world.desk = call, world.front_desk()
        world.robin, world.hazel = world.client("Robin"), world.client("Hazel")
        world.circle, world.tea = world.group("Circle"), world.group("Tea")
        world.art = world.group(
            "Art", capacity=1, line_mode="ask_first", modality=world.modality("acupuncture")
        )
        world.series(world.circle, datetime(2026, 12, 7, 18), dates=3)
        world.series(world.tea, datetime(2026, 12, 8, 18), dates=3)
        world.dates = world.series(world.art, datetime(2026, 12, 9, 14), dates=2)
        for person in (world.robin, world.hazel):
            service.note_clearance(identity_of(world.desk), person, ClearanceKind.NEEDLES, None)
            world.enrol(world.circle, person)
        world.enrol(world.art, world.robin)
    return world


# --- what stands in the way ---


def no_clearance(world):
    for row in clearances_of(world.hazel.id):
        service.end_clearance(identity_of(world.desk), row)


def nothing_beside(world):
    service.leave(world.keeper(), live_of(world.circle.id, world.hazel.id))


def kept_apart(world):
    world.keep_apart(world.hazel, world.art.facilitators[0].person)


CLEARANCE = "Before needles, a clearance has to be on file."
ADDS = "This adds to other care and never replaces it."
ASK = "Ask the supervisor."
TRUE_TO_WHO_KEEPS_PAIRS = "Two people are kept apart today"
REASONS = {
    "clearance": (no_clearance, CLEARANCE),
    "adds only": (nothing_beside, ADDS),
    "apart": (kept_apart, ASK),
}


# --- ways in: what comes before, at which moment one tries, and how ---


def waits(world):
    world.enrol(world.art, world.hazel)


def is_asked(world):
    waits(world)
    service.leave(identity_of(world.robin), live_of(world.art.id, world.robin.id))


def seat_goes_late(world):
    world.enrol(world.art, world.hazel, dates=world.dates[:1])
    with clock.at(LATE):
        service.cannot_come(identity_of(world.robin), world.dates[0], world.robin)


def seats_are_free(world):
    service.leave(identity_of(world.robin), live_of(world.art.id, world.robin.id))


def asks(world):
    with clock.at(NOW - timedelta(days=1)):
        world.keep = world.group(
            "Ears", access="referral", modality=world.art.modality, led_by=world.art.facilitators[0].person
        )
        world.series(world.keep, datetime(2026, 12, 10, 14), dates=2)
        world.enrolment = world.ask(world.keep, world.hazel)


def is_proposed(world):
    seats_are_free(world)
    service.propose(identity_of(world.art.facilitators[0].person), world.art, [world.hazel])


def gave_one_back(world):
    seats_are_free(world)
    world.enrol(world.art, world.hazel)
    for date in world.dates:
        service.cannot_come(identity_of(world.hazel), date, world.hazel)


def has_another(world):
    seats_are_free(world)
    world.enrol(world.tea, world.hazel)


def offer(world):
    return offer_of(live_of(world.art.id, world.hazel.id), clock.now(), out=False)


def by_link(world, client):
    return client.as_(world.hazel).post(
        f"/offers/{offer(world).uid}", data={"answer": "yes"}, follow_redirects=True
    )


def by_the_desk(world, client):
    return client.as_(world.desk).post(
        f"/offers/{offer(world).uid}/answer", data={"answer": "yes"}, follow_redirects=True
    )


def by_phone(world, client):
    (number,) = offers_by_phone(world.art, clock.now())
    uid = db.session.get_one(SeatOffer, number).uid
    return client.as_(world.desk).post(f"/offers/{uid}/called", data={"answer": "yes"}, follow_redirects=True)


def by_interface(world, client):
    return world.call("POST", f"/enrolments/{live_of(world.art.id, world.hazel.id).uid}/offer/accept")


def joins(world, client):
    return client.as_(world.hazel).post(
        f"/sessions/{world.art.uid}/join", data={"what": "whole"}, follow_redirects=True
    )


def is_enrolled(world, client):
    data = {"people": [world.hazel.uid], "act": "enrol"}
    return client.as_(world.desk).post(f"/groups/{world.art.uid}/enrol", data=data)


def is_enrolled_by_interface(world, client):
    body = {"person_id": world.hazel.uid, "mode": "whole"}
    return world.call("POST", f"/groups/{world.art.uid}/enrolments", body)


def has_a_yes(world, client):
    return client.as_(world.desk).post(
        f"/enrolments/{world.enrolment.uid}/answer", data={"answer": "yes"}, follow_redirects=True
    )


def says_yes(world, client):
    return client.as_(world.hazel).post(
        f"/sessions/{world.art.uid}/proposal", data={"answer": "yes"}, follow_redirects=True
    )


def comes_again(world, client):
    return client.as_(world.hazel).post(f"/occurrences/{world.dates[0].uid}/can-come", follow_redirects=True)


def changes(world, client):
    tea = live_of(world.tea.id, world.hazel.id)
    return client.as_(world.hazel).post(
        f"/sessions/{world.art.uid}/switch", data={"from": tea.uid}, follow_redirects=True
    )


def is_changed(world, client):
    tea = live_of(world.tea.id, world.hazel.id)
    return client.as_(world.desk).post(
        f"/enrolments/{tea.uid}/switch", data={"into": world.art.uid}, follow_redirects=True
    )


WAYS = {
    "yes by link": (is_asked, OUT, by_link),
    "yes that the desk writes down": (is_asked, OUT, by_the_desk),
    "yes by phone": (seat_goes_late, LATE, by_phone),
    "yes by interface": (is_asked, OUT, by_interface),
    "joining": (seats_are_free, OUT, joins),
    "enrolled by staff": (seats_are_free, OUT, is_enrolled),
    "enrolled by interface": (seats_are_free, OUT, is_enrolled_by_interface),
    "yes to a request": (asks, OUT, has_a_yes),
    "yes to a proposal": (is_proposed, OUT, says_yes),
    "can come again": (gave_one_back, OUT, comes_again),
    "changing groups": (has_another, OUT, changes),
    "changed by staff": (has_another, OUT, is_changed),
}
# What one does by oneself reads to one of a pair as it does to others: asked, or kept for them no more.
OWN = {
    "yes by link": "This place is not kept for you any more.",
    "joining": "You asked to join",
    "yes to a proposal": "You asked to join",
    "can come again": "waiting list",
    "changing groups": "You asked to join",
}
NO_ERROR = ("This changed while you were looking", "Something needs a second look", "Something went wrong")
# One date of what only adds is possible alone.
POSSIBLE = {("can come again", "adds only"), ("yes by phone", "adds only")}
TABLE = [(way, reason) for way in WAYS for reason in REASONS if (way, reason) not in POSSIBLE]


@pytest.mark.parametrize(("way", "reason"), TABLE)
def test_by_no_way_in_is_a_refusal_an_error_page(scene, client, way, reason):
    before, moment, tries = WAYS[way]
    stands, words = REASONS[reason]
    with clock.at(NOW):
        before(scene)
        db.session.commit()
    with clock.at(moment):
        stands(scene)
        db.session.commit()
        hazel = live_of(scene.art.id, scene.hazel.id)
        was = hazel and (hazel.state, hazel.queued_at)
        answer = tries(scene, client)
        by_interface = answer.is_json
        if reason == "apart" and way in OWN:
            words = OWN[way]
        if reason == "apart" and by_interface:
            words = TRUE_TO_WHO_KEEPS_PAIRS
        assert answer.status_code in ((409, 422) if by_interface else (200, 409, 422)), answer.text
        assert words in (answer.json["detail"] if by_interface else answer.text)
        title = "" if by_interface else re.findall("<title>(.*?)</title>", answer.text)[0]
        assert not any(heading in title for heading in NO_ERROR)
        db.session.rollback()
        db.session.expire_all()
        live = live_of(scene.art.id, scene.hazel.id)
        if words not in OWN.values():
            assert (live and (live.state, live.queued_at)) == was
        assert live is None or way == "can come again" or live.state != EnrolmentState.ACTIVE
        held = standings(scene.hazel.id, scene.dates)
        assert not any(one.state == "active" for one in held.values())
        db.session.commit()
        assert faults() == []
